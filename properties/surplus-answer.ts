/**
 * Answers that answer nothing, and requests without an answer: which of them belong together.
 *
 * An answer with a wrong eventId, or on a wrong connection, leaves its request unanswered and turns
 * up as one too many somewhere else. That is one mistake, not two.
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import type { Exchange, Recording, ResponseFrame } from "../src/history/index.js";
import { canonical, jsonEqual } from "../src/protocol/index.js";
import { append } from "./append.js";
import { spokenIn } from "./hearing/index.js";
import { isPromisedAnAnswer } from "./request-form.js";

/** A response that no request asked for: a stray, or the second and later answers to one request. */
export interface SurplusAnswer {
  readonly connection: string;
  readonly client: string;
  readonly writeIndex: number;
  readonly frame: ResponseFrame;
  /** The request that was answered already; null for a stray. */
  readonly repeats: Exchange | null;
}

export interface Mismatch {
  readonly answer: SurplusAnswer;
  readonly exchange: Exchange;
  /** `eventId`: same connection and action, another eventId. `connection`: all is right but to whom it went. */
  readonly wrong: "eventId" | "connection";
}

export interface Unpaired {
  /** Well-formed requests without an answer, on connections that lived on until the history was quiet. */
  readonly unanswered: readonly Exchange[];
  readonly surplus: readonly SurplusAnswer[];
  /** Of both, what belongs together; not in the two lists above. */
  readonly mismatches: readonly Mismatch[];
}

export function unpairedOf(recording: Recording, profile: Profile): Unpaired {
  // What one asked before the history began is answered in it.
  const surplus = surplusOf(recording).filter(
    ({ connection }) => !recording.connection(connection).isPartial,
  );
  const quietIndex = recording.events.findLastIndex(({ kind }) => kind === "quiet");
  const open = recording.exchanges.filter(
    ({ arriveIndex, answers }) => arriveIndex !== null && answers.length === 0,
  );
  const mismatches: Mismatch[] = [];
  const matched = new Set<Exchange>();
  const rest = surplus.filter((answer) => {
    const exchange = open.find((candidate) => !matched.has(candidate) && fits(candidate, answer));
    if (exchange === undefined) return true;
    matched.add(exchange);
    const wrong = exchange.connection === answer.connection ? "eventId" : "connection";
    mismatches.push({ answer, exchange, wrong });
    return false;
  });
  const spoken = spokenIn(recording, profile);
  const unanswered = open.filter((exchange) => {
    // Whether it is usable after that is judged by usable-after-unknown-protocol.
    if (spoken.isForeignAt(exchange.connection, exchange.arriveIndex ?? 0)) return false;
    const dialect = spoken.of(exchange.connection);
    if (matched.has(exchange) || !isPromisedAnAnswer(exchange.request, dialect)) return false;
    const { endIndex } = recording.connection(exchange.connection);
    return livesAt(quietIndex, exchange, endIndex);
  });
  return { unanswered, surplus: rest, mismatches };
}

/** Quiet came after the request, and before the end of its connection, if that ended. */
function livesAt(quietIndex: number, { arriveIndex }: Exchange, endIndex: number | null): boolean {
  if (arriveIndex === null || quietIndex < arriveIndex) return false;
  return endIndex === null || endIndex > quietIndex;
}

function fits({ connection, request, arriveIndex }: Exchange, answer: SurplusAnswer): boolean {
  const { meta } = answer.frame;
  if ((arriveIndex ?? Infinity) > answer.writeIndex || meta["action"] !== request.action) {
    return false;
  }
  if (connection === answer.connection) return !isRepetition(answer);
  return (
    answer.repeats === null &&
    jsonEqual(meta["eventId"], request.eventId) &&
    typeof request.sessionId === "string" &&
    meta["sessionId"] === request.sessionId
  );
}

/** Whether it is word for word the answer that was given before. */
function isRepetition({ repeats, frame }: SurplusAnswer): boolean {
  const first = repeats?.answers[0]?.frame;
  return (
    first !== undefined && jsonEqual(first.data, frame.data) && jsonEqual(first.meta, frame.meta)
  );
}

/** Leaves out what may answer a malformed frame (FRM-5): one for each, by its eventId where it has one. */
function surplusOf(recording: Recording): readonly SurplusAnswer[] {
  const excused = new Excuses(recording);
  const surplus: SurplusAnswer[] = recording.strays.map((stray) => ({ ...stray, repeats: null }));
  for (const exchange of recording.exchanges) {
    for (const { writeIndex, frame } of exchange.answers.slice(1)) {
      const { connection, client } = exchange;
      surplus.push({ connection, client, writeIndex, frame, repeats: exchange });
    }
  }
  surplus.sort((left, right) => left.writeIndex - right.writeIndex);
  return surplus.filter((answer) => !excused.take(answer));
}

class Excuses {
  readonly #arrivals = new Map<string, number[]>();

  constructor(recording: Recording) {
    recording.events.forEach((event, index) => {
      if (event.kind !== "arrive") return;
      const frame = recording.clientFrame(index);
      if (frame.kind !== "malformed" && frame.kind !== "ack") return;
      const eventId = frame.kind === "malformed" ? frame.eventId : undefined;
      const key = `${event.connection} ${canonical(eventId)}`;
      append(this.#arrivals, key, index);
    });
  }

  take({ connection, frame, writeIndex }: SurplusAnswer): boolean {
    const eventId = frame.meta["eventId"];
    const own = this.#arrivals.get(`${connection} ${canonical(eventId)}`);
    const without = this.#arrivals.get(`${connection} undefined`);
    for (const arrivals of eventId === undefined || eventId === null ? [without, own] : [own]) {
      const first = arrivals?.[0];
      if (arrivals === undefined || first === undefined || first > writeIndex) continue;
      arrivals.shift();
      return true;
    }
    return false;
  }
}
