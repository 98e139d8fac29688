/**
 * Subscribers hear writes in the order in which they were made.
 *
 * Three promises of PUB-6: the writes of one publisher in their order, on every subscription; the
 * stored writes of one path in one order for all, which respects real time; and the value that is
 * heard last is the one that stays.
 *
 * @packageDocumentation
 */
import { match, type PatternRule, type Profile } from "../models/index.js";
import type { Recording } from "../src/history/index.js";
import { isJsonObject, isPattern, jsonEqual, type Json } from "../src/protocol/index.js";
import { append } from "./append.js";
import {
  hearingOf,
  isOn,
  settledExchanges,
  type Hearing,
  type Subscription,
  type Write,
} from "./hearing/index.js";
import type { Finding, Property } from "./property.js";
import { isPartialRead } from "./read-form.js";
import { storedFormOf } from "./stored-form.js";
import { Violations } from "./violations.js";
import { kindOfSubscription, naming, timeOf } from "./words.js";

export const publicationOrder: Property = {
  id: "publication-order",
  promise: "Writes are heard in the order in which they were made, by all in the same.",
  clauses: ["PUB-6"],
  severity: "must",
  check(recording, profile) {
    return new Order(recording, profile).judge();
  },
};

/** A write as one subscription heard it first. */
interface Heard {
  readonly write: Write;
  readonly writeIndex: number;
}

interface Listener {
  readonly subscription: Subscription;
  readonly heard: readonly Heard[];
}

class Order {
  readonly #recording: Recording;
  readonly #hearing: Hearing;
  readonly #storeRule: PatternRule;
  readonly #violations = new Violations();

  constructor(recording: Recording, profile: Profile) {
    this.#recording = recording;
    this.#storeRule = profile.storeRule;
    this.#hearing = hearingOf(recording, profile);
  }

  judge(): Finding {
    const listeners = this.#listeners();
    for (const listener of listeners) this.#judgeSequence(listener);
    for (const [path, hearers] of byStoredPath(listeners)) {
      this.#judgeAgreement(hearers);
      this.#judgeLast(path, hearers);
    }
    return this.#violations.finding();
  }

