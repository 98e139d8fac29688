/**
 * What is wrong with the server's wall clock at a time, out of all that was done to it.
 *
 * @packageDocumentation
 */
import type { Clock, WallClock } from "../sim/index.js";
import type { Recorder } from "./recorder.js";

export class ServerClock {
  readonly #clock: Clock;
  readonly #wall: WallClock;
  readonly #recorder: Recorder;
  #wrongs = 0;

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
      const driftMs = Math.floor(((this.#clock.now() - since) * perMillion) / 1_000_000);
      this.#change(-driftMs, -perMillion, -1);
    };
  }

  #change(jumpMs: number, perMillion: number, wrongs: 1 | -1): void {
    this.#wrongs += wrongs;
    const present = this.#wall.deviation();
    // What is left by rounding is made good with the last wrong.
    const next =
      this.#wrongs === 0
        ? { offsetMs: 0, perMillion: 0 }
        : {
            offsetMs: present.offsetMs + jumpMs,
            perMillion: present.perMillion + perMillion,
          };
    this.#wall.deviate(next);
    this.#recorder.record({ kind: "clock", ...next });
  }
}
