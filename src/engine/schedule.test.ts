import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { withDecisions, type Plan, type PlannedSchedule } from "../plan/index.js";
import { referenceTarget } from "../targets/reference/index.js";
import { planOf } from "../workload/index.js";
import { observeCase, runCase } from "./simulate.js";
import { traceHash } from "./trace-hash.js";
import { verdictOf } from "./verdict.js";

const target = referenceTarget();

const SCHEDULES: readonly PlannedSchedule[] = [
  {
    strategy: "random",
    percent: { early: 40, late: 30, cut: 20, busy: 20 },
    busyMsMax: 20,
  },
  {
    strategy: "pct",
    changes: 8,
    occasions: 60,
    percent: { cut: 10, busy: 20 },
    busyMsMax: 20,
  },
  { strategy: "fifo", decisions: [] },
];

describe("a schedule", () => {
  it("is told as decisions, which run in the same way", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(10_000), fc.constantFrom(...SCHEDULES), async (number, schedule) => {
        const plan = { ...planOf(`schedule/${number}`), schedule };
        const { history, decisions } = await observeCase(plan, target);
        const again = await observeCase(withDecisions(plan, decisions ?? []), target);

        expect(traceHash(again.history)).toBe(traceHash(history));
        expect(again.decisions).toEqual(decisions);
      }),
      { numRuns: 20 },
    );
  });

  it("finds nothing in the reference server", async () => {
    for (let number = 0; number < 12; number += 1) {
      for (const schedule of SCHEDULES) {
        const plan = { ...planOf(`nothing/${number}`), schedule };
        const { violations, unknown } = verdictOf(await runCase(plan, target));

        expect(violations).toEqual([]);
        expect(unknown).toEqual([]);
      }
    }
  });

  it("is none where the plan has none, or plain first come, first served", async () => {
    const plain = planOf("plain/1", { schedule: "fifo" });
    const fifo: Plan = { ...plain, schedule: { strategy: "fifo" } };
    const { history, decisions } = await observeCase(fifo, target);

    expect(decisions).toBe(null);
    expect(traceHash(history)).toBe(traceHash(await runCase(plain, target)));
  });
});
