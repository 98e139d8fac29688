/**
 * The times of documents are those of their writes.
 *
 * Judged is only what real time decides: of two writes that overlap, either may have been first.
 * That noStore writes have no times is judged by `answer-data`.
 *
 * @packageDocumentation
 */
import { match, type Profile } from "../models/index.js";
import type { Recording } from "../src/history/index.js";
import { isJsonObject, isPattern, type Json, type JsonObject } from "../src/protocol/index.js";
import { append } from "./append.js";
import { ClockReadings, storeSpansOf } from "./circumstances/index.js";
import { optionsOf } from "./hearing/index.js";
import type { Property, Violation } from "./property.js";
import {
  isRead,
  operationsIn,
  pathOfItem,
  storeOperationsOf,
  type StoreOperation,
} from "./store-operation.js";
import { Violations } from "./violations.js";

export const writeTimes: Property = {
  id: "write-times",
  promise:
    "A document is created when its path comes into being, and modified while it is written.",
  clauses: ["STO-2"],
  severity: "must",
  check(recording, profile) {
    const violations = new Violations();
    const { operations, isLoose } = storeOperationsOf(recording, profile);
    const clock = new ClockReadings(recording);
    for (const span of storeSpansOf(recording)) {
      const isKnown = span.begins === "fresh" && !isLoose;
      const times = new Times({
        ...{ recording, profile, clock, isKnown },
        operations: operationsIn(span, operations),
      });
      for (const { exercised, violation } of [...times.ofWrites(), ...times.ofReads()]) {
        violations.exercised += exercised;
        if (violation !== null) violations.add(violation);
      }
    }
    return violations.finding();
  },
};

interface Stamp {
  readonly created: number;
  readonly modified: number;
}

interface Judged {
  readonly exercised: number;
  readonly violation: Violation | null;
}

interface TimesParts {
  readonly recording: Recording;
  readonly profile: Profile;
  readonly clock: ClockReadings;
  /** Whether every write that there ever was is among the operations. */
  readonly isKnown: boolean;
  /** Of one process. */
  readonly operations: readonly StoreOperation[];
}

class Times {
  readonly #recording: Recording;
  readonly #profile: Profile;
  readonly #writes = new Map<string, StoreOperation[]>();
  readonly #removes: StoreOperation[] = [];
  readonly #reads: StoreOperation[] = [];
  readonly #clock: ClockReadings;
  readonly #isWhole: boolean;

