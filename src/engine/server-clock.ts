/**
 * What is wrong with the server's wall clock at a time, out of all that was done to it.
 *
 * @packageDocumentation
 */
import { deviationMs, type Clock, type WallClock } from "../sim/index.js";
import type { Recorder } from "./recorder.js";

/** The slowest that a plan may ask for (`clock-skew`): a clock never goes backwards by itself. */
const PER_MILLION_MIN = -999_999;

export class ServerClock {
  readonly #clock: Clock;
  readonly #wall: WallClock;
  readonly #recorder: Recorder;
  #wrongs = 0;
  /** The sum of all skews that last, whatever the clock makes of it. */
  #perMillion = 0;

  constructor(clock: Clock, wall: WallClock, recorder: Recorder) {
    this.#clock = clock;
    this.#wall = wall;
    this.#recorder = recorder;
  }

  /** Sets the clock forward or back; what it returns sets it right. */
  jump(jumpMs: number): () => void {
    this.#change(jumpMs, 0, 1);
    return () => this.#change(-jumpMs, 0, -1);
  }

  /** Makes it go too fast or too slow; what it returns sets it right. */
  skew(perMillion: number): () => void {
    const since = this.#clock.now();
    this.#change(0, perMillion, 1);
    return () => {
      const driftMs = deviationMs(this.#clock.now() - since, perMillion);
      this.#change(-driftMs, -perMillion, -1);
    };
  }

  #change(jumpMs: number, perMillion: number, wrongs: 1 | -1): void {
    this.#wrongs += wrongs;
    this.#perMillion += perMillion;
    const { offsetMs } = this.#wall.deviation();
    // What is left by rounding is made good with the last wrong.
    const next =
      this.#wrongs === 0
        ? { offsetMs: 0, perMillion: 0 }
        : {
            offsetMs: offsetMs + jumpMs,
            perMillion: Math.max(PER_MILLION_MIN, this.#perMillion),
          };
    this.#wall.deviate(next);
    this.#recorder.record({ kind: "clock", ...next });
  }
}
