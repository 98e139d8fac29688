/**
 * Makes what generated cases show small, so that each failure opens a sequence that can be read.
 *
 * @packageDocumentation
 */
import { type Hands, type Run } from "../campaign/index.js";
import {
  minimise,
  type CaseOutcome,
  type Evidence as Shown,
  type FoundViolation,
} from "../engine/index.js";
import type { Plan } from "../plan/index.js";
import type { ModuleTier } from "../targets/target.js";
import type { Cell, Evidence } from "./matrix.js";

export interface SmallerOptions {
  readonly target: string;
  readonly hands: Hands;
  /** Processes that run candidates, each of one failure. */
  readonly workers: number;
  /** Wall milliseconds for all of them together; what one leaves, the next may take. */
  readonly budgetMs: number;
  readonly isOver?: () => boolean;
  readonly advanced?: (done: number, count: number) => void;
}

/** Candidates that are run for one failure; most of what is to be had comes first. */
const RUNS_MAX = 300;

/**
 * The same cells, with minimised plans where the evidence is of generated cases. What time does not
 * suffice for stays as it is. A failure stays one of its fingerprint; which known issue is its cause
 * is for others to ask, of the plan that comes out.
 * @throws TargetUnavailableError
 */
export async function withSmallerEvidence(
  cells: readonly Cell[],
  options: SmallerOptions,
): Promise<readonly Cell[]> {
  const found = new Map<string, Evidence>();
  for (const evidence of cells.flatMap((cell) => cell.evidence)) {
    const { violation, shown } = evidence;
    if (violation === null || shown.origin !== "generated" || shown.history === null) continue;
    found.set(failureKey(evidence), evidence);
  }
  const smaller = await allSmaller(found, options);
  return cells.map((cell) => ({
    ...cell,
    evidence: cell.evidence.map((each) => smaller.get(failureKey(each)) ?? each),
  }));
}

/** The same for one failure of one case, whatever clauses it is told of. */
export function failureKey({ violation, shown }: Evidence): string {
  return JSON.stringify([violation?.fingerprint ?? null, shown.origin, shown.id]);
}

/** Short plans first: they take least, and leave the more for the others. */
async function allSmaller(
  found: ReadonlyMap<string, Evidence>,
  { target, hands, workers, budgetMs, isOver, advanced }: SmallerOptions,
): Promise<ReadonlyMap<string, Evidence>> {
  const smaller = new Map<string, Evidence>();
  const waiting = [...found].sort(([, left], [, right]) => sizeOf(left) - sizeOf(right));
  const endAt = performance.now() + budgetMs;
  let next = 0;
  let done = 0;
  await hands.each(async (run) => {
    for (;;) {
      const one = waiting[next];
      if (one === undefined) return;
      const now = performance.now();
      const shareMs = ((endAt - now) * workers) / (waiting.length - next);
      next += 1;
      const isLate = () =>
        performance.now() > Math.min(now + shareMs, endAt) || isOver?.() === true;
      const [key, evidence] = one;
      const made = isLate() ? null : await smallerOf(evidence, { target, run, isOver: isLate });
      if (made !== null) smaller.set(key, made);
      done += 1;
      advanced?.(done, found.size);
    }
  });
  return smaller;
}

function sizeOf({ shown }: Evidence): number {
  return shown.plan.operations.length;
}

interface Means {
  readonly target: string;
  readonly run: Run;
  readonly isOver: () => boolean;
}

async function smallerOf(evidence: Evidence, means: Means): Promise<Evidence | null> {
  const { violation, shown } = evidence;
  if (violation === null) return null;
  const { fingerprint } = violation;
  const original = await failureOf(shown.plan, fingerprint, { ...means, modules: "kept" });
  if (original === null) return null;
  const { plan } = await minimise(shown.plan, shownBy(original), {
    failureOf: async (candidate) => {
      const failure = await failureOf(candidate, fingerprint, { ...means, modules: "kept" });
      return failure === null ? null : shownBy(failure);
    },
    runsMax: RUNS_MAX,
    isOver: means.isOver,
  });
  if (plan.operations.length >= shown.plan.operations.length) return null;
  // What modules that are kept made of it has to hold on fresh ones.
  const failure = await failureOf(plan, fingerprint, { ...means, modules: "fresh" });
  if (failure === null) return null;
  return {
    ...evidence,
    violation: failure.violation,
    events: failure.violation.evidence,
    shown: {
      ...{ id: shown.id, says: `${shown.says}, minimised`, origin: "minimised", plan },
      history: failure.outcome.history,
    },
  };
}

interface Failure {
  readonly violation: FoundViolation;
  readonly outcome: CaseOutcome;
}

/** What a plan shows where it fails in that way; null where it doesn't, or nobody can tell. */
async function failureOf(
  plan: Plan,
  fingerprint: string,
  { target, run, modules }: Pick<Means, "target" | "run"> & { readonly modules: ModuleTier },
): Promise<Failure | null> {
  const reply = await run({
    ...{ id: 0, target, planSeed: plan.seed, plan, modules },
    wantsHistory: { of: fingerprint },
  });
  if (reply.kind !== "verdict" || reply.outcome === undefined) return null;
  const violation = reply.verdict.violations.find((each) => each.fingerprint === fingerprint);
  return violation === undefined ? null : { violation, outcome: reply.outcome };
}

function shownBy({ violation, outcome: { history, decisions } }: Failure): Shown {
  return {
    ...{ history, events: violation.evidence },
    ...(decisions === null ? {} : { decisions }),
  };
}
