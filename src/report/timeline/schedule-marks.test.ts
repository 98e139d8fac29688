import { describe, expect, it } from "vitest";

import { HistoryBuilder } from "../../../properties/history-builder.js";
import type { Decision, Plan } from "../../plan/index.js";
import { FINDING, historyOf } from "../told-history.test-support.js";
import type { TimelineModel } from "./model.js";
import { timelineOf } from "./timeline-model.js";

/** c1 sets twice, and nothing of it is evidence. */
function told(decisions: readonly Decision[]): TimelineModel {
  const builder = new HistoryBuilder().connect("c1", "c2");
  builder.request("c1", { action: "set", path: "/a", data: {} });
  builder.request("c1", { action: "set", path: "/b", data: {} });
  const plan: Plan = {
    ...{ format: 1, generator: 0, seed: "s", mode: "concurrent", clients: [], operations: [] },
    schedule: { strategy: "fifo", decisions },
  };
  return timelineOf({ finding: FINDING, history: historyOf(builder), plan });
}

function placeOf(model: TimelineModel, words: string): number {
  const start = model.events.findIndex(({ label }) => label?.includes(words) === true);
  return model.events[start]?.to ?? start;
}

describe("the marks of a schedule", () => {
  it("stand where the packet came in that a decision is about", () => {
    const login = told([]).events.filter(
      ({ kind, connection }) => kind === "arrive" && connection === "c1#1",
    ).length;
    // The opening is the first packet, and /b the last request.
    const model = told([
      { at: `c1#1/up/${login + 1}/early`, choice: 1 },
      { at: "c2#1/up/1/late", choice: 2 },
    ]);

    expect(model.schedule.map(({ index, short }) => [index, short])).toEqual([
      [placeOf(model, "set /b"), "read early"],
      [placeOf(model, "c2#1 is open"), "lets others first"],
    ]);
  });

  it("say what was decided", () => {
    const { schedule } = told([
      { at: "c1#1/up/2/cut", choice: 5 },
      { at: "c1#1/up/2+/busy", choice: 9 },
      { at: "c1#1/up/2/early", choice: 3 },
    ]);

    expect(schedule.map(({ words }) => words)).toEqual([
      "It comes in two pieces: the first has 5 sixteenths of its bytes.",
      "The server is busy with it for 9 ms, and reads nothing else meanwhile.",
      "The server reads it before it has done what came before, after 2 more rounds of that at most.",
    ]);
    expect(new Set(schedule.map(({ index }) => index)).size).toBe(1);
  });

  it("name what has no event in the history", () => {
    const { schedule } = told([
      { at: "pool/3/busy", choice: 5 },
      { at: "timer/1000/2/late", choice: 1 },
      { at: "c9#1/up/2/early", choice: 1 },
    ]);

    expect(schedule.map(({ index, subject }) => [index, subject])).toEqual([
      [null, "answer 3 of the thread pool"],
      [null, "timer 2 of 1000 ms"],
      [null, "c9#1/up/2"],
    ]);
  });

  it("make related what they are about, as long as they are few", () => {
    const few = told([{ at: "c2#1/up/1/late", choice: 2 }]);
    const many = told(
      Array.from({ length: 13 }, (_, index) => ({ at: `c2#1/up/${index + 1}/late`, choice: 2 })),
    );

    expect(few.events[placeOf(few, "c2#1 is open")]?.relevance).toBe("related");
    expect(many.events[placeOf(many, "c2#1 is open")]?.relevance).toBe("other");
  });
});
