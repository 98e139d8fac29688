/**
 * Which events of a timeline a terminal shows, and on which lines.
 *
 * @packageDocumentation
 */
import type { Relevance, TimelineEvent, TimelineModel } from "./timeline/model.js";

/** A line: an event by itself, or a frame with both of its ends at the instant of the server's. */
export interface SequenceRow {
  readonly event: TimelineEvent;
  readonly index: number;
  /** All events that the line stands for. */
  readonly covers: readonly number[];
  /** Events before it, and after the line before it, that no line stands for. */
  readonly hiddenBefore: number;
}

export interface SequenceRows {
  readonly rows: readonly SequenceRow[];
  readonly hiddenAfter: number;
}

const LEVELS: readonly Relevance[] = ["essential", "related", "other"];

/**
 * The lines of the events that are at least so relevant. Once the evidence is complete, only what is
 * essential follows, unless all is asked for.
 */
export function sequenceRows({ events, broken }: TimelineModel, shows: Relevance): SequenceRows {
  const end = broken.evidence.at(-1) ?? Infinity;
  const isShown = ({ relevance }: TimelineEvent, index: number) => {
    const level = shows === "related" && index > end ? "essential" : shows;
    return LEVELS.indexOf(relevance) <= LEVELS.indexOf(level);
  };
  const drafts = events.flatMap((event, index) => {
    const covers = isShown(event, index) ? coveredBy(event, index) : null;
    return covers === null ? [] : [{ event, index, covers }];
  });
  const covered = new Set(drafts.flatMap(({ covers }) => covers));
  let shownTo = -1;
  const hiddenUntil = (end: number) => {
    let count = 0;
    for (let index = shownTo + 1; index < end; index += 1) if (!covered.has(index)) count += 1;
    shownTo = end;
    return count;
  };
  const rows = drafts.map((draft) => ({ ...draft, hiddenBefore: hiddenUntil(draft.index) }));
  return { rows, hiddenAfter: hiddenUntil(events.length) };
}

/** The level that shows most in at most so many lines; the essential is always shown. */
export function easyLevel(model: TimelineModel, linesMax: number): Relevance {
  for (const level of LEVELS.toReversed()) {
    if (sequenceRows(model, level).rows.length <= linesMax) return level;
  }
  return "essential";
}

/** The events of the line that an event stands on; null where another event's line has it. */
function coveredBy(event: TimelineEvent, index: number): readonly number[] | null {
  switch (event.kind) {
    case "send":
      return event.to === undefined ? [index] : null;
    case "arrive":
      return [event.from ?? index, index];
    case "write":
      return event.to === undefined ? [index] : [index, event.to];
    case "receive":
      return null;
    default:
      return [index];
  }
}
