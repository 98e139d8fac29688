/**
 * Where everything is from left to right: the axis of time, then the lanes.
 *
 * @packageDocumentation
 */
import type { TimelineModel } from "../model.js";

/** Width of the axis of time, in CSS pixels. */
export const AXIS_WIDTH = 96;
/** Beside a lane: the first bar, each further one, and what is written along the last. */
const FIRST_BAR = 14;
export const BAR_STEP = 9;
const BAR_WORDS = 14;
/** Bars beside a lane; further ones share the last place. */
export const TRACKS_MAX = 5;
/** Room for a delay, beyond the bars. */
const DELAY = 58;
/** Between two lanes: at least a part of the window, within bounds. */
const LANE_GAP_MIN = 140;
const LANE_GAP_WANTED = 200;
const LANE_GAP_MAX = 560;

export class Columns {
  readonly width: number;
  /** Of the window. */
  readonly available: number;
  readonly server: number;
  readonly #xs: readonly (number | null)[];
  readonly #tracks: readonly number[];

  /** Lanes that are hidden have no place. */
  constructor(model: TimelineModel, hidden: ReadonlySet<number>, available: number) {
    const { lanes, subscriptions } = model;
    this.available = available;
    this.server = lanes.findIndex(({ role }) => role === "server");
    this.#tracks = lanes.map((_, lane) =>
      subscriptions.reduce(
        (most, bar) =>
          bar.lane === lane ? Math.max(most, Math.min(TRACKS_MAX, bar.track + 1)) : most,
        0,
      ),
    );
    const shown = [...lanes.keys()].filter((lane) => !hidden.has(lane));
    const [first = 0, last = 0] = [shown[0], shown.at(-1)];
    const left = AXIS_WIDTH + this.beside(first) + DELAY;
    const right = this.beside(last) + DELAY;
    const gaps = Math.max(1, shown.length - 1);
    const least = Math.max(LANE_GAP_MIN, Math.min(LANE_GAP_WANTED, available * 0.4));
    const fitting = (available - left - right) / gaps;
    // Wider gaps are read more easily, but not where they push a lane out of the window.
    const gap = fitting < LANE_GAP_MIN ? least : Math.min(LANE_GAP_MAX, fitting);
    this.#xs = lanes.map((_, lane) => {
      const place = shown.indexOf(lane);
      return place < 0 ? null : left + place * gap;
    });
    this.width = Math.max(available, left + right + gaps * gap);
  }

  /** The middle of a lane; null where it isn't shown. */
  x(lane: number): number | null {
    return this.#xs[lane] ?? null;
  }

  /** 1 to the right, -1 to the left: from a lane towards the middle of the picture. */
  inward(lane: number): 1 | -1 {
    if (lane !== this.server) return lane < this.server ? 1 : -1;
    return this.#xs.findLastIndex((x) => x !== null) > lane ? 1 : -1;
  }

  /** How far from a lane its outer side is free of bars and their words. */
  beside(lane: number): number {
    const tracks = this.#tracks[lane] ?? 0;
    return tracks === 0 ? 11 : FIRST_BAR + tracks * BAR_STEP + BAR_WORDS;
  }

  /** The middle of a bar beside a lane. */
  bar(lane: number, track: number): number {
    const place = Math.min(track, TRACKS_MAX - 1);
    return (this.x(lane) ?? 0) - this.inward(lane) * (FIRST_BAR + place * BAR_STEP);
  }

  /** From a lane to the next one that is shown on that side; to the edge where there is none. */
  room(lane: number, side: 1 | -1): number {
    const x = this.x(lane) ?? 0;
    for (let other = lane + side; other >= 0 && other < this.#xs.length; other += side) {
      const at = this.x(other);
      if (at !== null) return Math.abs(at - x) - (other === this.server ? 0 : this.beside(other));
    }
    return side > 0 ? this.width - x : x - AXIS_WIDTH;
  }
}