  constructor({ recording, profile, clock, isKnown, operations }: TimesParts) {
    this.#recording = recording;
    this.#profile = profile;
    this.#clock = clock;
    this.#isWhole = isKnown;
    for (const operation of operations) {
      const { kind, path } = operation.input;
      if (kind === "remove") this.#removes.push(operation);
      else if (isRead(operation.input)) this.#reads.push(operation);
      else append(this.#writes, path, operation);
    }
  }

  *ofWrites(): Generator<Judged> {
    for (const [path, writes] of this.#writes) {
      for (const write of writes) {
        const stamp = stampOf(write.exchange.answers[0]?.frame.meta);
        if (write.returnIndex === null || stamp === null) continue;
        yield this.#window(write, stamp);
        yield* this.#birth(path, write, stamp);
        yield* this.#sequel(path, write, stamp);
      }
    }
  }

  /** What a read says of times is what the answer to a write said. */
  *ofReads(): Generator<Judged> {
    for (const read of this.#reads) {
      for (const [path, stamp] of stampsIn(read)) {
        const writes = this.#writesAt(path).filter(({ callIndex }) => callIndex < endOf(read));
        const isDecided =
          this.#isKnown(path) && writes.every((write) => this.#stampOf(write) !== null);
        if (!isDecided || writes.length === 0) continue;
        const isOfAWrite = writes.some((write) => {
          const other = this.#stampOf(write);
          return other?.created === stamp.created && other.modified === stamp.modified;
        });
        const last = writes.at(-1) as StoreOperation;
        yield judged(isOfAWrite, {
          message: `${read.exchange.client} got ${JSON.stringify(path)} at ${atOf(read)} ms with created ${stamp.created} and modified ${stamp.modified}, which no write of it was answered`,
          expected:
            "The times of an item are those that the answer to its write told (STO-2, STO-6).",
          shape: [read.input.kind, this.#differenceOf(writes, stamp)],
          operations: [last, read],
        });
      }
    }
  }

  /** `modified` lies within the write, and `created` not behind it. */
  #window(write: StoreOperation, { created, modified }: Stamp): Judged {
    const { client } = write.exchange;
    const { callIndex, returnIndex } = write;
    if (created > modified && !this.#clock.goesBack(0, returnIndex ?? Infinity)) {
      return judged(false, {
        message: `${client}'s ${nameOf(write)} was answered at ${atOf(write)} ms with created ${created} after modified ${modified}`,
        expected: "A path is modified when it comes into being, or later (STO-2).",
        shape: [kindOf(write), "created-after-modified"],
        operations: [write],
      });
    }
    const window = this.#clock.between(callIndex, returnIndex ?? Infinity);
    if (window === null) return { exercised: 0, violation: null };
    const { from, until } = window;
    const isWithin = modified >= from && modified <= until;
    return judged(isWithin, {
      message: `${client}'s ${nameOf(write)}, from ${this.#fromTo(write)}, was answered with modified at ${this.#ofCase(modified)} ms`,
      expected: "modified lies between the arrival and the answer of the write (STO-2).",
      shape: [kindOf(write), modified < from ? "modified-before-write" : "modified-after-answer"],
      operations: [write],
    });
  }

  /** Where nothing can have been there before the write, `created` is its own. */
  *#birth(path: string, write: StoreOperation, { created }: Stamp): Generator<Judged> {
    const { client } = write.exchange;
    const window = this.#clock.between(write.callIndex, write.returnIndex ?? Infinity);
    if (window === null) return;
    const removes = this.#removes.filter(
      (remove) => endOf(remove) < write.callIndex && this.#reach(remove, path) === "must",
    );
    if (removes.length === 0 && !this.#isKnown(path)) return;
    const others = this.#writesAt(path).filter(
      (other) => other !== write && other.callIndex < endOf(write),
    );
    const isGone = (other: StoreOperation) =>
      removes.some((remove) => endOf(other) < remove.callIndex);
    if (!others.every(isGone)) return;
    const { from, until } = window;
    const last = removes.at(-1);
    const why = last === undefined ? "nobody had written it before" : "it had been removed";
    yield judged(created >= from && created <= until, {
      message: `${client}'s ${nameOf(write)} was answered at ${atOf(write)} ms with created at ${this.#ofCase(created)} ms`,
      expected: `created is the time of this write, from ${this.#fromTo(write)}, for ${why} (STO-2).`,
      shape: [kindOf(write), last === undefined ? "created-not-new" : "created-kept-after-remove"],
      operations: last === undefined ? [write] : [last, write],
    });
  }

  /** After another write: `modified` does not go back, and `created` is kept unless a remove came in between. */
  *#sequel(path: string, write: StoreOperation, stamp: Stamp): Generator<Judged> {
    const before = this.#writesAt(path)
      .filter((other) => endOf(other) < write.callIndex && this.#stampOf(other) !== null)
      .sort((left, right) => endOf(right) - endOf(left))[0];
    if (before === undefined) return;
    const earlier = this.#stampOf(before) as Stamp;
    const { client } = write.exchange;
    const mayGoBack = this.#clock.goesBack(before.callIndex, write.returnIndex ?? Infinity);
    yield judged(mayGoBack || stamp.modified >= earlier.modified, {
      message: `${client}'s ${nameOf(write)} was answered at ${atOf(write)} ms with modified ${stamp.modified}, after one at ${atOf(before)} ms with ${earlier.modified}`,
      expected: "modified never goes back on one path (STO-2).",
      shape: [kindOf(write), "modified-goes-back"],
      operations: [before, write],
    });
    const isRemovable = this.#removes.some(
      (remove) =>
        remove.callIndex < endOf(write) &&
        endOf(remove) > before.callIndex &&
        this.#reach(remove, path) !== "never",
    );
    const { vantage } = this.#recording;
    if (isRemovable || (vantage.hasOthers && !vantage.isOwn(path))) return;
    yield judged(stamp.created === earlier.created, {
      message: `${client}'s ${nameOf(write)} was answered at ${atOf(write)} ms with created ${stamp.created}, after one at ${atOf(before)} ms with ${earlier.created}`,
      expected: "created is kept when a path is written again (STO-2).",
      shape: [kindOf(write), "created-changed"],
      operations: [before, write],
    });
  }

  #fromTo({ callIndex, exchange }: StoreOperation): string {
    const from = exchange.arriveAt ?? this.#recording.event(callIndex).at;
    return `${from} ms to ${exchange.answers[0]?.at ?? "?"} ms`;
  }

  /** In milliseconds of the case, as a clock that is right has them. */
  #ofCase(epochMs: number): number {
    return epochMs - (this.#recording.header.epochMs ?? 0);
  }

  /** Whether every write there ever was at a path is in this history. */
  #isKnown(path: string): boolean {
    return this.#recording.vantage.isOwn(path) && this.#isWhole;
  }

  #writesAt(path: string): readonly StoreOperation[] {
    return this.#writes.get(path) ?? [];
  }

  #stampOf({ returnIndex, exchange }: StoreOperation): Stamp | null {
    return returnIndex === null ? null : stampOf(exchange.answers[0]?.frame.meta);
  }

  #reach({ input }: StoreOperation, path: string): "must" | "may" | "never" {
    if (!isPattern(input.path)) return input.path === path ? "must" : "never";
    return match(input.path, path, this.#profile.storeRule);
  }

  #differenceOf(writes: readonly StoreOperation[], { created, modified }: Stamp): string {
    const stamps = writes.map((write) => this.#stampOf(write));
    if (stamps.some((stamp) => stamp?.modified === modified)) return "created-of-no-write";
    return stamps.some((stamp) => stamp?.created === created)
      ? "modified-of-no-write"
      : "times-of-no-write";
  }
}

