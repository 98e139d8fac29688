/**
 * A gate in front of a process: while it is shut, nothing gets to it.
 *
 * A process that is stopped for a while (a garbage collection, a suspended machine) finds what
 * arrived and what was due all at once when it goes on.
 *
 * @packageDocumentation
 */
import type { Cancel, Clock, Timeline } from "./clock.js";

interface Waiting {
  run: (() => void) | null;
}

export class Gate {
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  #shutTimes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isShut(): boolean {
    return this.#shutTimes > 0;
  }

  /** Runs it now, or in its turn once the gate is open. */
  pass(run: () => void): Cancel {
    // What waits goes first, also where the gate has just been opened.
    if (this.#shutTimes === 0 && this.#waiting.length === 0) {
      run();
      return () => undefined;
    }
    const waiting: Waiting = { run };
    this.#waiting.push(waiting);
    return () => {
      waiting.run = null;
    };
  }

  /** Shuts it, until opened as often as shut. */
  shut(): void {
    this.#shutTimes += 1;
  }

  /** Undoes one `shut`; after the last, what waits runs at this moment, one event of the clock each. */
  open(): void {
    if (this.#shutTimes === 0) throw new Error("a gate is opened that is not shut");
    this.#shutTimes -= 1;
    if (this.#shutTimes === 0) this.#letThrough();
  }

  /** Opens it for another process: what waits was for one that is no more. */
  clear(): void {
    this.#shutTimes = 0;
    this.#waiting.length = 0;
  }

  #letThrough(): void {
    if (this.#waiting.length === 0) return;
    this.#clock.after(0, () => {
      if (this.#shutTimes > 0) return;
      const next = this.#waiting.shift();
      next?.run?.();
      this.#letThrough();
    });
  }
}

/** The clock as a process behind the gate has it: what is due while the gate is shut comes late. */
export function behind(gate: Gate, clock: Clock): Timeline {
  return {
    now: () => clock.now(),
    after(delayMs, run) {
      let cancelLate: Cancel = () => undefined;
      const cancel = clock.after(delayMs, () => {
        cancelLate = gate.pass(run);
      });
      return () => {
        cancel();
        cancelLate();
      };
    },
  };
}
