/**
 * Who asks for what is there already gets it, whole and oldest first, and loses nothing after it.
 *
 * By intervals: what was certainly stored while the `on` was under way is there, what certainly was
 * not isn't, and a write that overlaps is among the initial values or published later.
 *
 * @packageDocumentation
 */
import { isOwn, match, type Match, type Profile } from "../models/index.js";
import type { Publication, Recording } from "../src/history/index.js";
import { isJsonObject, isPattern } from "../src/protocol/index.js";
import { append } from "./append.js";
import { storeSpansOf, type StoreSpan } from "./circumstances/index.js";
import {
  hearingOf,
  settledExchanges,
  spokenIn,
  type Hearing,
  type SettledExchange,
  type Spoken,
  type Write,
} from "./hearing/index.js";
import { initialFormFault, itemsOf, type InitialItem } from "./initial-form.js";
import type { Finding, Property } from "./property.js";
import {
  documentTextOf,
  isWrite,
  operationsIn,
  storeOperationsOf,
  type StoreOperation,
} from "./store-operation.js";
import { Violations } from "./violations.js";
import { kindOfPath, timeOf } from "./words.js";

export const initialValues: Property = {
  id: "initial-values",
  promise: "An on with initialCallback or initialEmit is told what is stored, oldest first.",
  clauses: ["SUB-6", "DIA-4"],
  severity: "must",
  check(recording, profile) {
    return new InitialValues(recording, profile).judge();
  },
};

/** An `on` that was answered with what is there, or sent it. */
interface Told {
  readonly settled: SettledExchange;
  readonly option: "initialCallback" | "initialEmit";
  readonly path: string;
  readonly items: readonly InitialItem[];
  readonly evidence: readonly number[];
}

class InitialValues {
  readonly #recording: Recording;
  readonly #profile: Profile;
  readonly #hearing: Hearing;
  readonly #spoken: Spoken;
  readonly #violations = new Violations();
  readonly #spans: readonly StoreSpan[];
  readonly #all: readonly StoreOperation[];
  /** Of the process that is asked. */
  #span: StoreSpan | null = null;
  #operations: readonly StoreOperation[] = [];
  /** Of these, the writes of each path, and the removes. */
  readonly #writes = new Map<string, StoreOperation[]>();
  #removes: readonly StoreOperation[] = [];
  /** Whether something that nobody can name may be stored. */
  readonly #isLoose: boolean;

  constructor(recording: Recording, profile: Profile) {
    this.#recording = recording;
    this.#profile = profile;
    this.#hearing = hearingOf(recording, profile);
    this.#spoken = spokenIn(recording, profile);
    const { operations, isLoose } = storeOperationsOf(recording, profile);
    this.#all = operations;
    this.#spans = storeSpansOf(recording);
    this.#isLoose = isLoose;
  }

