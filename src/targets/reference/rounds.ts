/**
 * Immediates of a server that is simulated without Node: what it does, it does in rounds.
 *
 * @packageDocumentation
 */
import type { Cancel, LoopProcess, Timeline } from "../../sim/index.js";

interface Task {
  /** The round in which it runs. */
  readonly due: number;
  readonly run: () => void;
}

/** A timeline that counts rounds instead of milliseconds. */
export class Rounds implements Timeline, LoopProcess {
  readonly #tasks = new Set<Task>();
  #now = 0;

  get hasImmediates(): boolean {
    return this.#tasks.size > 0;
  }

  /** How many rounds have been run. */
  now(): number {
    return this.#now;
  }

  /** Runs `run` that many rounds from now; in the next one at the earliest. */
  after(rounds: number, run: () => void): Cancel {
    const task: Task = { due: this.#now + Math.max(1, rounds), run };
    this.#tasks.add(task);
    return () => {
      this.#tasks.delete(task);
    };
  }

  /** There are no next ticks and no microtasks. */
  tick(): void {
    return undefined;
  }

  round(): void {
    this.#now += 1;
    for (const task of [...this.#tasks]) {
      // One of the round may have cancelled another.
      if (task.due > this.#now || !this.#tasks.delete(task)) continue;
      task.run();
    }
  }

  drain(): void {
    while (this.hasImmediates) this.round();
  }

  /** Nothing of it runs any more. */
  clear(): void {
    this.#tasks.clear();
  }
}
