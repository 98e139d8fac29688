import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Plan, PlannedFault } from "../../plan/index.js";
import { minimise, type MinimiseOptions } from "./minimise.js";
import { simplerPlans } from "./passes.js";
import { failingWhere, idsOf, needsData, NO_EVIDENCE, planWith } from "./planted.test-support.js";
import { planHash } from "./trials.js";

const RUNS_MAX = 5_000;

function minimisedWhere(
  plan: Plan,
  fails: (plan: Plan) => boolean,
  options: Partial<MinimiseOptions> = {},
) {
  return minimise(plan, NO_EVIDENCE, {
    failureOf: failingWhere(fails),
    runsMax: RUNS_MAX,
    ...options,
  });
}

/** Sets of three clients, with faults and a schedule around them. */
function stormy(): Plan {
  const plan = planWith(60);
  const faults = Array.from({ length: 6 }, (_, index): PlannedFault => ({
    id: `f${index + 1}`,
    operation: `o${index * 7}`,
    afterMs: 13 * index,
    durationMs: 700 + index,
    fault: { kind: "jitter", clients: ["c1", "c2"], direction: "both", jitterMsMax: 30 + index },
  }));
  const decisions = Array.from({ length: 40 }, (_, index) => ({
    at: `c${(index % 3) + 1}#1/up/${index + 2}/early`,
    choice: 1 + (index % 4),
  }));
  return {
    ...plan,
    server: { store: "file" },
    liveness: true,
    features: ["much set"],
    faults,
    schedule: { strategy: "fifo", decisions },
  };
}

