/**
 * The wall clock of a simulated machine: it may be set wrong, and go too fast or too slow.
 *
 * @packageDocumentation
 */
import type { Clock } from "./clock.js";

/** How far a wall clock is off: by `offsetMs` now, and by so many millionths of the time from now on. */
export interface Deviation {
  readonly offsetMs: number;
  readonly perMillion: number;
}

export class WallClock {
  readonly #clock: Clock;
  readonly #epochMs: number;
  #since = 0;
  #deviation: Deviation = { offsetMs: 0, perMillion: 0 };

  /** @param epochMs what a clock that is right shows at virtual 0, in epoch milliseconds */
  constructor(clock: Clock, epochMs: number) {
    this.#clock = clock;
    this.#epochMs = epochMs;
  }

  /** Epoch milliseconds, as the machine has them. */
  now(): number {
    return this.#epochMs + this.#clock.now() + this.deviation().offsetMs;
  }

  deviation(): Deviation {
    const { offsetMs, perMillion } = this.#deviation;
    if (perMillion === 0) return this.#deviation;
    return {
      offsetMs: offsetMs + deviationMs(this.#clock.now() - this.#since, perMillion),
      perMillion,
    };
  }

  /** From now on it deviates like that. */
  deviate(deviation: Deviation): void {
    this.#since = this.#clock.now();
    this.#deviation = deviation;
  }
}

/** By how much a clock is off after that many milliseconds. */
export function deviationMs(elapsedMs: number, perMillion: number): number {
  return Math.floor((elapsedMs * perMillion) / 1_000_000);
}
