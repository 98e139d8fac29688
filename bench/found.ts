/**
 * How many cases it takes until a mutant is found.
 *
 * @packageDocumentation
 */
import { runCase, verdictOf } from "../src/engine/index.js";
import { referenceTarget, type Mutant } from "../src/targets/reference/index.js";
import { planOf, type WorkloadOptions } from "../src/workload/index.js";

export interface Search {
  readonly seed: string;
  /** How many cases are tried. */
  readonly cases: number;
  readonly workload: WorkloadOptions;
}

/** The number of the first case in which a property that is meant for the mutant finds it; null where none does. */
export async function casesToFind(
  { id, profile = "1.x", properties, isSecure }: Mutant,
  { seed, cases, workload }: Search,
): Promise<number | null> {
  const target = referenceTarget(profile, { mutant: id });
  for (let index = 0; index < cases; index += 1) {
    const plan = planOf(`${seed}/${index}`, {
      ...workload,
      profile,
      isSecure: isSecure === true,
    });
    const { violations } = verdictOf(await runCase(plan, target));
    if (violations.some(({ property }) => properties.includes(property))) return index + 1;
  }
  return null;
}

/** Of cases to find, the one in the middle; those that found nothing come last: null. */
export function middleOf(counts: readonly (number | null)[]): number | null {
  const sorted = [...counts].sort((left, right) => (left ?? Infinity) - (right ?? Infinity));
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

/** The cases spent on all of them: where nothing was found, all that there were. */
export function spentOn(counts: readonly (number | null)[], cases: number): number {
  return counts.reduce<number>((sum, count) => sum + (count ?? cases), 0);
}
