/**
 * In lockstep, one operation under way at a time, the model predicts what the server writes.
 *
 * Answers are compared one by one, publications for each round between two quiet moments. After a
 * difference the two may hold different things: what depends on it is not judged again, and where
 * that can't be told the comparison ends. It also ends where a fault has let two operations be under way
 * at a time, or has taken an answer with its connection. Publication-acks, the answers to what is no well-formed
 * request, and the order of frames are left to other properties.
 *
 * @packageDocumentation
 */
import {
  initialServer,
  step,
  type Dialect,
  type Profile,
  type ServerOutput,
  type ServerState,
} from "../models/index.js";
import type { Exchange, HistoryEvent, Publication, Recording } from "../src/history/index.js";
import { parseChannel, parseServerFrame } from "../src/protocol/index.js";
import { isTransactional, optionsOf } from "./hearing/index.js";
import { Lockstep } from "./circumstances/index.js";
import { isOpenOff, withListenerNamed, withSiblingAt } from "./lockstep-choices.js";
import { answerDifference, type AnswerDifference } from "./lockstep-answer.js";
import { mayMisname, type Reading } from "./lockstep-frame.js";
import { judgePublications } from "./lockstep-publications.js";
import type { Predicted } from "./lockstep-round.js";
import type { Property } from "./property.js";
import { isClear, isPromisedAnAnswer, isWellFormed } from "./request-form.js";
import { Violations } from "./violations.js";

export const lockstepPrediction: Property = {
  id: "lockstep-prediction",
  promise: "With one operation under way at a time, the server writes what the model predicts.",
  clauses: [
    "COR-1",
    "COR-2",
    "COR-3",
    "COR-4",
    "SES-2",
    "STO-1",
    "STO-3",
    "STO-4",
    "STO-5",
    "STO-6",
    "STO-7",
    "STO-8",
    "STO-12",
    "PUB-2",
    "PUB-3",
    "PUB-7",
    "SUB-2",
    "SUB-3",
    "SUB-6",
    "DIA-7",
    "DIA-8",
  ],
  severity: "must",
  // Who may do what is judged by properties of its own; a store behind it as in concurrent plans.
  applies: (_, { security }) => security === undefined,
  check(recording, profile) {
    const { mode, fresh, namespace } = recording.header;
    const prediction = new Prediction(recording, profile);
    if (mode === "lockstep" && (fresh || namespace !== undefined)) prediction.run();
    return prediction.violations.finding();
  },
};

class Prediction {
  readonly violations = new Violations();
  readonly #recording: Recording;
  readonly #profile: Profile;
  readonly #byArrival = new Map<number, Exchange>();
  readonly #publications = new Map<number, Publication>();
  /** Paths, and connections with channels, whose first difference is reported already. */
  readonly #tainted = new Set<string>();
  readonly #taintedChannels = new Set<string>();
  readonly #sessionIds = new Set<string>();
  #state: ServerState;
  #predicted: Predicted[] = [];
  #written: Publication[] = [];
  /** Publication ids of this round that nothing is predicted of. */
  #loose = new Set<unknown>();
  /** True where the publications of this round can't be told apart. */
  #isRoundLoose = false;
  /** Optional publications of earlier rounds that were not seen yet. */
  readonly #late = new Set<string>();
  #operation: string | null = null;
  readonly #alone: Lockstep;
  #isOver = false;

  constructor(recording: Recording, profile: Profile) {
    this.#recording = recording;
    this.#profile = profile;
    const epochMs = recording.header.epochMs ?? 0;
    this.#state = initialServer({ profile, epochMs, name: "" });
    this.#alone = new Lockstep(recording);
    for (const exchange of recording.exchanges) {
      if (exchange.arriveIndex !== null) this.#byArrival.set(exchange.arriveIndex, exchange);
      this.#taintUnknown(exchange);
    }
    for (const { sessionId } of recording.connections.values()) {
      if (sessionId !== null) this.#sessionIds.add(sessionId);
    }
    for (const publication of recording.publications) {
      this.#publications.set(publication.writeIndex, publication);
    }
  }

