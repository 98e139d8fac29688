/**
 * Makes what generated cases show small, so that each failure opens a sequence that can be read.
 *
 * @packageDocumentation
 */
import { minimiseFinding, type RunnerOptions } from "../campaign/index.js";
import type { Cell, Evidence } from "./matrix.js";

export interface SmallerOptions {
  readonly target: string;
  /** Processes that run candidates at once. */
  readonly workers: number;
  readonly runner: RunnerOptions;
  /** Wall milliseconds for all of them together; what one leaves, the next may take. */
  readonly budgetMs: number;
  readonly isOver?: () => boolean;
  readonly advanced?: (done: number, count: number) => void;
}

/** Candidates that are run for one failure; most of what is to be had comes first. */
const RUNS_MAX = 60;

/**
 * The same cells, with minimised plans where the evidence is of generated cases. What time does not
 * suffice for stays as it is.
 * @throws TargetUnavailableError
 */
export async function withSmallerEvidence(
  cells: readonly Cell[],
  { target, workers, runner, budgetMs, isOver, advanced }: SmallerOptions,
): Promise<readonly Cell[]> {
  const beganAt = performance.now();
  const found = new Map<string, Evidence>();
  for (const evidence of cells.flatMap((cell) => cell.evidence)) {
    const { violation, shown } = evidence;
    if (violation === null || shown.origin !== "generated" || shown.history === null) continue;
    const key = keyOf(evidence);
    if (!found.has(key)) found.set(key, evidence);
  }
  const smaller = new Map<string, Evidence>();
  let done = 0;
  for (const [key, evidence] of found) {
    done += 1;
    const untilMs = (budgetMs * done) / found.size;
    const isLate = () => performance.now() - beganAt > untilMs || isOver?.() === true;
    if (!isLate()) {
      const made = await smallerOf(evidence, { target, count: workers, runner, isOver: isLate });
      if (made !== null) smaller.set(key, made);
    }
    advanced?.(done, found.size);
  }
  return cells.map((cell) => ({
    ...cell,
    evidence: cell.evidence.map((each) => smaller.get(keyOf(each)) ?? each),
  }));
}

/** A failure is made small once, whatever clauses it is told of. */
function keyOf({ violation, shown }: Evidence): string {
  return JSON.stringify([violation?.fingerprint ?? null, shown.origin, shown.id]);
}

async function smallerOf(
  { violation, shown, ...rest }: Evidence,
  options: Pick<Parameters<typeof minimiseFinding>[0], "target" | "count" | "runner" | "isOver">,
): Promise<Evidence | null> {
  if (violation === null) return null;
  const { fingerprint } = violation;
  const result = await minimiseFinding({
    ...options,
    ...{ fingerprint, plan: shown.plan, runsMax: RUNS_MAX },
  });
  if (result.kind !== "minimised" || result.failure.outcome === null) return null;
  const { plan, failure } = result;
  if (plan.operations.length >= shown.plan.operations.length) return null;
  return {
    ...rest,
    violation: failure.violation,
    events: failure.violation.evidence,
    knownIssue: failure.cause,
    shown: {
      ...{ id: shown.id, says: `${shown.says}, minimised`, origin: "minimised", plan },
      history: failure.outcome?.history ?? null,
    },
  };
}
