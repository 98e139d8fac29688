/**
 * `fuzz A --against B`: where two servers differ, and no clause decides which is right.
 *
 * @packageDocumentation
 */
import { Hands, runFresh, type Reply, type RunnerOptions } from "../campaign/index.js";
import { caseSeedOf, type FoundViolation, type Verdict } from "../engine/index.js";
import type { History } from "../history/index.js";
import type { Plan } from "../plan/index.js";
import { differenceOf, differenceShape, type HistoryDifference } from "../report/index.js";
import { referenceId } from "../targets/reference/index.js";
import type { ModuleTier } from "../targets/target.js";
import { planOf } from "../workload/index.js";
import { calmPlan } from "./calm-plan.js";
import type { CatalogEntry } from "./catalog.js";
import { RUNNER_PATH } from "./prepared-target.js";
import { answered } from "./replayed-case.js";

export interface DifferentialOptions {
  readonly targets: readonly [CatalogEntry, CatalogEntry];
  readonly seed: string;
  readonly firstCase: number;
  readonly cases: number;
  /** Wall milliseconds after which no case is started; null for no limit. */
  readonly timeMs: number | null;
  readonly workers: number;
  readonly watchdogMs: number;
  readonly modules: ModuleTier;
  readonly isInterrupted: () => boolean;
  readonly advanced: (cases: number) => void;
  readonly progress: (line: string) => void;
}

/** Cases whose first difference is of one kind. */
export interface DifferenceGroup {
  readonly shape: string;
  readonly cases: number;
  /** Of the case that stands for them: the one with the fewest operations, the first of those. */
  readonly example: Example;
  /** Whether two new processes differ in the same way. */
  readonly isConfirmed: boolean;
}

export interface Example {
  readonly caseIndex: number;
  readonly plan: Plan;
  readonly difference: HistoryDifference;
  readonly histories: readonly [History, History];
}

export interface DifferentialSummary {
  readonly cases: number;
  /** Cases that went the same way. */
  readonly alike: number;
  /** Cases whose first difference a property decides, by property. */
  readonly decided: Readonly<Record<string, number>>;
  /** Cases whose first difference is one that the two profiles are entitled to. */
  readonly byProfile: number;
  /** Most cases first. */
  readonly groups: readonly DifferenceGroup[];
}

type Run = (target: string, plan: Plan) => Promise<Reply>;

type Outcome =
  | { readonly kind: "alike" }
  | { readonly kind: "by-profile" }
  | { readonly kind: "decided"; readonly property: string }
  | { readonly kind: "undecided"; readonly shape: string; readonly example: Example };

/**
 * Runs the same calm plans against both, and groups the first difference of each.
 * @throws CommandError (69, 70) when a target can't be had, or on a defect of the tool
 */
export async function differential(options: DifferentialOptions): Promise<DifferentialSummary> {
  const startedAt = performance.now();
  const runner: RunnerOptions = {
    runnerPath: RUNNER_PATH,
    watchdogMs: options.watchdogMs,
    progress: options.progress,
  };
  const outcomes = new Map<number, Outcome>();
  const end = options.firstCase + options.cases;
  let next = options.firstCase;
  const hands = new Hands(runner, options.workers);
  try {
    await hands.each(async (send) => {
      const run: Run = (target, plan) => send(requestOf(target, plan, options.modules));
      while (next < end && !options.isInterrupted()) {
        if (options.timeMs !== null && performance.now() - startedAt >= options.timeMs) return;
        const caseIndex = next;
        next += 1;
        outcomes.set(caseIndex, await outcomeOf(caseIndex, options, run));
        options.advanced(outcomes.size);
      }
    });
  } finally {
    hands.close();
  }
  return summaryOf(outcomes, options, runner);
}

function requestOf(target: string, plan: Plan, modules: ModuleTier) {
  return { id: 0, target, planSeed: plan.seed, plan, modules, wantsHistory: true };
}