  /** What is stored at paths that others write, or wrote before, can't be predicted. */
  #taintUnknown({ request }: Exchange): void {
    const { vantage, header } = this.#recording;
    const { path } = request;
    if (header.fresh || typeof path !== "string") return;
    const isOfChannel = request.action === "on" || request.action === "off";
    const stored = isOfChannel ? parseChannel(path)?.path : path;
    if (stored !== undefined && !vantage.isOwn(stored)) this.#tainted.add(stored);
  }

  run(): void {
    for (const [index, event] of this.#recording.events.entries()) {
      if (this.#beginsRound(event)) this.#settle(index);
      if (this.#isOver) return;
      this.#take(event, index);
    }
    this.#settle(Infinity);
  }

  /** Where the next operation begins, all is quiet. What a node does by itself belongs to the round. */
  #beginsRound(event: HistoryEvent): boolean {
    switch (event.kind) {
      case "connect":
      case "leave":
      case "quiet":
      case "stopping":
      case "crash":
        return true;
      case "send": {
        const { operation } = event;
        if (operation === null || operation.includes("/") || operation === this.#operation) {
          return false;
        }
        this.#operation = operation;
        return true;
      }
      default:
        return false;
    }
  }

  #take(event: HistoryEvent, index: number): void {
    const { at } = event;
    switch (event.kind) {
      case "open": {
        const { connection } = event;
        const sessionId = this.#recording.connection(connection).sessionId ?? connection;
        this.#state = step(this.#state, { at, kind: "open", connection, sessionId }).state;
        return;
      }
      case "end":
        this.#state = step(this.#state, { at, kind: "end", connection: event.connection }).state;
        return;
      case "arrive": {
        const exchange = this.#byArrival.get(index);
        if (exchange !== undefined && !this.#alone.holdsFor(exchange)) {
          this.#isOver = true;
          return;
        }
        // What is no request is an acknowledgement, a heartbeat, or nothing that has an effect.
        if (exchange === undefined) this.#feed(at, event.connection, event.of);
        else this.#request(exchange, at, event.of);
        return;
      }
      case "write": {
        const publication = this.#publications.get(index);
        if (publication !== undefined) this.#written.push(publication);
        return;
      }
      case "started":
      case "stopping":
      case "crash":
        // Once before anything else; a second start is a restart, of which nothing is predicted.
        this.#isOver = index > 0;
        return;
      case "fault":
        this.#isOver ||= this.#alone.endsWith(event);
        return;
      default:
        return;
    }
  }

  #feed(at: number, connection: string, sendIndex: number): readonly ServerOutput[] {
    const sent = this.#recording.event(sendIndex);
    if (sent.kind !== "send") return [];
    const { state, outputs } = step(this.#state, {
      at,
      kind: "frame",
      connection,
      text: sent.frame,
    });
    this.#state = state;
    return outputs;
  }

  #request(exchange: Exchange, at: number, sendIndex: number): void {
    const before = this.#state;
    const dialect = this.#dialectOf(exchange.connection);
    const outputs = this.#feed(at, exchange.connection, sendIndex);
    if (!isClear(exchange.request, dialect)) {
      this.#unclear(before, exchange);
      return;
    }
    this.#state = withListenerNamed(this.#state, before, exchange);
    const reading: Reading = {
      request: exchange.request,
      options: optionsOf(exchange),
      profile: this.#profile,
      dialect,
      tainted: this.#tainted,
    };
    const publications = predictedOf(exchange, outputs, reading);
    const isJudged = isWellFormed(exchange.request);
    const difference = answerDifference({
      exchange,
      outputs,
      reading,
      isPromised: isPromisedAnAnswer(exchange.request, dialect),
    });
    if (difference.kind !== "unanswerable" && isJudged) this.violations.exercised += 1;
    this.#report(difference, isJudged);
    this.#isOver ||= isOpenOff(before, exchange, dialect);
    switch (difference.kind) {
      case "refused":
        // What is answered with an error left no trace (COR-4).
        this.#state = before;
        return;
      case "lost":
        this.#isOver = difference.isTelling;
        this.#loosen(publications, exchange);
        return;
      case "accepted":
      case "unsettled-write":
        this.#isOver = true;
        return;
      case "elsewhere":
        this.#state = withSiblingAt(this.#state, before, difference.path);
        this.#loosen(publications, exchange);
        return;
      case "unsettled":
        this.#loosen(publications, exchange);
        return;
      case "differs":
        if (difference.paths.length > 0) this.#loosen(publications, exchange);
        else this.#predict(publications, reading);
        return;
      case "same":
      case "unanswerable":
        this.#predict(publications, reading);
    }
  }

  /** What the model takes the session to speak. */
  #dialectOf(connection: string): Dialect {
    return this.#state.sessions.get(connection)?.dialect ?? this.#profile.dialects[0];
  }

  /** What the request does is the server's to say: nothing is predicted of it, nor of what it touched. */
  #unclear(before: ServerState, exchange: Exchange): void {
    const { action, path } = exchange.request;
    this.#isRoundLoose = true;
    if (exchange.answers[0]?.frame.meta["status"] === "error") {
      this.#state = before;
      return;
    }
    if (!WITH_EFFECTS.includes(action)) return;
    const isSibling = optionsOf(exchange)["set_type"] === "sibling";
    if (action === "set" && typeof path === "string" && !isSibling) this.#tainted.add(path);
    else this.#isOver = true;
  }

  #report(difference: AnswerDifference, isJudged: boolean): void {
    if (!("violation" in difference) || difference.violation === null || !isJudged) return;
    this.violations.add(difference.violation);
    if (difference.kind !== "differs") return;
    for (const path of difference.paths) this.#tainted.add(path);
  }

  #predict(publications: readonly Predicted[], { options }: Reading): void {
    this.#predicted.push(...publications);
    this.#isRoundLoose ||= mayMisname(options);
  }

  /** Nothing is predicted of the publications of this request. */
  #loosen(publications: readonly Predicted[], { connection }: Exchange): void {
    // Without its session's id, a publication can't be known for one of this request.
    this.#isRoundLoose ||= this.#recording.connection(connection).sessionId === null;
    for (const { frame } of publications) this.#loose.add(frame.meta["publicationId"]);
  }

  /** What may still be on its way when the round ends counts as put off; of others' paths nothing is certain. */
  #asSeen(predicted: Predicted, endsBefore: number): Predicted {
    const { connection, causedBy, frame } = predicted;
    const { vantage, header } = this.#recording;
    const { path } = frame.meta;
    if (!header.fresh && !(typeof path === "string" && vantage.isOwn(path))) {
      return { ...predicted, isOptional: true };
    }
    const isShown = vantage.showsAllBefore(connection, causedBy.at(-1) ?? 0, endsBefore);
    return isShown ? predicted : { ...predicted, isOptional: true };
  }

  /** What was put off in an earlier round, and what others write who are not in the history. */
  #isUnforeseeable(written: Publication): boolean {
    const { vantage, header } = this.#recording;
    // In the simulated world a round is long enough for what is put off.
    if (!vantage.isAtServer && this.#late.has(keyOf(written))) return true;
    const { path } = written.frame.meta;
    if (header.fresh || (typeof path === "string" && vantage.isOwn(path))) return false;
    const key = keyOf(written);
    return !this.#predicted.some((one) => keyOf(one) === key && one.frame.meta["path"] === path);
  }

  /** Whether its session is none that the history gives a connection (SES-3). */
  #isNameless({ frame }: Pick<Publication, "frame">): boolean {
    const { sessionId } = frame.meta;
    return typeof sessionId === "string" && !this.#sessionIds.has(sessionId);
  }

  #settle(endsBefore: number): void {
    const predicted = this.#predicted.map((one) => this.#asSeen(one, endsBefore));
    const isLoose = ({ frame }: Pick<Publication, "frame">) =>
      this.#loose.has(frame.meta["publicationId"]);
    if (!this.#isOver && !this.#isRoundLoose) {
      // What a session without a known name publishes can't be told from what another such one does.
      const isNameless = predicted.some((one) => this.#isNameless(one));
      const isLeftOut = (one: Pick<Publication, "frame">) =>
        isLoose(one) || (isNameless && this.#isNameless(one));
      const written = this.#written.filter((one) => !isLoose(one) && !this.#isUnforeseeable(one));
      const hasNameless = written.some((one) => this.#isNameless(one));
      const judged = judgePublications({
        recording: this.#recording,
        profile: this.#profile,
        predicted: predicted.filter((one) => !(hasNameless ? isLeftOut(one) : isLoose(one))),
        written: written.filter((one) => !isLeftOut(one)),
        taintedChannels: this.#taintedChannels,
      });
      this.violations.exercised += judged.exercised;
      for (const violation of judged.violations) this.violations.add(violation);
    }
    for (const one of predicted) if (one.isOptional) this.#late.add(keyOf(one));
    this.#predicted = [];
    this.#written = [];
    this.#loose = new Set();
    this.#isRoundLoose = false;
  }
}

/** Actions after which the server may hold something else. */
const WITH_EFFECTS: readonly string[] = ["set", "remove", "on", "off"];

/** Tells one publication from others. */
function keyOf({ connection, frame }: Pick<Publication, "connection" | "frame">): string {
  return JSON.stringify([connection, frame.meta["channel"], frame.meta["publicationId"]]);
}

function predictedOf(
  exchange: Exchange,
  outputs: readonly ServerOutput[],
  reading: Reading,
): readonly Predicted[] {
  return outputs.flatMap((output): Predicted[] => {
    if (output.kind !== "frame") return [];
    const frame = parseServerFrame(JSON.stringify(output.frame));
    if (frame.kind !== "publication") return [];
    const { arriveIndex, answers } = exchange;
    const causedBy = [arriveIndex, answers[0]?.writeIndex].filter((one) => typeof one === "number");
    const isOptional = output.optional === true || !isTransactionalOrRead(reading);
    return [{ connection: output.connection, frame, isOptional, reading, causedBy }];
  });
}

/** Other publications may be put off beyond the round (PUB-4). */
function isTransactionalOrRead({ request, options }: Reading): boolean {
  return request.action === "on" || isTransactional(options);
}
