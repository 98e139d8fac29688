import { describe, expect, it } from "vitest";

import type { Plan, PlannedOperation } from "../plan/index.js";
import { planSize } from "./plan-size.js";

const OPERATION: PlannedOperation = {
  id: "o1",
  client: "c1",
  afterMs: 0,
  awaited: true,
  action: { kind: "login" },
};

const PLAN: Plan = {
  format: 1,
  generator: 0,
  seed: "s",
  mode: "lockstep",
  clients: [],
  operations: [OPERATION],
};

describe("the size of a plan", () => {
  it("names what there is", () => {
    const faults = [
      { id: "f1", afterMs: 0, durationMs: 1, fault: { kind: "pause" } },
      { id: "f2", afterMs: 0, durationMs: 1, fault: { kind: "pause" } },
    ] as const;
    const schedule = { strategy: "fifo", decisions: [{ at: "pool/1/early", choice: 1 }] } as const;

    expect(planSize(PLAN)).toBe("1 operation");
    expect(planSize({ ...PLAN, faults })).toBe("1 operation and 2 faults");
    expect(planSize({ ...PLAN, faults, schedule })).toBe("1 operation, 2 faults and 1 decision");
  });
});
