/**
 * Moves a case on: the next event of the clock, and what the server does about it.
 *
 * @packageDocumentation
 */
import type { Clock, EventLoop } from "../sim/index.js";
import type { ServerLife } from "./server-life.js";

/** A defence against a world that never comes to rest. */
const STEPS_MAX = 5_000_000;

export class Steps {
  readonly #clock: Clock;
  readonly #life: ServerLife;
  readonly #loop: EventLoop | null;
  #count = 0;

  constructor(clock: Clock, life: ServerLife, loop: EventLoop | null) {
    this.#clock = clock;
    this.#life = life;
    this.#loop = loop;
  }

  /** Steps for that many virtual milliseconds. */
  for(ms: number): void {
    let isOver = false;
    this.#clock.after(ms, () => {
      isOver = true;
    });
    this.#until(ms, () => isOver);
  }

  /** Steps while the condition holds and the server has not ended by itself, for at most that many virtual milliseconds. */
  while(ms: number, isWanted: () => boolean): void {
    this.#until(ms, () => this.#life.isOver || !isWanted());
  }

  #until(ms: number, isOver: () => boolean): void {
    const deadline = this.#clock.now() + ms;
    while (!isOver()) {
      const nextAt = this.#isLoopDue() ? this.#clock.now() : this.#clock.nextAt();
      if (nextAt === null || nextAt > deadline) return;
      this.#step();
    }
  }

  #step(): void {
    this.#count += 1;
    // All that is due at this moment comes first: what has arrived is what the loop chooses from.
    if (this.#isLoopDue() && this.#clock.nextAt() !== this.#clock.now()) this.#loop?.turn();
    else {
      this.#clock.step();
      if (this.#loop?.isExploring !== true) this.#life.drain();
    }
    if (this.#count > STEPS_MAX) {
      this.#life.hang(`the server is still busy after ${STEPS_MAX} events`);
    }
  }

  #isLoopDue(): boolean {
    return this.#loop?.isDue === true && !this.#life.isPaused;
  }
}
