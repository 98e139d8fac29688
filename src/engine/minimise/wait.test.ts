import { describe, expect, it } from "vitest";

import type { Plan, PlanMode, PlannedOperation } from "../../plan/index.js";
import { stepsOf } from "./pass.js";
import { SHORTER_WAITS } from "./wait.js";

const PLAIN = { delayMsMin: 1, delayMsMax: 1, shape: "uniform" } as const;

function planOf(mode: PlanMode, waits: readonly (readonly [string, number])[]): Plan {
  return {
    ...{ format: 1, generator: 0, seed: "waits", mode },
    clients: [...new Set(waits.map(([client]) => client))].map((name) => ({
      name,
      link: { up: PLAIN, down: PLAIN },
    })),
    operations: waits.map(([client, afterMs], index): PlannedOperation => ({
      ...{ id: `o${index + 1}`, client, afterMs, awaited: true },
      action: { kind: "connect", handshake: "full" },
    })),
  };
}

function offered(plan: Plan): readonly (readonly number[])[] {
  return [...stepsOf(SHORTER_WAITS, plan)].map(({ operations }) =>
    operations.map(({ afterMs }) => afterMs),
  );
}

describe("shorter waits", () => {
  it("take as much from what each client waits for at first", () => {
    const plan = planOf("concurrent", [
      ["c1", 0],
      ["c2", 70],
      ["c1", 50],
      ["c3", 60],
      ["c1", 5],
    ]);

    expect(offered(plan)[0]).toEqual([0, 20, 0, 10, 5]);
  });

  it("take as much from any two waits of two clients", () => {
    const plan = planOf("concurrent", [
      ["c1", 3],
      ["c2", 70],
      ["c1", 50],
    ]);

    expect(offered(plan)).toEqual([
      [0, 67, 50],
      [0, 67, 50],
      [3, 20, 0],
    ]);
  });

  it("are none where one operation is under way at a time, and where one client waits alone", () => {
    const waits = [["c1", 3] as const, ["c2", 70] as const];

    expect(offered(planOf("lockstep", waits))).toEqual([]);
    expect(offered(planOf("concurrent", waits.slice(0, 1)))).toEqual([]);
  });
});