interface Told {
  readonly message: string;
  readonly expected: string;
  readonly shape: readonly string[];
  readonly operations: readonly StoreOperation[];
}

function judged(holds: boolean, { message, expected, shape, operations }: Told): Judged {
  if (holds) return { exercised: 1, violation: null };
  const evidence = operations.flatMap(({ callIndex, returnIndex }) => [
    callIndex,
    ...(returnIndex === null ? [] : [returnIndex]),
  ]);
  return { exercised: 1, violation: { clause: "STO-2", message, expected, shape, evidence } };
}

function stampOf(meta: JsonObject | undefined): Stamp | null {
  const [created, modified] = [meta?.["created"], meta?.["modified"]];
  return typeof created === "number" && typeof modified === "number" ? { created, modified } : null;
}

/** The times of each document that a read found, by path. */
function* stampsIn({ input, exchange }: StoreOperation): Generator<readonly [string, Stamp]> {
  const answer = exchange.answers[0]?.frame;
  if (answer === undefined) return;
  if (input.kind === "get") {
    const stamp = isJsonObject(answer.data) ? stampOf(answer.meta) : null;
    if (stamp !== null) yield [input.path, stamp];
    return;
  }
  for (const item of answer.isList ? (answer.data as readonly Json[]) : []) {
    const path = pathOfItem(item);
    const meta = isJsonObject(item) ? item["_meta"] : undefined;
    const stamp = isJsonObject(meta) ? stampOf(meta) : null;
    if (path !== null && stamp !== null) yield [path, stamp];
  }
}

function endOf({ returnIndex }: StoreOperation): number {
  return returnIndex ?? Infinity;
}

function atOf({ exchange }: StoreOperation): number | string {
  return exchange.answers[0]?.at ?? "?";
}

function nameOf({ input }: StoreOperation): string {
  return `${input.kind === "merge" ? "merge" : "set"} of ${JSON.stringify(input.path)}`;
}

function kindOf({ input, exchange }: StoreOperation): string {
  return optionsOf(exchange)["set_type"] === "sibling" ? "sibling" : input.kind;
}
