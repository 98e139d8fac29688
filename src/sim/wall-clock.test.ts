import { describe, expect, it } from "vitest";

import { Clock } from "./clock.js";
import { WallClock } from "./wall-clock.js";

function at(clock: Clock, ms: number): void {
  clock.after(ms - clock.now(), () => undefined);
  clock.step();
}

describe("a wall clock", () => {
  it("shows the epoch and the virtual time", () => {
    const clock = new Clock();
    const wall = new WallClock(clock, 5_000);
    at(clock, 30);

    expect(wall.now()).toBe(5_030);
    expect(wall.deviation()).toEqual({ offsetMs: 0, perMillion: 0 });
  });

  it("jumps, either way, and is set right again", () => {
    const clock = new Clock();
    const wall = new WallClock(clock, 5_000);
    at(clock, 10);
    wall.deviate({ offsetMs: -3_000, perMillion: 0 });
    expect(wall.now()).toBe(2_010);
    at(clock, 20);
    expect(wall.now()).toBe(2_020);
    wall.deviate({ offsetMs: 0, perMillion: 0 });
    expect(wall.now()).toBe(5_020);
  });

  it("gains and loses", () => {
    const clock = new Clock();
    const wall = new WallClock(clock, 0);
    wall.deviate({ offsetMs: 7, perMillion: 500_000 });
    at(clock, 101);
    expect(wall.now()).toBe(101 + 7 + 50);
    expect(wall.deviation()).toEqual({ offsetMs: 57, perMillion: 500_000 });
    wall.deviate({ ...wall.deviation(), perMillion: -100_000 });
    at(clock, 201);
    expect(wall.now()).toBe(201 + 57 - 10);
  });
});