describe("minimise", () => {
  it("keeps the operations that the failure needs, and nothing else", async () => {
    const indices = fc.uniqueArray(fc.nat(199), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(indices, async (needed) => {
        const { plan, isFixpoint } = await minimisedWhere(planWith(200), needsData(...needed));

        expect(isFixpoint).toBe(true);
        expect(plan.operations).toHaveLength(needed.length);
        expect(needsData(...needed)(plan)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("leaves nothing but the ordinary where only one operation is needed", async () => {
    const { plan } = await minimisedWhere(planWith(30), ({ operations }) => operations.length > 0);

    const plain = { delayMsMin: 1, delayMsMax: 1, shape: "uniform" };
    expect(plan).toEqual({
      format: 1,
      generator: 0,
      seed: "0",
      mode: "lockstep",
      clients: [{ name: "c1", link: { up: plain, down: plain } }],
      operations: [
        {
          id: "o1",
          client: "c1",
          afterMs: 0,
          awaited: true,
          action: { kind: "set", path: "/a", data: {}, options: {} },
        },
      ],
    });
  });

  it("takes faults and decisions away like operations", async () => {
    const fails = ({ operations, faults = [], schedule }: Plan) =>
      operations.length >= 2 &&
      faults.some(({ fault, durationMs }) => fault.kind === "jitter" && durationMs >= 600) &&
      (schedule?.decisions ?? []).filter(({ choice }) => choice >= 2).length >= 2;

    const { plan, isFixpoint } = await minimisedWhere(stormy(), fails);

    expect(isFixpoint).toBe(true);
    expect(plan.operations).toHaveLength(2);
    expect(plan.faults).toHaveLength(1);
    expect(plan.faults?.[0]).toMatchObject({ id: "f1", afterMs: 0, fault: { jitterMsMax: 1 } });
    expect(plan.faults?.[0]?.durationMs).toBeLessThan(1_500);
    expect(plan.schedule?.decisions?.map(({ choice }) => choice)).toEqual([2, 2]);
    expect(plan).not.toHaveProperty("liveness");
    expect(plan).not.toHaveProperty("server");
    expect(plan).not.toHaveProperty("features");
  });

  it("keeps what the failure needs of the settings", async () => {
    const fails = ({ liveness, server }: Plan) => liveness === true && server?.store === "file";

    const { plan } = await minimisedWhere(stormy(), fails);

    expect(plan).toMatchObject({ liveness: true, server: { store: "file" }, operations: [] });
    expect(plan.faults).toBeUndefined();
    expect(plan.schedule).toBeUndefined();
  });

  it("leaves nobody a dialect that the failure doesn't need", async () => {
    const whole = planWith(9);
    const spoken = {
      ...whole,
      clients: whole.clients.map((client) => ({ ...client, dialect: "happn_4" as const })),
    };
    const speaksOf = async (fails: (plan: Plan) => boolean) => {
      const { plan } = await minimisedWhere(spoken, fails);
      return plan.clients.map(({ dialect }) => dialect);
    };
    const isTwo = ({ clients }: Plan) => clients.length > 1;
    const isLater = ({ clients }: Plan) => clients.some(({ dialect }) => dialect);

    expect(await speaksOf(isTwo)).toEqual([undefined, undefined]);
    const mixed = await speaksOf((plan) => isTwo(plan) && isLater(plan));
    expect(new Set(mixed)).toEqual(new Set(["happn_4", undefined]));
    expect(await speaksOf(({ clients }) => clients[0]?.dialect === "happn_4")).toEqual(["happn_4"]);
  });

  it("ends in a fixpoint: no step of any pass fails", async () => {
    for (const fails of [needsData(3, 17), (plan: Plan) => plan.clients.length > 1]) {
      const { plan } = await minimisedWhere(stormy(), fails);

      expect([...simplerPlans(plan)].filter(fails)).toEqual([]);
      const without = plan.operations.map(({ id }) => ({
        ...plan,
        operations: plan.operations.filter((operation) => operation.id !== id),
      }));
      expect(without.filter(fails)).toEqual([]);
    }
  });

  it("makes equal plans of equal failures", async () => {
    const texts = new Set<string>();
    for (const needed of [
      [3, 90],
      [77, 12],
      [4, 5],
    ]) {
      // Which data they are is the only thing that differs.
      const { plan } = await minimisedWhere(planWith(100), needsData(...needed));
      texts.add(JSON.stringify(plan).replaceAll(/"deeper":\d+/g, ""));
    }

    expect(texts.size).toBe(1);
  });

  it("finds three operations among 200 in few runs, though it has no evidence", async () => {
    const { runs, plan } = await minimisedWhere(planWith(200), needsData(11, 90, 151));

    expect(plan.operations).toHaveLength(3);
    expect(runs).toBeLessThan(160);
  });

  it("stops when its runs are spent, with the smallest plan so far", async () => {
    const fails = needsData(11, 90);
    const { runs, isFixpoint, plan } = await minimisedWhere(planWith(200), fails, { runsMax: 9 });

    expect(runs).toBe(9);
    expect(isFixpoint).toBe(false);
    expect(plan.operations.length).toBeLessThan(200);
    expect(fails(plan)).toBe(true);
  });

  it("comes to the same plan in the same runs, however many are run at once", async () => {
    const [one, two, five] = await Promise.all(
      [1, 2, 5].map((atOnce) => minimisedWhere(stormy(), needsData(3, 17), { atOnce })),
    );

    expect(two).toEqual(one);
    expect(five).toEqual(one);
  });

  it("comes to the same plan when it was stopped and goes on", async () => {
    const fails = needsData(3, 17, 40);
    const whole = await minimisedWhere(stormy(), fails);
    const known = new Set<string>();
    let repeated = 0;
    const goOn = (runsMax: number) =>
      minimisedWhere(
        stormy(),
        (plan) => {
          if (known.has(planHash(plan))) repeated += 1;
          return fails(plan);
        },
        { runsMax, known, learned: (hash) => known.add(hash) },
      );

    await goOn(30);
    await goOn(40);
    const { plan, isFixpoint } = await goOn(RUNS_MAX);

    expect(plan).toEqual(whole.plan);
    expect(isFixpoint).toBe(true);
    expect(repeated).toBe(0);
  });

  it("runs nothing where the plan is as plain as can be", async () => {
    const { plan } = await minimisedWhere(planWith(9), ({ operations }) => operations.length > 0);
    const again = await minimisedWhere(plan, () => false);

    expect(again.plan).toEqual(plan);
    expect(idsOf(again.plan)).toEqual(["o1"]);
    expect(again.runs).toBeLessThan(5);
  });
});
