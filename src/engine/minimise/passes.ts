/**
 * All passes, in the order in which they are tried.
 *
 * @packageDocumentation
 */
import type { Plan } from "../../plan/index.js";
import { ROUNDER_TIMES, SMALLER_ARGUMENTS } from "./argument.js";
import { FEWER_CLIENTS, MERGED_CLIENTS } from "./client.js";
import { FEWER_DECISIONS, PLAINER_SCHEDULE } from "./decision.js";
import { FEWER_DIALECTS } from "./dialect.js";
import { SMALLER_DIRECTORY } from "./directory.js";
import { PLAINER_FAULTS } from "./fault.js";
import { CANONICAL_NAMES } from "./name.js";
import { FEWER_ORNAMENTS, inLockstep } from "./ornament.js";
import { stepsOf, type Pass, type StepsPass } from "./pass.js";
import { PLAINER_PATHS } from "./path.js";
import { compareSimplicity, simplicityOf } from "./simplicity.js";
import { FEWER_ELEMENTS, FEWER_PAIRS } from "./structure.js";
import { SHORTER_WAITS } from "./wait.js";

const LOCKSTEP: StepsPass = {
  kind: "steps",
  name: "lockstep",
  *steps(plan) {
    yield inLockstep(plan);
  },
};

export const PASSES: readonly Pass[] = [
  LOCKSTEP,
  FEWER_CLIENTS,
  MERGED_CLIENTS,
  FEWER_DIALECTS,
  FEWER_ORNAMENTS,
  CANONICAL_NAMES,
  FEWER_ELEMENTS,
  FEWER_PAIRS,
  SMALLER_DIRECTORY,
  FEWER_DECISIONS,
  PLAINER_PATHS,
  SMALLER_ARGUMENTS,
  SHORTER_WAITS,
  ROUNDER_TIMES,
  PLAINER_FAULTS,
  PLAINER_SCHEDULE,
];

/** Every plan that is a step simpler by any pass. A plan is minimal when none of them fails. */
export function* simplerPlans(plan: Plan): Iterable<Plan> {
  const present = simplicityOf(plan);
  const offered = new Set<string>();
  for (const pass of PASSES) {
    for (const candidate of stepsOf(pass, plan)) {
      const simplicity = simplicityOf(candidate);
      if (compareSimplicity(simplicity, present) >= 0 || offered.has(simplicity.text)) continue;
      offered.add(simplicity.text);
      yield candidate;
    }
  }
}
