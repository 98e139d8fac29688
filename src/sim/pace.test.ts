import { describe, expect, it } from "vitest";

import { Clock } from "./clock.js";
import { Pace, type RealTime } from "./pace.js";

/** Real time that goes on when it is told to. */
class Wrist implements RealTime {
  #now = 0;
  #wake: { at: number; run: () => void } | null = null;

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): () => void {
    const wake = { at: this.#now + delayMs, run };
    this.#wake = wake;
    return () => {
      if (this.#wake === wake) this.#wake = null;
    };
  }

  /** Time passes; what waits for it wakes at its end, late where it should have woken before. */
  pass(ms: number): void {
    this.#now += ms;
    const wake = this.#wake;
    if (wake === null || wake.at > this.#now) return;
    this.#wake = null;
    wake.run();
  }

  get isAwaited(): boolean {
    return this.#wake !== null;
  }
}

function rig() {
  const clock = new Clock();
  const wrist = new Wrist();
  const errors: unknown[] = [];
  const seen: string[] = [];
  const pace = new Pace(clock, wrist, (error) => errors.push(error));
  const see = (name: string) => () => seen.push(`${name} ${clock.now()}`);
  return { clock, wrist, errors, seen, pace, see };
}

describe("pace", () => {
  it("runs what is scheduled once real time has come to it", () => {
    const { clock, wrist, seen, pace, see } = rig();
    clock.after(10, see("a"));
    clock.after(30, see("b"));
    pace.run();
    wrist.pass(9);
    expect(seen).toEqual([]);
    wrist.pass(1);
    expect(seen).toEqual(["a 10"]);
    wrist.pass(100);

    expect(seen).toEqual(["a 10", "b 30"]);
    expect(wrist.isAwaited).toBe(false);
  });

  it("puts what happens outside behind all that was due before, at its own time", () => {
    const { clock, wrist, seen, pace, see } = rig();
    pace.run();
    clock.after(10, see("due"));
    wrist.pass(25);
    pace.happen(see("outside"));

    expect(seen).toEqual(["due 10", "outside 25"]);
  });

  it("takes in what happens while something runs, after it", () => {
    const { seen, pace, see } = rig();
    pace.happen(() => {
      pace.happen(see("inner"));
      see("outer")();
    });

    expect(seen).toEqual(["outer 0", "inner 0"]);
  });

  it("stops at an error, and tells it", () => {
    const { clock, wrist, errors, seen, pace, see } = rig();
    const error = new Error("broken");
    clock.after(1, () => {
      throw error;
    });
    clock.after(2, see("late"));
    pace.run();
    wrist.pass(5);
    pace.happen(see("outside"));

    expect(errors).toEqual([error]);
    expect(seen).toEqual([]);
    expect(wrist.isAwaited).toBe(false);
  });
});
