/**
 * fast-check's own shrinking, of the list of a plan's operations and faults.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import {
  fitted,
  type Plan,
  type PlannedFault,
  type PlannedOperation,
} from "../../src/plan/index.js";

type Element = { readonly operation: PlannedOperation } | { readonly fault: PlannedFault };

/**
 * The smallest plan that `fc.check` comes to from a failing one, as a user of fast-check would write
 * it: a property over sublists, which begins with the whole list. Its runs are calls of the predicate.
 */
export async function shrunkByFastCheck(
  plan: Plan,
  fails: (plan: Plan) => Promise<boolean>,
  runsMax: number,
): Promise<{ readonly plan: Plan; readonly runs: number }> {
  const elements: readonly Element[] = [
    ...plan.operations.map((operation) => ({ operation })),
    ...(plan.faults ?? []).map((fault) => ({ fault })),
  ];
  let runs = 0;
  let smallest = plan;
  const property = fc.asyncProperty(fc.subarray([...elements]), async (left) => {
    if (runs >= runsMax) return true;
    runs += 1;
    const candidate = planOf(plan, left);
    if (!(await fails(candidate))) return true;
    smallest = candidate;
    return false;
  });
  await fc.check(property, { examples: [[[...elements]]], numRuns: 1, seed: 1 });
  return { plan: smallest, runs };
}

function planOf(plan: Plan, left: readonly Element[]): Plan {
  const operations = left.flatMap((element) => ("operation" in element ? [element.operation] : []));
  const faults = left.flatMap((element) => ("fault" in element ? [element.fault] : []));
  return fitted({ ...plan, operations, ...(plan.faults && { faults }) });
}
