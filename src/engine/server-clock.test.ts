import { describe, expect, it } from "vitest";
import { Clock, WallClock } from "../sim/index.js";
import { Recorder } from "./recorder.js";
import { ServerClock } from "./server-clock.js";

function serverClock() {
  const clock = new Clock();
  const wall = new WallClock(clock, 1_000_000);
  const recorder = new Recorder(clock);
  return { clock, wall, recorder, server: new ServerClock(clock, wall, recorder) };
}

function pass(clock: Clock, elapsedMs: number): void {
  clock.after(elapsedMs, () => undefined);
  clock.step();
}

describe("ServerClock", () => {
  it("never goes backwards by skews alone, however many last", () => {
    const { clock, wall, recorder, server } = serverClock();
    server.skew(-800_000);
    const heal = server.skew(-700_000);
    pass(clock, 1_000);
    expect(wall.now()).toBe(1_000_000);
    heal();

    expect(recorder.events.map((event) => "perMillion" in event && event.perMillion)).toEqual([
      -800_000, -999_999, -800_000,
    ]);
  });

  it("is right again when the last wrong is healed", () => {
    const { clock, wall, server } = serverClock();
    const heals = [server.jump(-5_000), server.skew(-600_000), server.skew(-600_000)];
    pass(clock, 777);
    for (const heal of heals) heal();
    pass(clock, 223);

    expect(wall.now()).toBe(1_001_000);
  });
});
