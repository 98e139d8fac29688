/**
 * Where the history shows that a request has taken effect: a hint for the search for an order, which
 * decides nothing by it.
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import type { Exchange, Recording } from "../src/history/index.js";
import { hearingOf } from "./hearing/hearing.js";
import { settledExchanges, type SettledExchange } from "./hearing/exchange-outcome.js";

/**
 * Of each request that something shows to have taken effect, the index by which it had: that of the
 * first publication of it, of the last event at the time that its answer names, of its answer; or of a
 * later request of its connection, since servers mostly take up what comes in there in turn.
 */
export function shownIndices(
  recording: Recording,
  profile: Profile,
): ReadonlyMap<Exchange, number> {
  const hearing = hearingOf(recording, profile);
  const published = new Map(
    hearing.writes.map((write) => [write.exchange, hearing.publicationsOf(write)[0]?.writeIndex]),
  );
  const shown = new Map<Exchange, number>();
  const later = new Map<string, number>();
  for (const settled of settledExchanges(recording).toReversed()) {
    const { exchange } = settled;
    const own = Math.min(
      published.get(exchange) ?? Infinity,
      stampedIndex(recording, settled),
      settled.answerIndex,
    );
    if (own === Infinity) continue;
    const index = Math.min(own, later.get(exchange.connection) ?? Infinity);
    later.set(exchange.connection, index);
    shown.set(exchange, index);
  }
  return shown;
}

/** Index of the last event by the time of the write that its answer names; Infinity where it names none. */
function stampedIndex(recording: Recording, { exchange, outcome }: SettledExchange): number {
  const { action } = exchange.request;
  const meta = outcome === "ok" ? exchange.answers[0]?.frame.meta : undefined;
  const stamp = action === "remove" ? meta?.["timestamp"] : meta?.["modified"];
  const { events, header } = recording;
  const isWrite = action === "set" || action === "remove";
  if (!isWrite || typeof stamp !== "number" || header.epochMs === null) return Infinity;
  const at = stamp - header.epochMs;
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (recording.event(middle).at <= at) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? Infinity : low - 1;
}
