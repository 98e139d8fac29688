/**
 * Two runs of one plan that were not the same: where they part, and what may be the cause.
 *
 * @packageDocumentation
 */
import type { History, HistoryEvent } from "../history/index.js";

export interface Divergence {
  readonly caseIndex: number;
  readonly token: string;
  /** Index of the first event that differs; the length of the shorter history where it only ends earlier. */
  readonly index: number;
  /** That event in either run; null where it had ended. */
  readonly events: readonly [HistoryEvent | null, HistoryEvent | null];
  /**
   * What drew time or chance that the world doesn't control before that, as `what at file:line`, the
   * last one first; empty where the target only used what is controlled.
   */
  readonly sites: readonly string[];
}

/** The first difference of two histories; null where there is none. */
export function divergenceOf(
  first: History,
  second: History,
): Pick<Divergence, "index" | "events" | "sites"> | null {
  const length = Math.max(first.events.length, second.events.length);
  for (let index = 0; index < length; index += 1) {
    const events = [first.events[index] ?? null, second.events[index] ?? null] as const;
    if (JSON.stringify(events[0]) === JSON.stringify(events[1])) continue;
    const sites = [...sitesBefore(first, index), ...sitesBefore(second, index)];
    return { index, events, sites: [...new Set(sites)] };
  }
  return null;
}

function sitesBefore({ events }: History, index: number): readonly string[] {
  return events
    .slice(0, index + 1)
    .flatMap((event) =>
      event.kind === "undeterministic" ? [`${event.what} at ${event.site}`] : [],
    )
    .toReversed();
}
