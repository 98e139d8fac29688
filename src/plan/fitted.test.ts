import { describe, expect, it } from "vitest";

import { fitted, parsePlan, formatPlan, PLAN_FORMAT, type Plan } from "./index.js";

const LATENCY = { delayMsMin: 1, delayMsMax: 1, shape: "uniform" } as const;

const PLAN: Plan = {
  format: PLAN_FORMAT,
  generator: 0,
  seed: "by hand",
  mode: "concurrent",
  clients: ["c1", "c2"].map((name) => ({ name, link: { up: LATENCY, down: LATENCY } })),
  operations: ["c1", "c2"].map((client, index) => ({
    id: `o${index + 1}`,
    client,
    afterMs: 0,
    awaited: true,
    action: { kind: "connect", handshake: "full" },
  })),
  faults: [
    { id: "f1", operation: "o2", afterMs: 0, durationMs: 0, fault: { kind: "stop" } },
    {
      id: "f2",
      afterMs: 0,
      durationMs: 0,
      fault: { kind: "stall", clients: ["c1", "c2"], direction: "up" },
    },
    {
      id: "f3",
      operation: "o1",
      afterMs: 0,
      durationMs: 0,
      fault: { kind: "cut", clients: ["c2"], how: "reset" },
    },
    { id: "f4", operation: "o1", afterMs: 0, durationMs: 0, fault: { kind: "pause" } },
  ],
};

describe("a fitted plan", () => {
  it("is the same one where nothing is amiss", () => {
    expect(fitted(PLAN)).toBe(PLAN);
    const { faults, ...plain } = PLAN;
    expect(faults).toHaveLength(4);
    expect(fitted(plain)).toBe(plain);
  });

  it("has no faults of operations and clients that were taken out", () => {
    const cut = {
      ...PLAN,
      clients: PLAN.clients.slice(0, 1),
      operations: PLAN.operations.slice(0, 1),
    };

    expect(parsePlan(formatPlan(cut)).ok).toBe(false);
    expect(parsePlan(formatPlan(fitted(cut)))).toMatchObject({ ok: true });
    expect(fitted(cut).faults).toMatchObject([
      { id: "f2", fault: { kind: "stall", clients: ["c1"] } },
      { id: "f4" },
    ]);
  });
});
