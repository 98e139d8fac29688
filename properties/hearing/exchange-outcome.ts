/**
 * What became of a request, as far as the server boundary shows it.
 *
 * @packageDocumentation
 */
import type { Exchange, Recording } from "../../src/history/index.js";
import { canonical, isJsonObject, type Json, type JsonObject } from "../../src/protocol/index.js";
import { append } from "../append.js";

/**
 * `ok` and `error`: answered so, once. `unknown`: anything else (no answer, several, one that can't
 * be told from the answer to another request with the same eventId): it may have had its effect, at
 * any time since it arrived.
 */
export type Outcome = "ok" | "error" | "unknown";

export interface SettledExchange {
  readonly exchange: Exchange;
  readonly outcome: Outcome;
  /** Index of `arrive`. */
  readonly startIndex: number;
  /** Index of the answer; Infinity where the outcome is unknown. */
  readonly answerIndex: number;
}

const known = new WeakMap<Recording, readonly SettledExchange[]>();

/** The requests that reached the server, in the order of their arrival; worked out once. */
export function settledExchanges(recording: Recording): readonly SettledExchange[] {
  let settled = known.get(recording);
  if (settled === undefined) {
    settled = settle(recording);
    known.set(recording, settled);
  }
  return settled;
}

function settle(recording: Recording): readonly SettledExchange[] {
  const twins = overlappingTwins(recording);
  const settled: SettledExchange[] = [];
  for (const exchange of recording.exchanges) {
    if (exchange.arriveIndex === null) continue;
    const [answer] = exchange.answers;
    const status = answer?.frame.meta["status"];
    const isClear =
      answer !== undefined &&
      exchange.answers.length === 1 &&
      !twins.has(exchange) &&
      (status === "ok" || status === "error");
    settled.push({
      exchange,
      startIndex: exchange.arriveIndex,
      outcome: isClear ? status : "unknown",
      answerIndex: isClear ? answer.writeIndex : Infinity,
    });
  }
  return settled.sort((left, right) => left.startIndex - right.startIndex);
}

/** `options` of a request; empty where it has none. */
export function optionsOf(exchange: Exchange): JsonObject {
  const { options } = exchange.request;
  return isJsonObject(options) ? options : {};
}

/** Whether an option is there and is not switched off. */
export function isOn(option: Json | undefined): boolean {
  return option !== undefined && option !== null && option !== false;
}

/**
 * Whether it is plain what a `set` writes. Real clients say `nullValue` beside `null`, which some
 * servers take for the data; beside anything else it contradicts it, and no clause says which counts.
 */
export function saysWhatItWrites({ request: { data, options } }: Exchange): boolean {
  return !isJsonObject(options) || !isOn(options["nullValue"]) || data === null;
}

/** Requests of one connection with one eventId that were under way together. */
function overlappingTwins(recording: Recording): ReadonlySet<Exchange> {
  const groups = new Map<string, Exchange[]>();
  for (const exchange of recording.exchanges) {
    if (exchange.arriveIndex === null) continue;
    const key = `${exchange.connection} ${canonical(exchange.request.eventId)}`;
    append(groups, key, exchange);
  }
  const twins = new Set<Exchange>();
  for (const group of groups.values()) {
    if (group.length === 1) continue;
    for (const left of group) {
      for (const right of group) {
        if (left !== right && overlaps(left, right)) twins.add(left).add(right);
      }
    }
  }
  return twins;
}

function overlaps(left: Exchange, right: Exchange): boolean {
  return startOf(left) < endOf(right) && startOf(right) < endOf(left);
}

function startOf({ arriveIndex }: Exchange): number {
  return arriveIndex ?? Infinity;
}

function endOf({ answers }: Exchange): number {
  return answers.at(-1)?.writeIndex ?? Infinity;
}
