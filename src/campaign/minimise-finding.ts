/**
 * Minimises the plan of a finding, and confirms what comes out.
 *
 * @packageDocumentation
 */
import {
  minimise,
  planHash,
  simplerPlans,
  type MinimiseProgress,
  type TrialOptions,
} from "../engine/index.js";
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
 * A failure keeps its cause: one that no known issue of the target explains doesn't become one that is
 * explained, and one that is explained stays with its issue.
 * Plans run in `count` processes at once; the result is the same for any number.
 * @throws TargetUnavailableError
 */
export async function minimiseFinding(options: MinimiseFindingOptions): Promise<MinimisedFinding> {
  const { plan, runsMax, isOver, known, learned, advanced, count } = options;
  const runners = new TrialRunners(options);
  // What a worn process made of a plan may not hold in a new one: then the one before it may.
  const taken: Plan[] = [plan];
  try {
    const original = await runners.failureOf(plan);
    if (original === null) return { kind: "absent" };
    runners.keepCause(original.cause);
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

/**
 * A plan that is a single step simpler and fails in the same way, by the same cause; null where there
 * is none: the plan is minimal.
 * @throws TargetUnavailableError
 * @throws RangeError where the plan itself doesn't fail in that way
 */
export async function simplerFailing(
  plan: Plan,
  options: TrialRunnersOptions,
): Promise<Plan | null> {
  const runners = new TrialRunners(options);
  try {
    const original = await runners.failureOf(plan);
    if (original === null) throw new RangeError("the plan doesn't fail in that way");
    runners.keepCause(original.cause);
    for (const simpler of simplerPlans(plan)) {
      if ((await runners.failureOf(simpler)) !== null) return simpler;
    }
    return null;
  } finally {
    runners.close();
  }
}
