import { describe, expect, it } from "vitest";

import type { HistoryFact } from "../../src/history/index.js";
import { HistoryBuilder } from "../history-builder.js";
import { ClockReadings } from "./clock-readings.js";

const EPOCH_MS = 1_000_000;

/** Readings of a history of these events, the first at 1 ms, each a millisecond after the one before. */
function readings(facts: readonly HistoryFact[], epochMs: number | null = EPOCH_MS): ClockReadings {
  const script = new HistoryBuilder({ epochMs });
  for (const fact of facts) script.event(fact);
  return new ClockReadings(script.recording());
}

const NOTHING: HistoryFact = { kind: "heal" };
const off = (offsetMs: number, perMillion = 0): HistoryFact => ({
  kind: "clock",
  offsetMs,
  perMillion,
});

describe("the readings of a server's clock", () => {
  it("are the time of the case where nothing is wrong", () => {
    expect(readings([NOTHING, NOTHING, NOTHING]).between(0, 2)).toEqual({
      from: EPOCH_MS + 1,
      until: EPOCH_MS + 3,
    });
  });

  it("take in both sides of a jump", () => {
    expect(readings([NOTHING, off(500), NOTHING]).between(0, 2)).toEqual({
      from: EPOCH_MS + 1,
      until: EPOCH_MS + 503,
    });
  });

  it("may keep to the latest time once the clock was set back", () => {
    const clock = readings([NOTHING, off(-500), NOTHING, NOTHING]);

    expect(clock.between(2, 3)).toEqual({ from: EPOCH_MS - 497, until: EPOCH_MS + 2 });
    expect(clock.goesBack(0, 2)).toBe(true);
    expect(clock.goesBack(1, 3)).toBe(false);
  });

  it("go too fast, and back when that is set right", () => {
    const clock = readings([off(0, 1_000_000), NOTHING, NOTHING, off(0), NOTHING]);

    expect(clock.between(1, 2)).toEqual({ from: EPOCH_MS + 3, until: EPOCH_MS + 5 });
    expect(clock.goesBack(0, 4)).toBe(true);
  });

  it("are unknown where the history doesn't tell the epoch", () => {
    expect(readings([NOTHING, NOTHING], null).between(0, 1)).toBeNull();
  });
});
