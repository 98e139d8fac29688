/**
 * Artifacts of a server that is wrong on purpose, for end-to-end tests.
 *
 * @packageDocumentation
 */
import {
  FINDING_FORMAT,
  judgementOf,
  runCase,
  verdictOf,
  writeArtifact,
  type FindingRecord,
} from "../engine/index.js";
import { referenceTarget } from "../targets/reference/index.js";
import { planOf } from "../workload/index.js";

const MUTANT = "login-forgets-subscriptions";
const PROPERTY = "no-missed-publication";

export const MUTANT_TARGET = `mutant:${MUTANT}`;

/** Keeps a finding with a plan of at least so many operations. */
export async function keepArtifact(folder: string, operationsMin: number): Promise<void> {
  const target = referenceTarget("1.x", { mutant: MUTANT });
  for (let index = 0; ; index += 1) {
    const plan = planOf(`artifact/${index}`, { profile: "1.x" });
    if (plan.operations.length < operationsMin) continue;
    const history = await runCase(plan, target);
    const { violations, hash } = verdictOf(history);
    const violation = violations.find(({ property }) => property === PROPERTY);
    if (violation === undefined) continue;
    const finding: FindingRecord = {
      format: FINDING_FORMAT,
      version: "0.1.0",
      node: process.version,
      token: "",
      target: MUTANT_TARGET,
      ...judgementOf(violation),
      promise: "",
      traceHash: hash,
      confirmation: "confirmed",
    };
    writeArtifact(folder, { finding, plan, history }, "");
    return;
  }
}
