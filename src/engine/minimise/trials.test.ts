import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Plan } from "../../plan/index.js";
import { NO_EVIDENCE, planWith } from "./planted.test-support.js";
import { planHash, Trials } from "./trials.js";

/** Plans that differ in their seed alone. */
function plans(...numbers: readonly number[]): { readonly plan: Plan }[] {
  return numbers.map((number) => ({ plan: { ...planWith(1), seed: String(number) } }));
}

const numberOf = ({ seed }: Plan) => Number(seed);

/** Fails for seeds from `least` on; notes what was run. */
function server(least: number) {
  const ran: number[] = [];
  const failureOf = async (plan: Plan) => {
    ran.push(numberOf(plan));
    // Later ones are through sooner: order must not come from that.
    for (let turn = 10 - numberOf(plan); turn > 0; turn -= 1) await Promise.resolve();
    return numberOf(plan) >= least ? NO_EVIDENCE : null;
  };
  return { ran, failureOf };
}

describe("trials", () => {
  it("take the first candidate that fails", async () => {
    const { failureOf, ran } = server(3);
    const trials = new Trials({ failureOf, runsMax: 9 });

    const taken = await trials.first(plans(1, 3, 4));

    expect(taken && numberOf(taken.candidate.plan)).toBe(3);
    expect(ran).toEqual([1, 3]);
    expect(trials.runs).toBe(2);
  });

  it("run no plan twice", async () => {
    const { failureOf, ran } = server(9);
    const trials = new Trials({ failureOf, runsMax: 9 });

    await trials.first(plans(1, 2, 1));
    await trials.first(plans(2, 1));

    expect(ran).toEqual([1, 2]);
    expect(trials.runs).toBe(2);
  });

  it("run nothing that is known not to fail", async () => {
    const { failureOf, ran } = server(3);
    const known = new Set(plans(1).map(({ plan }) => planHash(plan)));
    const trials = new Trials({ failureOf, runsMax: 1, known });

    const taken = await trials.first(plans(1, 3));

    expect(taken && numberOf(taken.candidate.plan)).toBe(3);
    expect(ran).toEqual([3]);
  });

  it("stop when their runs are spent", async () => {
    const { failureOf, ran } = server(3);
    const trials = new Trials({ failureOf, runsMax: 2 });

    expect(await trials.first(plans(1, 2, 3))).toBe(null);
    expect(trials.isSpent).toBe(true);
    expect(ran).toEqual([1, 2]);
  });

  it("stop when told so", async () => {
    const { failureOf, ran } = server(3);
    const trials = new Trials({ failureOf, runsMax: 9, isOver: () => ran.length === 1 });

    expect(await trials.first(plans(1, 2, 3))).toBe(null);
    expect(trials.isSpent).toBe(true);
    expect(ran).toEqual([1]);
  });

  it("come to the same for any number at once", async () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(numbers, fc.integer({ min: 1, max: 12 }), async (offered, runsMax) => {
        const outcomes = [];
        for (const atOnce of [1, 2, 5]) {
          const trials = new Trials({ failureOf: server(7).failureOf, runsMax, atOnce });
          const taken = await trials.first(plans(...offered));
          const { runs, isSpent } = trials;
          outcomes.push({ plan: taken?.candidate.plan, runs, isSpent });
        }
        expect(outcomes[1]).toEqual(outcomes[0]);
        expect(outcomes[2]).toEqual(outcomes[0]);
      }),
    );
  });

  it("pass on why a plan could not be run", async () => {
    const trials = new Trials({
      failureOf: () => Promise.reject(new Error("no server")),
      runsMax: 9,
      atOnce: 2,
    });

    await expect(trials.first(plans(1, 2))).rejects.toThrow("no server");
  });
});
