/**
 * Where everything is on the time axis, from top to bottom.
 *
 * Events are rows in their order. Between two rows time is drawn to scale, up to a limit; what is
 * longer is a row of its own that says how long it is. What is not shown is a row that says how much
 * that is. So the axis shortens silence, and never hides that it does.
 *
 * @packageDocumentation
 */
import type { TimelineEvent, TimelineModel } from "../model.js";

export type Row =
  | {
      readonly kind: "event";
      readonly index: number;
      readonly top: number;
      readonly height: number;
    }
  /** Events that are not shown, from `index` to `last`. */
  | {
      readonly kind: "fold";
      readonly index: number;
      readonly last: number;
      readonly ms: number;
      readonly top: number;
      readonly height: number;
    }
  /** Silence before the event `index`. */
  | {
      readonly kind: "silence";
      readonly index: number;
      readonly ms: number;
      readonly top: number;
      readonly height: number;
    }
  /** The broken expectation, behind the event `index`. */
  | {
      readonly kind: "broken";
      readonly index: number;
      readonly top: number;
      readonly height: number;
    };

export interface LayoutOptions {
  /** 1: rows at the height at which they are easy to read. */
  readonly zoom: number;
  /** Height of the note on what is broken, at zoom 1. */
  readonly brokenHeight: number;
  readonly isShown: (event: TimelineEvent, index: number) => boolean;
}

/** Height of a row, in CSS pixels at zoom 1. */
export const ROW_HEIGHT = 27;
/** Of the row of a frame's end, which has no words. */
const END_HEIGHT = 17;
const FOLD_HEIGHT = 26;
const SILENCE_HEIGHT = 34;
/** Pixels of a virtual millisecond at zoom 1. */
const PIXELS_A_MS = 1.1;
/** Silence that is drawn to scale. */
const SCALED_MS_MAX = 30;
/** Below that zoom nothing is written. */
export const WORDS_ZOOM_MIN = 0.55;
const PADDING = 14;

export class Layout {
  readonly rows: readonly Row[];
  readonly height: number;
  /** The row of each event: its own, or that of the fold that holds it. */
  readonly #rowOf: Int32Array;

  constructor(model: TimelineModel, options: LayoutOptions) {
    const { events, broken } = model;
    const { zoom } = options;
    const rows: Row[] = [];
    this.#rowOf = new Int32Array(events.length);
    const lastEvidence = broken.evidence.at(-1) ?? -1;
    let top = PADDING;
    let at = 0;
    const put = (row: Row): void => {
      rows.push(row);
      top += row.height;
    };
    for (let index = 0; index < events.length;) {
      const event = events[index] as TimelineEvent;
      const last = foldFrom(events, index, options);
      if (last >= index) {
        const ms = (events[last] as TimelineEvent).at - at;
        put({ kind: "fold", index, last, ms, top, height: scaled(FOLD_HEIGHT, zoom, 9) });
        this.#rowOf.fill(rows.length - 1, index, last + 1);
        at = (events[last] as TimelineEvent).at;
        index = last + 1;
        continue;
      }
      const ms = event.at - at;
      if (ms > SCALED_MS_MAX) {
        put({ kind: "silence", index, ms, top, height: scaled(SILENCE_HEIGHT, zoom, 6) });
      } else if (rows.length > 0) top += ms * PIXELS_A_MS * zoom;
      const height = event.from === undefined ? ROW_HEIGHT : END_HEIGHT;
      put({ kind: "event", index, top, height: scaled(height, zoom, 2) });
      this.#rowOf[index] = rows.length - 1;
      at = event.at;
      if (index === lastEvidence) {
        put({
          kind: "broken",
          index,
          top,
          height: scaled(options.brokenHeight, Math.min(1, zoom), 10),
        });
      }
      index += 1;
    }
    this.rows = rows;
    this.height = Math.ceil(top + PADDING);
  }

  /** The middle of an event's row. */
  yOf(index: number): number {
    const row = this.rows[this.#rowOf[index] ?? 0];
    return row === undefined ? 0 : row.top + row.height / 2;
  }

  /** Whether an event has a row of its own. */
  hasRow(index: number): boolean {
    return this.rows[this.#rowOf[index] ?? -1]?.kind === "event";
  }

  /** The row at a height; the nearest where there is none. */
  rowAt(y: number): Row | undefined {
    return this.rows[this.#placeAt(y)];
  }

  /** The rows that a window shows. */
  rowsBetween(top: number, bottom: number): readonly Row[] {
    const start = this.#placeAt(top);
    let end = start;
    while (end < this.rows.length && (this.rows[end] as Row).top <= bottom) end += 1;
    return this.rows.slice(start, end);
  }

  /** The next event with a row of its own, from one on in a direction; null where there is none. */
  shownFrom(index: number, step: 1 | -1): number | null {
    for (let at = index; at >= 0 && at < this.#rowOf.length; at += step) {
      if (this.hasRow(at)) return at;
    }
    return null;
  }

  #placeAt(y: number): number {
    let [low, high] = [0, this.rows.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.rows[middle] as Row).top <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Index of the last event of the fold that begins here; less than the index where none does. */
function foldFrom(
  events: readonly TimelineEvent[],
  from: number,
  { isShown }: LayoutOptions,
): number {
  let last = from - 1;
  while (last + 1 < events.length && !isShown(events[last + 1] as TimelineEvent, last + 1)) {
    last += 1;
  }
  return last;
}

/** At a zoom at which single events can still be told apart, no row is lower than the least. */
function scaled(height: number, zoom: number, least: number): number {
  return zoom < 0.2 ? height * zoom : Math.max(least, height * zoom);
}