async function outcomeOf(
  caseIndex: number,
  { seed, targets }: DifferentialOptions,
  run: Run,
): Promise<Outcome> {
  const [one, other] = targets;
  const plan = calmPlan(planOf(caseSeedOf(seed, caseIndex), { profile: one.profile }));
  const left = ran(await run(one.id, plan));
  const right = ran(await run(other.id, plan));
  if (left === null || right === null) {
    return left === right ? { kind: "alike" } : { kind: "decided", property: "server-survives" };
  }
  const difference = differenceOf(left.history, right.history, "normalised");
  if (difference === null) return { kind: "alike" };
  const property = decidedBy(difference, left.verdict, right.verdict);
  if (property !== null) return { kind: "decided", property };
  const histories = [left.history, right.history] as const;
  const shape = differenceShape(difference, histories);
  if (shape === (await profileShape(targets, plan, run))) return { kind: "by-profile" };
  return { kind: "undecided", shape, example: { caseIndex, plan, difference, histories } };
}

interface Ran {
  readonly history: History;
  readonly verdict: Verdict;
}

/** Null where the server's process was lost. */
function ran(answer: Reply): Ran | null {
  const reply = answered(answer);
  if (reply.kind !== "verdict" || reply.outcome === undefined) return null;
  return { history: reply.outcome.history, verdict: reply.verdict };
}

/** The property that has an opinion about it: one that only one side breaks, by the place where they part. */
function decidedBy({ left, right }: HistoryDifference, own: Verdict, their: Verdict) {
  const brokenBy = (violations: readonly FoundViolation[], index: number | null) =>
    violations.filter(
      ({ evidence }) =>
        index === null || evidence.includes(index) || Math.max(...evidence) <= index,
    );
  const [one, other] = [brokenBy(own.violations, left), brokenBy(their.violations, right)];
  const isIn = (violations: readonly FoundViolation[], wanted: FoundViolation) =>
    violations.some(({ fingerprint }) => fingerprint === wanted.fingerprint);
  const found =
    one.find((violation) => !isIn(other, violation)) ??
    other.find((violation) => !isIn(one, violation));
  return found?.property ?? null;
}

/** How the reference servers of both profiles differ in a plan; null where they don't. */
async function profileShape(
  [{ profile: one }, { profile: other }]: DifferentialOptions["targets"],
  plan: Plan,
  run: Run,
): Promise<string | null> {
  if (one === other) return null;
  const [left, right] = [
    ran(await run(referenceId(one), plan)),
    ran(await run(referenceId(other), plan)),
  ];
  if (left === null || right === null) return null;
  return shapeBetween(left, right);
}

function shapeBetween({ history: left }: Ran, { history: right }: Ran): string | null {
  const difference = differenceOf(left, right, "normalised");
  return difference && differenceShape(difference, [left, right]);
}

async function summaryOf(
  outcomes: ReadonlyMap<number, Outcome>,
  { targets }: DifferentialOptions,
  runner: RunnerOptions,
): Promise<DifferentialSummary> {
  const decided: Record<string, number> = {};
  const groups = new Map<string, { cases: number; example: Example }>();
  let [alike, byProfile] = [0, 0];
  // In the order of the cases, whichever was through first.
  for (const [, outcome] of [...outcomes].sort(([one], [other]) => one - other)) {
    if (outcome.kind === "alike") alike += 1;
    else if (outcome.kind === "by-profile") byProfile += 1;
    else if (outcome.kind === "decided") {
      decided[outcome.property] = (decided[outcome.property] ?? 0) + 1;
    } else {
      const { shape, example } = outcome;
      const group = groups.get(shape);
      if (group === undefined) groups.set(shape, { cases: 1, example });
      else {
        group.cases += 1;
        if (sizeOf(example) < sizeOf(group.example)) group.example = example;
      }
    }
  }
  const confirmed: DifferenceGroup[] = [];
  for (const [shape, group] of groups) {
    const { plan } = group.example;
    const [left, right] = await Promise.all(
      targets.map(async ({ id }) => ran(await runFresh(requestOf(id, plan, "fresh"), runner))),
    );
    const again = left && right && shapeBetween(left, right);
    const isConfirmed = again === shape;
    confirmed.push({ shape, ...group, isConfirmed });
  }
  confirmed.sort((one, other) => other.cases - one.cases || (one.shape < other.shape ? -1 : 1));
  return { cases: outcomes.size, alike, decided, byProfile, groups: confirmed };
}

function sizeOf({ plan }: Example): number {
  return plan.operations.length;
}
