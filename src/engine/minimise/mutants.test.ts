import { describe, expect, it } from "vitest";

import type { Plan } from "../../plan/index.js";
import { referenceTarget } from "../../targets/reference/index.js";
import { planOf } from "../../workload/index.js";
import { observeCase } from "../simulate.js";
import { verdictOf } from "../verdict.js";
import type { Evidence } from "./course.js";
import { minimise } from "./minimise.js";
import { simplerPlans } from "./passes.js";

/** Sequential and concurrent ones, with sessions, stores, patterns and mesh. */
const MUTANTS = [
  "set-hears-remove",
  "reused-session-id",
  "login-forgets-subscriptions",
  "initial-misses-item",
  "call-lost",
  "off-races-write",
] as const;

const CASES_MAX = 400;
const OPERATIONS_MIN = 100;

async function failureOf(plan: Plan, mutant: string, fingerprint: string | null) {
  const { history, decisions } = await observeCase(plan, referenceTarget("1.x", { mutant }));
  const violation = verdictOf(history).violations.find(
    (one) => fingerprint === null || one.fingerprint === fingerprint,
  );
  if (violation === undefined) return null;
  const evidence: Evidence = {
    history,
    events: violation.evidence,
    ...(decisions === null ? {} : { decisions }),
  };
  return { evidence, fingerprint: violation.fingerprint };
}

/** The first generated plan of some size that shows the mutant. */
async function failing(mutant: string) {
  for (let index = 0; index < CASES_MAX; index += 1) {
    const plan = planOf(`minimise/${index}`, { profile: "1.x" });
    if (plan.operations.length < OPERATIONS_MIN) continue;
    const failure = await failureOf(plan, mutant, null);
    if (failure !== null) return { plan, ...failure };
  }
  throw new Error(`no plan shows ${mutant}`);
}

describe("a minimised plan", () => {
  it.each(MUTANTS)(
    "of the mutant %s fails in the same way, and no step from it does",
    async (id) => {
      const { plan, evidence, fingerprint } = await failing(id);
      const evidenceOf = async (candidate: Plan) =>
        (await failureOf(candidate, id, fingerprint))?.evidence ?? null;

      const minimal = await minimise(plan, evidence, { failureOf: evidenceOf, runsMax: 3_000 });

      expect(minimal.isFixpoint).toBe(true);
      expect(minimal.plan.operations.length).toBeLessThan(12);
      expect(await evidenceOf(minimal.plan)).not.toBe(null);
      for (const simpler of simplerPlans(minimal.plan)) {
        expect(await evidenceOf(simpler)).toBe(null);
      }
      for (const { id: gone } of minimal.plan.operations) {
        const operations = minimal.plan.operations.filter((operation) => operation.id !== gone);
        expect(await evidenceOf({ ...minimal.plan, operations })).toBe(null);
      }
    },
  );
});
