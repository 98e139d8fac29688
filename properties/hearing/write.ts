/**
 * Writes: the `set` and `remove` requests that reached the server, and what each of them publishes.
 *
 * @packageDocumentation
 */
import { gaugeOf } from "../../models/index.js";
import type { Exchange, Recording } from "../../src/history/index.js";
import { isJsonObject, isPattern, type Json, type JsonObject } from "../../src/protocol/index.js";
import { isClear } from "../request-form.js";
import { isOn, optionsOf, settledExchanges, type Outcome } from "./exchange-outcome.js";
import type { Spoken } from "./spoken.js";

export interface Write {
  /** Position among the writes, in the order of arrival. */
  readonly order: number;
  readonly exchange: Exchange;
  readonly options: JsonObject;
  readonly action: "SET" | "REMOVE";
  /** The path that it publishes; null where no event shows it. */
  readonly path: string | null;
  /** Of a snapshot, the path of its request: who hears of it is open, by the one or the other (STO-9). */
  readonly alias: string | null;
  readonly outcome: Outcome;
  /** Index of its arrival at the server. */
  readonly startIndex: number;
  /** Index of its answer; Infinity without one. */
  readonly answerIndex: number;
  /** Until when it may find its subscribers: its answer with consistency 2, else for ever (PUB-4). */
  readonly endIndex: number;
  /** Whether the clauses say what the request does (request-form.ts). */
  readonly isClear: boolean;
  readonly publishes: "must" | "may" | "never";
  /** Session ids (PUB-5); `unclear` where the option is no list of texts. */
  readonly targets: ReadonlySet<string> | "all" | "unclear";
  /** How many items it removed; null for a set, and where it isn't known. */
  readonly removedCount: number | null;
  /** What its answer says was written, or removed; undefined without an answer, and where that has no data (DIA-5). */
  readonly told: Json | undefined;
  /** Whether it counts a gauge: then what it tells is not what it stores (DIA-7). */
  readonly isGauge: boolean;
}

/** The writes in the order of their arrival. */
export function writesOf(recording: Recording, spoken: Spoken): readonly Write[] {
  const writes: Write[] = [];
  for (const { exchange, outcome, startIndex, answerIndex } of settledExchanges(recording)) {
    const { action } = exchange.request;
    if (action !== "set" && action !== "remove") continue;
    const answer = outcome === "ok" ? exchange.answers[0] : undefined;
    const removedCount = action === "remove" ? removedCountOf(answer?.frame.data) : null;
    const path = publishedPath(exchange, answer?.frame.meta);
    const options = optionsOf(exchange);
    const dialect = spoken.dialectAt(exchange.connection, startIndex);
    const isPlain = isClear(exchange.request, dialect);
    writes.push({
      order: writes.length,
      exchange,
      options,
      action: action === "set" ? "SET" : "REMOVE",
      path,
      alias:
        isTag(exchange) && typeof exchange.request.path === "string" ? exchange.request.path : null,
      outcome,
      startIndex,
      answerIndex,
      endIndex: isTransactional(options) ? answerIndex : Infinity,
      isClear: isPlain,
      publishes: publishingOf(recording, { exchange, outcome, path, removedCount, isPlain }),
      targets: targetsOf(options["targetClients"]),
      removedCount,
      told: answer?.frame.data,
      isGauge: gaugeOf(exchange.request, dialect) !== null,
    });
  }
  return writes;
}

/** Consistency 2, the default (PUB-4). */
export function isTransactional(options: JsonObject): boolean {
  const consistency = options["consistency"] ?? 2;
  return consistency === 2;
}

function publishedPath(exchange: Exchange, meta: JsonObject | undefined): string | null {
  const path = isSibling(exchange) || isTag(exchange) ? meta?.["path"] : exchange.request.path;
  return typeof path === "string" ? path : null;
}

function isSibling(exchange: Exchange): boolean {
  return exchange.request.action === "set" && optionsOf(exchange)["set_type"] === "sibling";
}

function isTag(exchange: Exchange): boolean {
  return exchange.request.action === "set" && isOn(optionsOf(exchange)["tag"]);
}

function removedCountOf(data: Json | undefined): number | null {
  const removed = isJsonObject(data) ? data["removed"] : undefined;
  return typeof removed === "number" ? removed : null;
}

interface Published {
  readonly exchange: Exchange;
  readonly outcome: Outcome;
  readonly path: string | null;
  readonly removedCount: number | null;
  /** Whether the clauses say what the request does. */
  readonly isPlain: boolean;
}

function publishingOf(
  recording: Recording,
  { exchange, outcome, path, removedCount, isPlain }: Published,
): Write["publishes"] {
  const options = optionsOf(exchange);
  if (options["noPublish"] === true) return "never";
  const isCertain =
    outcome === "ok" &&
    path !== null &&
    isTraceable(recording, exchange, path) &&
    isPlain &&
    !isOn(options["tag"]);
  if (!isCertain) return "may";
  // A pattern is no place to set (STO-13); a remove of nothing may say so or not (PUB-8).
  if (exchange.request.action === "set") return isPattern(path) ? "may" : "must";
  return removedCount !== null && removedCount > 0 ? "must" : "may";
}

/** Among the writes of others, publications of one without a known session can't be told for its. */
function isTraceable(recording: Recording, { connection }: Exchange, path: string): boolean {
  const { vantage } = recording;
  if (!vantage.hasOthers || vantage.isOwn(path)) return true;
  return recording.connection(connection).sessionId !== null;
}

function targetsOf(option: Json | undefined): Write["targets"] {
  if (option === undefined || option === null) return "all";
  if (!Array.isArray(option)) return "unclear";
  const ids = (option as readonly Json[]).filter((id) => typeof id === "string");
  return ids.length === option.length ? new Set(ids) : "unclear";
}
