/**
 * What the server's wall clock can have shown (docs/FAULTS.md: `clock-jump`, `clock-skew`).
 *
 * @packageDocumentation
 */
import type { Recording } from "../../src/history/index.js";

/** In epoch milliseconds, both included. */
export interface TimeWindow {
  readonly from: number;
  readonly until: number;
}

/** A stretch of the history, from an event on, in which the clock goes evenly. */
interface Stretch {
  readonly index: number;
  readonly at: number;
  readonly offsetMs: number;
  readonly perMillion: number;
}

const MILLION = 1_000_000;

export class ClockReadings {
  readonly #recording: Recording;
  readonly #stretches: readonly Stretch[];
  /** Events at which the clock was set back. */
  readonly #setBack: readonly number[];

  constructor(recording: Recording) {
    const stretches: Stretch[] = [{ index: 0, at: 0, offsetMs: 0, perMillion: 0 }];
    const setBack: number[] = [];
    recording.events.forEach((event, index) => {
      if (event.kind !== "clock") return;
      const { at, offsetMs, perMillion } = event;
      if (offsetMs < deviationOf(stretches.at(-1) as Stretch, at)) setBack.push(index);
      stretches.push({ index, at, offsetMs, perMillion });
    });
    this.#recording = recording;
    this.#stretches = stretches;
    this.#setBack = setBack;
  }

  /** Whether the clock was set back between two events. */
  goesBack(fromIndex: number, untilIndex: number): boolean {
    return this.#setBack.some((index) => index > fromIndex && index < untilIndex);
  }

  /**
   * What the clock showed between two events; null where nobody knows. Where it was set back before
   * the later one, a server may also keep to the latest time that it ever had, so that its times never
   * go back.
   */
  between(fromIndex: number, untilIndex: number): TimeWindow | null {
    const window = this.#shown(fromIndex, untilIndex);
    if (window === null || !this.goesBack(0, untilIndex)) return window;
    const latest = this.#shown(0, untilIndex);
    return { from: window.from, until: Math.max(window.until, latest?.until ?? -Infinity) };
  }

  #shown(fromIndex: number, untilIndex: number): TimeWindow | null {
    const { epochMs } = this.#recording.header;
    if (epochMs === null) return null;
    const [fromAt, untilAt] = [this.#atOf(fromIndex), this.#atOf(untilIndex)];
    let [from, until] = [Infinity, -Infinity];
    this.#stretches.forEach((stretch, place) => {
      const next = this.#stretches[place + 1];
      if (stretch.index > untilIndex || (next !== undefined && next.index < fromIndex)) return;
      const first = Math.max(fromAt, stretch.at);
      const last = Math.min(untilAt, next?.at ?? Infinity);
      // Within a stretch the clock never goes back: its ends are the bounds.
      from = Math.min(from, epochMs + first + deviationOf(stretch, first));
      until = Math.max(until, epochMs + last + deviationOf(stretch, last));
    });
    return { from, until };
  }

  #atOf(index: number): number {
    return Number.isFinite(index) ? this.#recording.event(index).at : Infinity;
  }
}

/** By how much the clock is off then. */
function deviationOf({ at, offsetMs, perMillion }: Stretch, then: number): number {
  if (perMillion === 0) return offsetMs;
  return offsetMs + Math.floor(((then - at) * perMillion) / MILLION);
}
