import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { PLAN_FORMAT, type Plan, type PlannedOperation } from "../plan/index.js";
import { minimise } from "./minimise.js";
import { PASSES } from "./minimise-passes.js";

const LINK = { delayMsMin: 3, delayMsMax: 9, shape: "tail" } as const;

/** Sets of numbered paths by three clients in turn. */
function planWith(count: number): Plan {
  const operations = Array.from({ length: count }, (_, index): PlannedOperation => ({
    id: `o${index}`,
    client: `c${(index % 3) + 1}`,
    afterMs: index,
    awaited: index % 2 === 0,
    action: {
      kind: "set",
      path: `/p/${index}`,
      data: { deep: { deeper: index } },
      options: { noStore: true },
    },
  }));
  return {
    format: PLAN_FORMAT,
    generator: 0,
    seed: "s",
    mode: "concurrent",
    clients: ["c1", "c2", "c3"].map((name) => ({ name, link: { up: LINK, down: LINK } })),
    operations,
  };
}

function pathsOf(plan: Plan): string[] {
  return plan.operations.flatMap(({ action }) => (action.kind === "set" ? [action.path] : []));
}

/** Fails while all these operations are there. */
function needs(indices: readonly number[]) {
  return (plan: Plan) => {
    const paths = pathsOf(plan);
    return Promise.resolve(indices.every((index) => paths.includes(`/p/${index}`)));
  };
}

describe("minimise", () => {
  it("keeps the operations that the failure needs, and nothing else", async () => {
    const indices = fc.uniqueArray(fc.nat(199), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(indices, async (needed) => {
        const result = await minimise(planWith(200), { stillFails: needs(needed), runsMax: 5_000 });

        expect(result.isFixpoint).toBe(true);
        expect(pathsOf(result.plan).sort()).toEqual(needed.map((index) => `/p/${index}`).sort());
      }),
      { numRuns: 30 },
    );
  });

  it("makes clients, delays, options and data plain", async () => {
    const result = await minimise(planWith(30), { stillFails: needs([4]), runsMax: 5_000 });

    expect(result.plan.mode).toBe("lockstep");
    expect(result.plan.clients).toHaveLength(1);
    expect(result.plan.clients[0]?.link.up).toEqual({
      delayMsMin: 1,
      delayMsMax: 1,
      shape: "uniform",
    });
    expect(result.plan.operations).toMatchObject([
      { afterMs: 0, awaited: true, action: { data: {}, options: {} } },
    ]);
  });

  it("ends in a fixpoint: no pass offers a smaller plan that fails", async () => {
    const stillFails = needs([3, 17]);
    const { plan } = await minimise(planWith(40), { stillFails, runsMax: 5_000 });

    for (const pass of PASSES) {
      const candidates = pass(plan);
      for (let next = candidates.next(); next.done !== true; next = candidates.next(false)) {
        expect(await stillFails(next.value)).toBe(false);
      }
    }
  });

  it("finds a three-operation failure among 200 in few runs", async () => {
    const { runs, plan } = await minimise(planWith(200), {
      stillFails: needs([11, 90, 151]),
      runsMax: 5_000,
    });

    expect(plan.operations).toHaveLength(3);
    expect(runs).toBeLessThan(150);
  });

  it("stops when its runs are spent, with the best plan so far", async () => {
    const { runs, isFixpoint, plan } = await minimise(planWith(200), {
      stillFails: needs([11, 90]),
      runsMax: 5,
    });

    expect(runs).toBe(5);
    expect(isFixpoint).toBe(false);
    expect(await needs([11, 90])(plan)).toBe(true);
  });
});
