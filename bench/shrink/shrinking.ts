/**
 * How small failing plans get and in how many runs, by our minimiser and by fast-check's shrinking,
 * on the same plans and the same predicate.
 *
 * @packageDocumentation
 */
import {
  minimise,
  observeCase,
  simplerPlans,
  verdictOf,
  type Evidence,
} from "../../src/engine/index.js";
import type { Plan } from "../../src/plan/index.js";
import {
  MUTANTS,
  referenceTarget,
  revealingFaults,
  type Mutant,
} from "../../src/targets/reference/index.js";
import { planOf } from "../../src/workload/index.js";
import { shrunkByFastCheck } from "./fast-check.js";

/** A server that goes wrong in one way, and how many of its failures are shrunk. */
export interface ShrinkingTask {
  readonly mutant: string;
  readonly seed: string;
  readonly cases: number;
}

/** One failing plan, and what became of it. */
export interface ShrunkCase {
  readonly fingerprint: string;
  /** Operations and faults of the plan that failed. */
  readonly size: number;
  readonly ours: Shrunk & {
    /** Decisions of its schedule that are left. */
    readonly decisions: number;
    /** No single step from it fails; tried once more, apart from its runs. */
    readonly isMinimal: boolean;
  };
  /** Null for those that it wasn't tried on. */
  readonly fastCheck:
    | (Shrunk & {
        /** It would have gone on. */
        readonly isCutShort: boolean;
      })
    | null;
}

export interface Shrunk {
  /** Operations and faults. */
  readonly size: number;
  readonly runs: number;
}

/** Operations and faults of the plans that are shrunk: about two hundred. */
const SIZE_MIN = 150;
const SIZE_MAX = 300;

/** Of plans that are tried for one that fails. */
const TRIED_MAX = 20_000;
const RUNS_MAX = 3_000;
/** Its runs stay as long as the plan was, and take most of the bench's time. */
const FAST_CHECK_RUNS_MAX = 400;
const FAST_CHECK_CASES = 10;

export async function shrinkAll(task: ShrinkingTask): Promise<readonly ShrunkCase[]> {
  const mutant = MUTANTS.find(({ id }) => id === task.mutant);
  if (mutant === undefined) throw new RangeError(`there is no mutant "${task.mutant}"`);
  const shrunk: ShrunkCase[] = [];
  for (let index = 0; shrunk.length < task.cases && index < TRIED_MAX; index += 1) {
    const plan = planOf(`${task.seed}/${index}`, {
      profile: mutant.profile ?? "1.x",
      faults: revealingFaults(mutant),
    });
    if (sizeOf(plan) < SIZE_MIN || sizeOf(plan) > SIZE_MAX) continue;
    const failing = await Failing.of(plan, mutant);
    if (failing !== null) shrunk.push(await failing.shrink(shrunk.length < FAST_CHECK_CASES));
  }
  return shrunk;
}

/** A plan that fails, and the way in which it does. */
class Failing {
  readonly #plan: Plan;
  readonly #mutant: Mutant;
  readonly #evidence: Evidence;
  readonly #fingerprint: string;

  private constructor(plan: Plan, mutant: Mutant, found: FoundFailure) {
    this.#plan = plan;
    this.#mutant = mutant;
    this.#evidence = found.evidence;
    this.#fingerprint = found.fingerprint;
  }

  /** Null where none of the properties that are meant for the mutant is broken. */
  static async of(plan: Plan, mutant: Mutant): Promise<Failing | null> {
    const found = await failureOf(plan, mutant, null);
    return found === null ? null : new Failing(plan, mutant, found);
  }

  async shrink(isCompared: boolean): Promise<ShrunkCase> {
    const evidenceOf = async (plan: Plan) =>
      (await failureOf(plan, this.#mutant, this.#fingerprint))?.evidence ?? null;
    const { plan, runs } = await minimise(this.#plan, this.#evidence, {
      failureOf: evidenceOf,
      runsMax: RUNS_MAX,
    });
    let isMinimal = true;
    for (const simpler of simplerPlans(plan)) {
      if ((await evidenceOf(simpler)) !== null) isMinimal = false;
    }
    return {
      fingerprint: this.#fingerprint,
      size: sizeOf(this.#plan),
      ours: {
        size: sizeOf(plan),
        decisions: plan.schedule?.decisions?.length ?? 0,
        runs,
        isMinimal,
      },
      fastCheck: isCompared
        ? await this.#byFastCheck(async (candidate) => (await evidenceOf(candidate)) !== null)
        : null,
    };
  }

  async #byFastCheck(fails: (plan: Plan) => Promise<boolean>): Promise<ShrunkCase["fastCheck"]> {
    const { plan, runs } = await shrunkByFastCheck(this.#plan, fails, FAST_CHECK_RUNS_MAX);
    return { size: sizeOf(plan), runs, isCutShort: runs >= FAST_CHECK_RUNS_MAX };
  }
}

interface FoundFailure {
  readonly evidence: Evidence;
  readonly fingerprint: string;
}

async function failureOf(
  plan: Plan,
  { id, profile, properties }: Mutant,
  fingerprint: string | null,
): Promise<FoundFailure | null> {
  const { history, decisions } = await observeCase(plan, referenceTarget(profile, { mutant: id }));
  const violation = verdictOf(history).violations.find((one) =>
    fingerprint === null ? properties.includes(one.property) : one.fingerprint === fingerprint,
  );
  if (violation === undefined) return null;
  const decided = decisions === null ? {} : { decisions };
  return {
    evidence: { history, events: violation.evidence, ...decided },
    fingerprint: violation.fingerprint,
  };
}

function sizeOf({ operations, faults = [] }: Plan): number {
  return operations.length + faults.length;
}
