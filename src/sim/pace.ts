/**
 * A clock that keeps pace with real time: for targets that live in it.
 *
 * What is scheduled runs once real time has come to it, in the clock's order; what happens outside
 * (a frame comes in by a socket) is put into that order at the time at which it is noticed, after
 * everything that was due before. So an event's time on the clock is never later than the real one.
 *
 * @packageDocumentation
 */
import type { Cancel, Clock } from "./clock.js";

/** Where real time comes from: the only thing here that is not virtual. */
export interface RealTime {
  /** Whole milliseconds since a fixed moment; never goes back. */
  now(): number;
  /** Runs `run` once, `delayMs` from now or a little later. */
  after(delayMs: number, run: () => void): Cancel;
}

export class Pace {
  readonly #clock: Clock;
  readonly #time: RealTime;
  readonly #failed: (error: unknown) => void;
  readonly #ran: () => void;
  #cancelWake: Cancel = () => undefined;
  #isRunning = false;
  #isOver = false;

  /**
   * @param failed what runs has thrown; nothing runs after it
   * @param ran called after what was due has run
   */
  constructor(
    clock: Clock,
    time: RealTime,
    failed: (error: unknown) => void,
    ran: () => void = () => undefined,
  ) {
    this.#clock = clock;
    this.#time = time;
    this.#failed = failed;
    this.#ran = ran;
  }

  /** Something has happened outside: it runs now, in its turn. */
  happen(run: () => void): void {
    if (this.#isOver) return;
    this.#clock.after(Math.max(0, this.#time.now() - this.#clock.now()), run);
    this.run();
  }

  /** Runs what is due, and sees to it that what is scheduled will run in time. */
  run(): void {
    if (this.#isRunning || this.#isOver) return;
    this.#isRunning = true;
    try {
      for (;;) {
        const nextAt = this.#clock.nextAt();
        if (this.#isOver || nextAt === null || nextAt > this.#time.now()) break;
        this.#clock.step();
      }
    } catch (error) {
      this.stop();
      this.#failed(error);
    } finally {
      this.#isRunning = false;
    }
    this.#wake();
    this.#ran();
  }

  /** Nothing runs any more. */
  stop(): void {
    this.#isOver = true;
    this.#cancelWake();
  }

  #wake(): void {
    this.#cancelWake();
    const nextAt = this.#clock.nextAt();
    if (this.#isOver || nextAt === null) return;
    this.#cancelWake = this.#time.after(Math.max(0, nextAt - this.#time.now()), () => this.run());
  }
}
