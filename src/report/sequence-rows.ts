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

/** Everything is shown by itself only of a history that short. */
const WHOLE_MAX = 20;

/**
 * The level that tells the story best: what is related, where that stays easy to follow, else the
 * essential. Handshakes and stops that have nothing to do with it are left out of all but the shortest.
 */
export function easyLevel(model: TimelineModel, linesMax: number): Relevance {
  if (sequenceRows(model, "other").rows.length <= WHOLE_MAX) return "other";
  return sequenceRows(model, "related").rows.length <= linesMax ? "related" : "essential";
}

/** The events of the line that an event stands on; null where another event's line has it. */
function coveredBy(event: TimelineEvent, index: number): readonly number[] | null {
  switch (event.kind) {
    case "send":
    case "relay":
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
