import { describe, expect, it } from "vitest";

import { runCase, verdictOf } from "../engine/index.js";
import { MUTANTS, referenceTarget } from "../targets/reference/index.js";
import { planOf } from "../workload/index.js";

const CASES_MAX = 200;

/** One of each kind; `happnstance selftest` tries them all. */
const QUICK: readonly string[] = [
  "drop-publication",
  "answer-twice",
  "swap-publications",
  "misroute-publication",
  "wrong-event-id",
  "keep-subscription",
  "lose-write",
  "stale-read",
  "change-created",
  "late-publication",
];

/** Number of the first case in which one of the properties catches the mutant; null when none does. */
async function casesToFind(mutant: string, properties: readonly string[]): Promise<number | null> {
  const target = referenceTarget("1.x", { mutant });
  for (let index = 0; index < CASES_MAX; index += 1) {
    const plan = planOf(`mutants/${index}`, { profile: target.profile });
    const { violations } = verdictOf(await runCase(plan, target));
    if (violations.some((violation) => properties.includes(violation.property))) return index + 1;
  }
  return null;
}

describe("a mutant", () => {
  it.each(
    MUTANTS.filter(({ id }) => QUICK.includes(id)).map(
      ({ id, properties }) => [id, properties] as const,
    ),
  )(`%s is caught by %s within ${CASES_MAX} cases`, async (id, properties) => {
    expect(await casesToFind(id, properties)).not.toBeNull();
  });
});