  /** What each subscription heard, in order; repetitions left out. */
  #listeners(): readonly Listener[] {
    const bySubscription = new Map<Subscription, Heard[]>();
    for (const publication of this.#recording.publications) {
      const { channel } = publication.frame.meta;
      const source = this.#hearing.source(publication);
      if (source.how !== "id" || source.candidates.length > 1) continue;
      if (typeof channel !== "string") continue;
      const subscription = this.#hearing.subscription(publication.connection, channel);
      if (subscription === null) continue;
      const heard = bySubscription.get(subscription) ?? [];
      if (heard.length === 0) bySubscription.set(subscription, heard);
      if (this.#hearing.heard(source.write, subscription)[0] === publication) {
        heard.push({ write: source.write, writeIndex: publication.writeIndex });
      }
    }
    return [...bySubscription].map(([subscription, heard]) => ({ subscription, heard }));
  }

  /** A write that was answered before another arrived is heard before it: of one publisher, and of one stored path. */
  #judgeSequence({ subscription, heard }: Listener): void {
    const latest = new Map<string, Heard>();
    for (const next of heard) {
      const { write } = next;
      const keys = [`publisher ${write.exchange.connection}`];
      if (isStored(write)) keys.push(`path ${write.path}`);
      for (const key of keys) {
        const before = latest.get(key);
        if (before !== undefined) {
          this.#violations.exercised += 1;
          if (write.answerIndex < before.write.startIndex) {
            const relation = key.startsWith("publisher") ? "one-publisher" : "one-path";
            this.#swapped(subscription, before, next, relation);
            break;
          }
        }
        if (before === undefined || before.write.startIndex < write.startIndex) {
          latest.set(key, next);
        }
      }
    }
  }

  #swapped(subscription: Subscription, first: Heard, second: Heard, relation: string): void {
    const { client, channelText } = subscription;
    const why =
      relation === "one-publisher"
        ? "two writes of one publisher, the second sent after the answer to the first, are heard in that order"
        : "all hear the stored writes of one path in the store's order";
    this.#violations.add({
      clause: "PUB-6",
      message: `${client} was sent ${naming(first.write)} at ${timeOf(this.#recording, first.writeIndex)}, before ${naming(second.write)} at ${timeOf(this.#recording, second.writeIndex)}, on ${JSON.stringify(channelText)}`,
      expected: `The other order: the ${second.write.exchange.request.action} had been answered at ${timeOf(this.#recording, second.write.answerIndex)}, before the other arrived, and ${why} (PUB-6).`,
      shape: [relation, ...actionsOf(first, second), kindOfSubscription(subscription)],
      evidence: [
        second.write.startIndex,
        second.write.answerIndex,
        first.write.startIndex,
        first.writeIndex,
        second.writeIndex,
      ],
    });
  }

  /** Any two subscriptions hear any two stored writes of one path in the same order. */
  #judgeAgreement(hearers: readonly Listener[]): void {
    hearers.forEach((left, at) => {
      const place = new Map(left.heard.map(({ write }, index) => [write, index]));
      for (const right of hearers.slice(at + 1)) {
        let previous: Heard | undefined;
        for (const next of right.heard) {
          const nextPlace = place.get(next.write);
          if (nextPlace === undefined) continue;
          if (previous !== undefined) {
            this.#violations.exercised += 1;
            const previousPlace = place.get(previous.write) as number;
            if (previousPlace > nextPlace) this.#disagree(left, right, previous, next);
          }
          previous = next;
        }
      }
    });
  }

  #disagree(left: Listener, right: Listener, first: Heard, second: Heard): void {
    // A subscription that is wrong by real time as well is told of once.
    if (isBefore(second.write, first.write) || isBefore(first.write, second.write)) return;
    const other = (write: Write) =>
      left.heard.find((heard) => heard.write === write)?.writeIndex ?? 0;
    const isOne = left.subscription.connection === right.subscription.connection;
    this.#violations.add({
      clause: "PUB-6",
      message: `${right.subscription.client} was sent ${naming(first.write)} before ${naming(second.write)}, at ${timeOf(this.#recording, first.writeIndex)} and ${timeOf(this.#recording, second.writeIndex)}, but ${left.subscription.client} was sent them the other way round, at ${timeOf(this.#recording, other(first.write))} and ${timeOf(this.#recording, other(second.write))}`,
      expected: `One order for all: every subscription hears the stored writes of one path in the order of the store (PUB-6).`,
      shape: ["disagreement", ...actionsOf(first, second), isOne ? "one-session" : "two-sessions"],
      evidence: [
        first.writeIndex,
        second.writeIndex,
        other(first.write),
        other(second.write),
        first.write.startIndex,
        second.write.startIndex,
      ],
    });
  }

  /** Of writes under way together, the one heard last is the one that a later `get` finds. */
  #judgeLast(path: string, hearers: readonly Listener[]): void {
    const { vantage } = this.#recording;
    // Others may have written what the get found.
    if (vantage.hasOthers && !vantage.isOwn(path)) return;
    const final = this.#finalWrites(path);
    if (final.length < 2) return;
    const seen = this.#valueAfter(path, final);
    if (seen === null) return;
    const winners = final.filter((write) => jsonEqual(valueOf(write), seen.value));
    if (winners.length === 0 || winners.length === final.length) return;
    for (const { subscription, heard } of hearers) {
      const last = heard.findLast(({ write }) => final.includes(write));
      const heardAll = final.every((write) => heard.some((item) => item.write === write));
      if (last === undefined || !heardAll) continue;
      this.#violations.exercised += 1;
      if (winners.includes(last.write)) continue;
      this.#violations.add({
        clause: "PUB-6",
        message: `${subscription.client} was sent ${naming(last.write)} last, at ${timeOf(this.#recording, last.writeIndex)}, but what stayed, as the get at ${timeOf(this.#recording, seen.index)} shows, is ${naming(winners[0] as Write)}`,
        expected: `The last publication of a path carries its final value (PUB-6).`,
        shape: [
          "last-is-not-final",
          ...final
            .map(({ exchange }) => exchange.request.action)
            .sort(compare)
            .slice(0, 2),
        ],
        evidence: [last.writeIndex, seen.index, ...final.map(({ startIndex }) => startIndex)],
      });
    }
  }

  /** The writes of a path that no other write of it follows; empty where one of them is uncertain. */
  #finalWrites(path: string): readonly Write[] {
    const writes = this.#hearing.writes.filter((write) => {
      if (write.outcome === "error" || write.options["noStore"] === true) return false;
      if (write.removedCount === 0) return false;
      if (write.path === null || write.action === "SET") return (write.path ?? path) === path;
      return match(write.path, path, this.#storeRule) !== "never";
    });
    // One that is uncertain, takes in other paths or is not heard may be the last one.
    if (!writes.every((write) => isStored(write) && write.path === path)) return [];
    if (!writes.every(({ told, isGauge }) => told !== undefined && !isGauge)) return [];
    return writes.filter((write) => !writes.some((other) => isBefore(write, other)));
  }

  /** What the first `get` of the path that arrives after the last write was answered finds. */
  #valueAfter(path: string, final: readonly Write[]): { value: Json; index: number } | null {
    const settledBy = Math.max(...final.map(({ answerIndex }) => answerIndex));
    for (const { exchange, outcome, startIndex, answerIndex } of settledExchanges(
      this.#recording,
    )) {
      const { request } = exchange;
      if (request.action !== "get" || request.path !== path) continue;
      if (outcome !== "ok" || startIndex < settledBy) continue;
      const options = isJsonObject(request.options) ? request.options : {};
      if (isPartialRead(options)) continue;
      const data = exchange.answers[0]?.frame.data ?? null;
      return { value: data === null ? null : storedFormOf(data), index: answerIndex };
    }
    return null;
  }
}

/** What a write leaves at its path. */
function valueOf(write: Write): Json {
  if (write.action === "REMOVE") return null;
  return storedFormOf(write.told);
}

/** By path, the subscriptions that heard stored writes of it, with those writes only. */
function byStoredPath(listeners: readonly Listener[]): ReadonlyMap<string, readonly Listener[]> {
  const paths = new Map<string, Listener[]>();
  for (const { subscription, heard } of listeners) {
    const own = new Map<string, Heard[]>();
    for (const item of heard) {
      const { path } = item.write;
      if (path === null || !isStored(item.write)) continue;
      append(own, path, item);
    }
    for (const [path, items] of own) append(paths, path, { subscription, heard: items });
  }
  return paths;
}

/** Whether a write certainly changed one path of the store. */
function isStored(write: Write): boolean {
  if (write.outcome !== "ok" || write.path === null || isPattern(write.path)) return false;
  if (write.action === "REMOVE") return write.removedCount !== null && write.removedCount > 0;
  return !isOn(write.options["noStore"]) && write.publishes === "must";
}

/** Answered before the other arrived. */
function isBefore(left: Write, right: Write): boolean {
  return left.answerIndex < right.startIndex;
}

function actionsOf(first: Heard, second: Heard): readonly string[] {
  return [first, second].map(({ write }) => write.exchange.request.action);
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