  judge(): Finding {
    const { foreignSince: foreign } = this.#spoken;
    for (const settled of settledExchanges(this.#recording)) {
      const { exchange, outcome } = settled;
      if (exchange.request.action !== "on" || outcome !== "ok") continue;
      if (foreign.has(exchange.connection)) continue;
      this.#enter(settled.startIndex);
      for (const told of this.#told(settled)) {
        this.#violations.exercised += 1;
        const fault = initialFormFault(told.items);
        if (fault !== null) this.#add(told, fault);
        // Items that don't say where they are can't be compared with the store.
        if (told.items.every(({ path }) => path !== null)) this.#judgeItems(told);
      }
    }
    return this.#violations.finding();
  }

  /** What is stored depends on the process that is asked. */
  #enter(index: number): void {
    const span = this.#spans.find(({ untilIndex }) => index < untilIndex);
    if (span === undefined || span === this.#span) return;
    this.#span = span;
    this.#operations = operationsIn(span, this.#all);
    this.#writes.clear();
    for (const operation of this.#operations.filter(isWrite)) {
      append(this.#writes, operation.input.path, operation);
    }
    this.#removes = this.#operations.filter(({ input }) => input.kind === "remove");
  }

  *#told(settled: SettledExchange): Generator<Told> {
    const { exchange, startIndex, answerIndex } = settled;
    const { path: channelText } = exchange.request;
    if (typeof channelText !== "string") return;
    const subscription = this.#hearing.subscription(exchange.connection, channelText);
    const path = subscription?.channel?.path;
    if (subscription === null || path === undefined) return;
    const options = isJsonObject(exchange.request.options) ? exchange.request.options : {};
    const answer = exchange.answers[0]?.frame;
    const { initialEmit } = this.#spoken.of(exchange.connection);
    const isEmitted = options["initialEmit"] === true;
    const isAnswered =
      options["initialCallback"] === true || (isEmitted && initialEmit === "in-answer");
    if (isAnswered && answer !== undefined) {
      const items = itemsOf(answer.data);
      const evidence = [startIndex, answerIndex];
      const option = options["initialCallback"] === true ? "initialCallback" : "initialEmit";
      yield { settled, option, path, items, evidence };
    }
    if (!isEmitted || initialEmit === "in-answer") return;
    const ons = subscription.requests.filter(
      ({ exchange: { request } }) => request.action === "on",
    );
    const { endIndex } = this.#recording.connection(exchange.connection);
    // With several of them, or for one who leaves, it can't be told what belongs to which.
    if (ons.length > 1 || endIndex !== null) return;
    const sent = this.#recording.publications.filter((publication) => {
      const source = this.#hearing.source(publication);
      return source.how === "initial" && source.exchange === exchange;
    });
    const late = sent.find(({ writeIndex }) => writeIndex > answerIndex);
    const evidence = [startIndex, answerIndex, ...sent.map(({ writeIndex }) => writeIndex)];
    const items = sent.map(emitted);
    const told: Told = { settled, option: "initialEmit", path, items, evidence };
    if (initialEmit === "before-answer" && late !== undefined) {
      this.#add(told, {
        word: "emitted-after-answer",
        found: `was sent an initial value at ${timeOf(this.#recording, late.writeIndex)}, after the answer`,
        wanted: "Initial values are sent before the answer",
      });
    }
    yield told;
  }

  #judgeItems(told: Told): void {
    const texts = new Map(told.items.map(({ path, text }) => [path, text]));
    const paths = new Set<string>();
    for (const { input } of this.#operations) {
      if (input.kind !== "remove" && input.kind !== "list" && input.kind !== "count") {
        paths.add(input.path);
      }
    }
    for (const path of paths) {
      const text = texts.get(path);
      const reading = this.#match(told.path, path);
      if (isOwn(path) || reading === "never") continue;
      const possible = this.#possibleAt(path, told.settled);
      if (text === undefined) {
        if (reading === "must" && !possible.isAbsent && !this.#isOpen(path)) {
          this.#add(told, {
            word: "missing",
            found: `was not told of ${JSON.stringify(path)}`,
            wanted: `The item at ${JSON.stringify(path)}, which was stored all the while`,
          });
        } else if (reading === "must") this.#judgeOverlapping(told, path, null);
      } else if (possible.texts !== null && !possible.texts.has(text)) {
        this.#add(told, {
          word: possible.texts.size === 0 ? "removed-item" : "other-value",
          found: `was told of ${JSON.stringify(path)} with ${brief(text)}`,
          wanted:
            possible.texts.size === 0
              ? "No item there: none was stored at any moment of it"
              : `What was stored at some moment of it, ${brief([...possible.texts][0] ?? "")}`,
        });
      } else this.#judgeOverlapping(told, path, text);
    }
    for (const { path } of told.items) {
      if (path === null || isOwn(path)) continue;
      const isElsewhere = this.#match(told.path, path) === "never";
      if (!isElsewhere && (paths.has(path) || !this.#isKnown(path))) continue;
      this.#add(told, {
        word: isElsewhere ? "not-matching" : "never-written",
        found: `was told of ${JSON.stringify(path)}`,
        wanted: "Items that are stored and match, and no others",
      });
    }
  }

  /** What a path may hold at some moment of the request; null for anything. */
  #possibleAt(path: string, { startIndex, answerIndex }: SettledExchange) {
    const writes = (this.#writes.get(path) ?? []).filter(
      ({ callIndex }) => callIndex < answerIndex,
    );
    const removes = this.#removes.filter(
      ({ input, callIndex }) =>
        callIndex < answerIndex &&
        (isPattern(input.path) ? this.#storeMatch(input.path, path) : input.path === path),
    );
    const changes = [...writes, ...removes];
    const isOver = (change: StoreOperation) =>
      changes.some(
        (later) =>
          endOf(change) < later.callIndex &&
          endOf(later) < startIndex &&
          (later.input.kind !== "remove" || !isPattern(later.input.path)),
      );
    const live = changes.filter((change) => !isOver(change));
    const isSettled = live.some((change) => isWrite(change) && endOf(change) < startIndex);
    const isAbsent = !isSettled || live.some(({ input }) => input.kind === "remove");
    const isOpen =
      !this.#isKnown(path) ||
      live.some((change) => isWrite(change) && change.input.kind !== "set") ||
      live.some(({ input }) => input.kind === "remove" && isPattern(input.path));
    const texts = new Set<string>();
    for (const { input } of live) if (input.kind === "set") texts.add(input.text);
    return { isAbsent, texts: isOpen ? null : texts };
  }

  /** Writes under way with the `on`: each is told now, overwritten by another, or published later. */
  #judgeOverlapping(told: Told, path: string, text: string | null): void {
    const { startIndex, answerIndex, exchange } = told.settled;
    const subscription = this.#hearing.subscription(
      exchange.connection,
      exchange.request.path as string,
    );
    if (subscription === null || this.#isOpen(path)) return;
    const changes = this.#hearing.writes.filter(
      (write) =>
        // What comes after the answer is too late for the initial values, and takes nothing from them.
        write.startIndex < answerIndex &&
        (write.path === null || write.path === path || this.#storeMatch(write.path, path)),
    );
    for (const write of changes) {
      // Its publication alone may still be to come.
      if (write.answerIndex <= startIndex || !this.#isSetOf(write, path)) continue;
      const around = changes.filter((other) => other.endIndex > write.startIndex);
      if (!around.every((other) => this.#isSetOf(other, path))) continue;
      if (around.some((other) => text === documentTextOf(other.exchange.request.data))) continue;
      const publishedBy = this.#publishedBy(write, answerIndex);
      // Who unsubscribes or leaves before it is published need not be told.
      const isAlone = subscription.requests.every(
        (request) =>
          request.exchange === exchange ||
          request.answerIndex < startIndex ||
          request.startIndex > publishedBy,
      );
      const { endIndex } = this.#recording.connection(exchange.connection);
      if (!isAlone || (endIndex !== null && endIndex <= publishedBy)) continue;
      // Held from its answer on: only whether the write would be heard is asked.
      const later = { ...write, startIndex: answerIndex, endIndex: answerIndex };
      if (this.#hearing.hears(later, subscription).value !== "must") continue;
      if (this.#hearing.heard(write, subscription).length > 0) continue;
      const { vantage } = this.#recording;
      if (!vantage.showsAllBefore(exchange.connection, Math.max(answerIndex, write.answerIndex))) {
        continue;
      }
      this.#add(told, {
        word: "lost-between",
        found: `was told neither then nor later of the set of ${JSON.stringify(path)} at ${timeOf(this.#recording, write.startIndex)}`,
        wanted: "A write under way with it is among the initial values, or published later",
      });
      return;
    }
  }

  /** Whether a write set that path and no other, for certain. */
  #isSetOf(write: Write, path: string): boolean {
    return (
      write.action === "SET" &&
      write.path === path &&
      write.outcome === "ok" &&
      this.#operations.some(
        ({ exchange, input }) => exchange === write.exchange && input.kind === "set",
      )
    );
  }

  /** Whether every write there ever was at a path is in this history. */
  #isKnown(path: string): boolean {
    const isFresh = this.#span?.begins === "fresh";
    return this.#recording.vantage.isOwn(path) && isFresh && !this.#isLoose;
  }

  /** Whether others may have written there meanwhile. */
  #isOpen(path: string): boolean {
    const { vantage } = this.#recording;
    return vantage.hasOthers && !vantage.isOwn(path);
  }

  /** By when a write is published that an `on` answered then may hear. */
  #publishedBy({ endIndex }: Write, answerIndex: number): number {
    const { events, vantage } = this.#recording;
    if (!vantage.isAtServer) return Infinity;
    const quietIndex = events.findIndex(({ kind }) => kind === "quiet");
    // What needs no answer first may be put off for as long as anything goes on.
    const ownIndex = Number.isFinite(endIndex) || quietIndex === -1 ? endIndex : quietIndex;
    return Math.max(ownIndex, answerIndex);
  }

  #storeMatch(pattern: string, path: string): boolean {
    return match(pattern, path, this.#profile.storeRule) !== "never";
  }

  /** Where the rules of subscriptions and of the store differ, either is right. */
  #match(pattern: string, path: string): Match {
    const { subscriptionRule, storeRule } = this.#profile;
    const heard = match(pattern, path, subscriptionRule);
    const stored = match(pattern, path, storeRule);
    return heard === stored ? heard : "may";
  }

  #add(told: Told, { word, found, wanted }: { word: string; found: string; wanted: string }): void {
    const { client, request, connection } = told.settled.exchange;
    const isInAnswer =
      told.option === "initialEmit" && this.#spoken.of(connection).initialEmit === "in-answer";
    const clause = isInAnswer ? "DIA-4" : "SUB-6";
    this.#violations.add({
      clause,
      message: `${client}, whose "on" of ${JSON.stringify(request.path ?? null)} with ${told.option} arrived at ${timeOf(this.#recording, told.settled.startIndex)}, ${found}`,
      expected: `${wanted} (${clause}).`,
      shape: [told.option, word, ...(word === "missing" ? [kindOfPath(told.path)] : [])],
      evidence: told.evidence,
    });
  }
}

function emitted({ frame }: Publication): InitialItem {
  const { path, modified } = frame.meta;
  return {
    path: typeof path === "string" ? path : null,
    modified: typeof modified === "number" ? modified : null,
    text: documentTextOf(frame.data),
  };
}

function endOf({ returnIndex }: StoreOperation): number {
  return returnIndex ?? Infinity;
}

function brief(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
