import { describe, expect, it } from "vitest";

import { formatPlan, parsePlan, type Plan } from "../../plan/index.js";
import { planOf } from "../../workload/index.js";
import { stepsOf } from "./pass.js";
import { PASSES, simplerPlans } from "./passes.js";
import { compareSimplicity, simplicityOf } from "./simplicity.js";

/** Small ones of many kinds: every step of every pass is offered. */
const PLANS: readonly Plan[] = Array.from({ length: 60 }, (_, index) =>
  planOf(`passes/${index}`, { profile: index % 2 === 0 ? "1.x" : "13.x" }),
).filter(({ operations }) => operations.length < 40);

/** A plan with everything that a plan can have. */
const FULL: Plan = {
  ...(PLANS[0] as Plan),
  clients: (PLANS[0] as Plan).clients.map((client) => ({ ...client, dialect: "happn_4" as const })),
  security: {
    groups: [
      {
        name: "g1",
        permissions: [
          { path: "/a", actions: ["get", "set"] },
          { path: "/a/*", actions: ["on"] },
        ],
      },
      { name: "g2", permissions: [] },
    ],
    users: [
      { name: "ann", password: "of-ann", groups: ["g1", "g2"] },
      { name: "bob", password: "of-bob", groups: [] },
    ],
  },
  server: { store: "file" },
  liveness: true,
  features: ["much set"],
  faults: [
    {
      id: "f1",
      operation: (PLANS[0] as Plan).operations[2]?.id ?? "",
      afterMs: 37,
      durationMs: 1234,
      fault: {
        kind: "latency",
        clients: ["c1"],
        direction: "both",
        delayMsMin: 3,
        delayMsMax: 70,
        shape: "tail",
      },
    },
    { id: "f2", afterMs: 100, durationMs: 0, fault: { kind: "clock-skew", perMillion: -1500 } },
    {
      id: "f3",
      afterMs: 1,
      durationMs: 77,
      fault: { kind: "slice", clients: ["c1"], bytesMax: 7, gapMs: 3 },
    },
  ],
  schedule: {
    strategy: "random",
    percent: { early: 10, late: 10, cut: 5, busy: 1 },
    busyMsMax: 40,
    decisions: [
      { at: "c1#1/up/3/early", choice: 3 },
      { at: "pool/4/late", choice: 1 },
      { at: "c1#1/up/2/busy", choice: 33 },
    ],
  },
};

describe.each(PASSES.map((pass) => [pass.name, pass] as const))("the pass %s", (_, pass) => {
  it("offers plans that can be run", () => {
    for (const plan of [FULL, ...PLANS]) {
      for (const candidate of stepsOf(pass, plan)) {
        expect(parsePlan(formatPlan(candidate))).toMatchObject({ ok: true });
      }
    }
  });

  it("changes no plan, and offers the same each time", () => {
    const text = formatPlan(FULL);
    const first = [...stepsOf(pass, FULL)].map(formatPlan);

    expect([...stepsOf(pass, FULL)].map(formatPlan)).toEqual(first);
    expect(formatPlan(FULL)).toBe(text);
  });

  it("offers something simpler for some plan", () => {
    const isSimpler = (plan: Plan) => {
      const present = simplicityOf(plan);
      return [...stepsOf(pass, plan)].some(
        (candidate) => compareSimplicity(simplicityOf(candidate), present) < 0,
      );
    };

    expect([FULL, ...PLANS].some(isSimpler)).toBe(true);
  });
});

describe("simplicity", () => {
  it("is a total order", () => {
    const plans = [FULL, ...PLANS.slice(0, 6)].flatMap((plan) =>
      [...simplerPlans(plan)].slice(0, 12),
    );
    const simplicities = plans.map(simplicityOf);
    const sorted = [...simplicities].sort(compareSimplicity);

    for (const [index, left] of sorted.entries()) {
      for (const right of sorted.slice(index)) {
        expect(compareSimplicity(left, right)).toBeLessThanOrEqual(0);
        if (left.text !== right.text) {
          expect(compareSimplicity(left, right)).toBeLessThan(0);
          expect(compareSimplicity(right, left)).toBeGreaterThan(0);
        }
      }
    }
  });
});

describe("the plainest plan", () => {
  it("is left when everything fails", () => {
    let plan = FULL;
    for (;;) {
      const [simpler] = simplerPlans(plan);
      if (simpler === undefined) break;
      plan = simpler;
    }

    expect(plan).toEqual({
      format: 1,
      generator: 0,
      seed: "0",
      mode: "lockstep",
      clients: [],
      operations: [],
    });
  });
});

it("takes frames that nest as deep as clients please", () => {
  const deep = `${'{"a":['.repeat(1_250)}1${"]}".repeat(1_250)}`;
  const frame = `{"action":"set","eventId":1,"path":"/a","data":${deep}}`;
  const [operation] = FULL.operations;
  const plan: Plan = {
    ...FULL,
    operations: [{ ...operation!, action: { kind: "raw", frame } }],
    faults: [],
  };

  const [simpler] = simplerPlans(plan);
  expect(compareSimplicity(simplicityOf(simpler as Plan), simplicityOf(plan))).toBeLessThan(0);
});
