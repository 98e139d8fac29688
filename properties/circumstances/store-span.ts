/**
 * Which process held the store when, and what it began with (docs/FAULTS.md: `stop`, `kill`).
 *
 * @packageDocumentation
 */
import type { HistoryEvent, Recording } from "../../src/history/index.js";

/** From the start of a process, or the beginning of the history, to the next start. */
export interface StoreSpan {
  /** Events from this index on. */
  readonly fromIndex: number;
  /** And before that one; Infinity for the last. */
  readonly untilIndex: number;
  /**
   * What was stored to begin with. `fresh`: what the history says of its header, for a new server
   * nothing. `stopped`, `killed`: what the file held after an orderly stop of the process before, or
   * after another end of it. `open`: nobody knows.
   */
  readonly begins: "fresh" | "stopped" | "killed" | "open";
}

export function storeSpansOf({ header, events, vantage }: Recording): readonly StoreSpan[] {
  const starts: { readonly index: number; readonly begins: StoreSpan["begins"] }[] = [];
  const forgets = vantage.isAtServer && (header.store ?? "memory") === "memory";
  let ending: HistoryEvent["kind"] | null = null;
  events.forEach((event, index) => {
    if (ENDINGS.includes(event.kind)) ending = event.kind;
    if (event.kind !== "started") return;
    if (starts.length === 0 || forgets) starts.push({ index, begins: "fresh" });
    // Of a server that is not simulated, nobody knows what it keeps where.
    else if (!vantage.isAtServer) starts.push({ index, begins: "open" });
    else starts.push({ index, begins: ending === "stopped" ? "stopped" : "killed" });
  });
  return [{ index: 0, begins: "fresh" } as const, ...starts.slice(1)].map(
    ({ index: fromIndex, begins }, place) => ({
      fromIndex,
      untilIndex: starts[place + 1]?.index ?? Infinity,
      begins,
    }),
  );
}

const ENDINGS: readonly string[] = ["stopped", "killed", "crash"];
