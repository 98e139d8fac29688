/**
 * When the clients of a plan last did or heard something: how lockstep knows that the world is
 * quiet.
 *
 * @packageDocumentation
 */
import type { Clock } from "../sim/index.js";

/** A world that never comes to rest is not waited for any longer than that, in virtual milliseconds. */
const RESTLESS_MS_MAX = 60_000;

export class Activity {
  readonly #clock: Clock;
  #lastAt = 0;
  /** How often something happened: two equal counts mean that nothing did in between. */
  count = 0;
  #due = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something was sent, or arrived. */
  touch(): void {
    this.#lastAt = this.#clock.now();
    this.count += 1;
  }

  /** Runs `run` after that many virtual milliseconds; until then the world is not quiet. */
  after(delayMs: number, run: () => void): void {
    this.#due += 1;
    this.#clock.after(delayMs, () => {
      this.#due -= 1;
      this.touch();
      run();
    });
  }

  /** Calls `then` once nothing has happened for that long, and nothing is due. */
  whenQuiet(silenceMs: number, then: () => void): void {
    const deadline = this.#clock.now() + RESTLESS_MS_MAX;
    const look = () => {
      const now = this.#clock.now();
      const leftMs = this.#due > 0 ? silenceMs : this.#lastAt + silenceMs - now;
      if (leftMs <= 0 || now >= deadline) then();
      else this.#clock.after(leftMs, look);
    };
    look();
  }
}
