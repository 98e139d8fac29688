/**
 * Minimises the plan of a finding, and confirms what comes out.
 *
 * @packageDocumentation
 */
import { minimise, planHash, type MinimiseProgress, type TrialOptions } from "../engine/index.js";
import type { Plan } from "../plan/index.js";
import {
  evidenceIn,
  TrialRunners,
  type Failure,
  type TrialRunnersOptions,
} from "./trial-runners.js";

export interface MinimiseFindingOptions
  extends TrialRunnersOptions, Pick<TrialOptions, "runsMax" | "isOver" | "known" | "learned"> {
  readonly plan: Plan;
  readonly advanced?: (progress: MinimiseProgress) => void;
}

export type MinimisedFinding =
  /** The plan does not fail in that way: it is fixed, or it never did. */
  | { readonly kind: "absent" }
  /** No plan that was found failed again in a process of its own. */
  | { readonly kind: "diverged" }
  | {
      readonly kind: "minimised";
      readonly plan: Plan;
      readonly failure: Failure;
      /** Of the plan before. */
      readonly original: Failure;
      readonly runs: number;
      /** False where it was stopped before no step was left. */
      readonly isMinimal: boolean;
      /** What the tool could not judge by its own fault, one message each. */
      readonly unjudged: readonly string[];
    };

/**
 * The smallest plan that breaks the same promise in the same way, confirmed by a run in a new process.
 *
 * A failure that no known issue of the target explains isn't minimised into one that is explained.
 * Plans run in `count` processes at once; the result is the same for any number.
 * @throws TargetUnavailableError
 */
export async function minimiseFinding(options: MinimiseFindingOptions): Promise<MinimisedFinding> {
  const { plan, runsMax, isOver, known, learned, advanced, count } = options;
  const runners = new TrialRunners(options);
  // What a worn process made of a plan may not hold in a new one: then the one before it may.
  const taken: Plan[] = [plan];
  try {
    const original = await runners.failureOf(plan, true);
    if (original === null) return { kind: "absent" };
    if (original.isNew) runners.keepNew();
    const minimised = await minimise(plan, evidenceIn(original), {
      failureOf: (candidate) => runners.evidenceOf(candidate),
      atOnce: count,
      runsMax,
      ...(isOver && { isOver }),
      ...(known && { known }),
      ...(learned && { learned }),
      advanced: (progress) => {
        if (progress.plan !== taken.at(-1)) taken.push(progress.plan);
        advanced?.(progress);
      },
    });
    const { runs, isFixpoint } = minimised;
    if (minimised.plan !== taken.at(-1)) taken.push(minimised.plan);
    for (const smallest of taken.reverse()) {
      const failure = await runners.confirmed(smallest);
      if (failure === null) continue;
      const isMinimal = isFixpoint && planHash(smallest) === planHash(minimised.plan);
      const { unjudged } = runners;
      return { kind: "minimised", plan: smallest, failure, original, runs, isMinimal, unjudged };
    }
    return { kind: "diverged" };
  } finally {
    runners.close();
  }
}
