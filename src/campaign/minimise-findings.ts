/**
 * Makes the plans of a campaign's new findings small, within a budget of wall time.
 *
 * @packageDocumentation
 */
import type { Plan } from "../plan/index.js";
import { TargetUnavailableError } from "../targets/target.js";
import type { ConfirmedFinding } from "./confirmed-finding.js";
import { isLost } from "./lost.js";
import { minimiseFinding, type MinimisedFinding } from "./minimise-finding.js";
import type { RunnerOptions } from "./runner-process.js";

/** Wall milliseconds. */
export interface MinimiseBudget {
  readonly eachMs: number;
  readonly totalMs: number;
}

/** What is known of a minimiser's work from another time, and kept for the next. */
export interface MinimiseMemory {
  readonly known: ReadonlySet<string>;
  learned(planHash: string): void;
  /** For when no step is left: nothing is to be gone on with. */
  forget(): void;
}

export interface MinimiseFindingsOptions {
  readonly budget: MinimiseBudget;
  readonly runner: RunnerOptions;
  /** Runner processes at once. */
  readonly count: number;
  readonly isInterrupted: () => boolean;
  readonly memoryOf?: (finding: ConfirmedFinding, plan: Plan) => MinimiseMemory | null;
  /** While one is made smaller: the one of so many, and its plan so far. */
  readonly advanced?: (done: number, count: number, plan: Plan) => void;
  /** One was made smaller, or could not be. */
  readonly minimised?: (finding: ConfirmedFinding) => void;
}

/** More than the time allows: it is the time that ends it. */
const RUNS_MAX = 10_000;

/**
 * The findings in their order, each that could be made smaller with its smallest plan so far. The gravest
 * have their turn first. Left as they are: what diverged; what was not brought back with its plan; and a
 * server that hangs, each run of which takes the whole watchdog's time.
 */
export async function minimiseFindings(
  findings: readonly ConfirmedFinding[],
  options: MinimiseFindingsOptions,
): Promise<readonly ConfirmedFinding[]> {
  const endAt = performance.now() + options.budget.totalMs;
  const isDue = (finding: ConfirmedFinding) =>
    finding.confirmation === "confirmed" &&
    finding.again === undefined &&
    finding.outcome !== null &&
    !isLost(finding.fingerprint);
  const count = findings.filter(isDue).length;
  const result: ConfirmedFinding[] = [];
  let done = 0;
  for (const finding of findings) {
    const isOver = options.isInterrupted() || performance.now() >= endAt;
    if (!isDue(finding) || isOver) {
      result.push(finding);
      continue;
    }
    done += 1;
    const smaller = await minimised(finding, options, endAt, [done, count]);
    result.push(smaller ?? finding);
    if (smaller !== null) options.minimised?.(smaller);
  }
  return result;
}

async function minimised(
  finding: ConfirmedFinding,
  options: MinimiseFindingsOptions,
  endAt: number,
  [done, all]: readonly [number, number],
): Promise<ConfirmedFinding | null> {
  const { budget, runner, count, isInterrupted, advanced } = options;
  const plan = finding.outcome?.plan;
  if (plan === undefined) return null;
  const deadline = Math.min(endAt, performance.now() + budget.eachMs);
  const memory = options.memoryOf?.(finding, plan) ?? null;
  advanced?.(done, all, plan);
  let smallest: MinimisedFinding;
  try {
    smallest = await minimiseFinding({
      ...{ plan, runner, count, target: finding.target, fingerprint: finding.fingerprint },
      runsMax: RUNS_MAX,
      isOver: () => isInterrupted() || performance.now() >= deadline,
      advanced: (progress) => advanced?.(done, all, progress.plan),
      ...(memory && { known: memory.known, learned: (hash: string) => memory.learned(hash) }),
    });
  } catch (error) {
    // It was there for the whole campaign; what was found is worth more than the reason.
    if (error instanceof TargetUnavailableError) return null;
    throw error;
  }
  if (smallest.kind !== "minimised") return null;
  if (smallest.isMinimal) memory?.forget();
  return withSmallest(finding, plan, smallest);
}

function withSmallest(
  finding: ConfirmedFinding,
  originalPlan: Plan,
  { plan, failure, runs, isMinimal }: Extract<MinimisedFinding, { kind: "minimised" }>,
): ConfirmedFinding {
  const { violation, traceHash, outcome } = failure;
  return {
    ...finding,
    example: { ...finding.example, violation, hash: traceHash },
    outcome: outcome ?? { plan, history: null, decisions: null },
    minimised: { runs, isMinimal, originalPlan, originalTraceHash: finding.example.hash },
  };
}
