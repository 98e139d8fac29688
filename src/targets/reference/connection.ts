/**
 * One connection of the reference server: what came in and is not handled yet, what is to go out.
 *
 * Frames are handled in the order in which they came, each at a moment of its own, so that
 * connections interleave. What goes out goes in the order in which it is written; an answer may be
 * put off, and then others overtake it, as COR-6 lets them, except another answer with its eventId.
 *
 * @packageDocumentation
 */
import { canonical, type Json } from "../../protocol/index.js";
import type { Cancel, Timeline } from "../../sim/index.js";
import type { ConnectionEvents } from "../target.js";
import type { Habits } from "./habits.js";

export interface ConnectionSetting {
  readonly clock: Timeline;
  /** What its work takes: milliseconds of the clock, or rounds of immediates. */
  readonly pace: Timeline;
  /** The wall clock, in epoch milliseconds. */
  readonly wallMs: () => number;
  readonly habits: Habits;
}

export class ReferenceConnection {
  readonly id: string;
  readonly #clock: Timeline;
  readonly #pace: Timeline;
  readonly #wallMs: () => number;
  readonly #habits: Habits;
  readonly #events: ConnectionEvents;
  readonly #inbox: string[] = [];
  readonly #answers = new Set<{ readonly text: string; readonly cancel: Cancel }>();
  readonly #answerDueAt = new Map<string, number>();
  readonly #timers = new Set<Cancel>();
  #handledAt = 0;
  #answeredAt = -1;
  #cancelIdle: Cancel = () => undefined;
  #isOver = false;
  #isBeating = false;
  /** Bytes that wait for a client that doesn't read; null for one that does. */
  #waiting: number | null = null;
  #heardWallMs: number;

  constructor(id: string, events: ConnectionEvents, setting: ConnectionSetting) {
    this.id = id;
    this.#clock = setting.clock;
    this.#pace = setting.pace;
    this.#wallMs = setting.wallMs;
    this.#habits = setting.habits;
    this.#events = events;
    this.#heardWallMs = setting.wallMs();
  }

  /** How many timers it has set. */
  get timers(): number {
    return this.#timers.size;
  }

  /** When something came last, by the wall clock. */
  get heardWallMs(): number {
    return this.#heardWallMs;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Tells the client that the connection is open. */
  open(): void {
    this.#events.open();
  }

  /** Takes in a frame, to be handled `delay` from now or later: after those that came before. */
  take(text: string, delay: number, handle: (text: string) => void): void {
    this.#inbox.push(text);
    this.#handledAt = Math.max(this.#handledAt, this.#pace.now() + delay);
    const takenAt = this.#clock.now();
    this.#later(this.#handledAt, () => {
      const next = this.#inbox.shift();
      if (next === undefined || !this.#habits.handlesLate(this.#clock.now() - takenAt)) return;
      handle(next);
    });
  }

  /** What came in and was not handled; it is not any more. */
  takeUnhandled(): readonly string[] {
    return this.#inbox.splice(0);
  }

  write(text: string): void {
    if (this.#isOver) return;
    if (this.#waiting !== null) {
      if (!this.#habits.writesBehind(this.#waiting)) return;
      this.#waiting += text.length;
    }
    this.#events.frame(text);
  }

  /** The client reads no more. */
  pushBack(): void {
    this.#waiting ??= 0;
  }

  readOn(): void {
    this.#waiting = null;
  }

  /** Writes although the connection is over, which only a mutant does (SES-5). */
  writeAfterEnd(text: string): void {
    this.#events.frame(text);
  }

  /** Writes an answer `delay` from now, or after the last one with that eventId. */
  writeAnswer(text: string, eventId: Json | undefined, delay: number): void {
    if (this.#isOver) return;
    const key = canonical(eventId);
    const lastDueAt = this.#answerDueAt.get(key) ?? -1;
    const dueAt = Math.max(this.#pace.now() + delay, lastDueAt);
    if (delay === 0 && lastDueAt < this.#pace.now()) {
      this.#events.frame(text);
      return;
    }
    this.#answerDueAt.set(key, dueAt);
    this.#answeredAt = Math.max(this.#answeredAt, dueAt);
    const answer = {
      text,
      cancel: this.#later(dueAt, () => {
        this.#answers.delete(answer);
        this.#events.frame(text);
      }),
    };
    this.#answers.add(answer);
  }

  /** Writes after every answer that is put off. */
  writeAfterAnswers(text: string): void {
    if (this.#isOver) return;
    if (this.#answeredAt < this.#pace.now()) this.#events.frame(text);
    else this.#later(this.#answeredAt, () => this.#events.frame(text));
  }

  /** Calls `closeIdle` once `idleMs` pass without this being called again. */
  keepAlive(idleMs: number, closeIdle: () => void): void {
    this.#heardWallMs = this.#wallMs();
    this.#cancelIdle();
    this.#cancelIdle = this.#after(this.#clock, idleMs, closeIdle);
  }

  /** Calls `send` each `ms` from now on; where it does so already, nothing changes. */
  beat(ms: number, send: () => void): void {
    if (this.#isBeating || this.#isOver) return;
    this.#isBeating = true;
    const next = (): void => {
      this.#after(this.#clock, ms, () => {
        send();
        next();
      });
    };
    next();
  }

  /** The server ends the connection: what was put off is written first. */
  close(how: string): void {
    if (this.#isOver) return;
    for (const { text } of this.#answers) this.#events.frame(text);
    this.abandon();
    this.#events.end(how);
  }

  /** Nothing more is written, and nothing more happens. */
  abandon(): void {
    this.#isOver = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#answers.clear();
  }

  /** Runs `run` after so much of its pace, if the connection isn't over by then. */
  after(delay: number, run: () => void): void {
    this.#later(this.#pace.now() + delay, run);
  }

  #later(at: number, run: () => void): Cancel {
    return this.#after(this.#pace, at - this.#pace.now(), run);
  }

  #after(timeline: Timeline, delay: number, run: () => void): Cancel {
    const cancel = timeline.after(delay, () => {
      this.#timers.delete(cancel);
      run();
    });
    this.#timers.add(cancel);
    return () => {
      this.#timers.delete(cancel);
      cancel();
    };
  }
}
