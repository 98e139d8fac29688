/**
 * Trials: candidate plans run until one fails, within a budget, and no plan twice.
 *
 * Several may be run at once: what comes after a candidate is tried while it is still running, as
 * if it did not fail. Answers are taken in the order in which candidates were offered and only those
 * are counted, so that the outcome is the same for any number.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";

import { formatPlan, type Plan } from "../../plan/index.js";
import type { Evidence } from "./course.js";

export interface TrialOptions {
  /**
   * Runs a plan: what it shows where it still fails in the same way, null where it doesn't.
   * Deterministic. Called for as many plans at once as `atOnce` says.
   */
  readonly failureOf: (plan: Plan) => Promise<Evidence | null>;
  /** How many runs may be spent. */
  readonly runsMax: number;
  /** How many plans are run at once; 1 where absent. */
  readonly atOnce?: number;
  /** Asked before every run: whether to stop here. */
  readonly isOver?: () => boolean;
  /** Hashes of plans that are known not to fail. */
  readonly known?: ReadonlySet<string>;
  /** Called with the hash of each further plan that doesn't fail, to be known at a later time. */
  readonly learned?: (planHash: string) => void;
  /** Called after every answer that counts. */
  readonly advanced?: (runs: number) => void;
}

/** Sha256 of a plan's text, in hexadecimal digits. */
export function planHash(plan: Plan): string {
  return createHash("sha256").update(formatPlan(plan)).digest("hex");
}

interface Trial<Candidate> {
  readonly candidate: Candidate;
  readonly hash: string;
  readonly failure: Promise<Evidence | null>;
}

/** A candidate that failed, and what it showed. */
export interface Taken<Candidate> {
  readonly candidate: Candidate;
  readonly evidence: Evidence;
}

/** Candidates that are being run, and those that are still to come. */
class Ahead<Candidate> {
  readonly trials: Trial<Candidate>[] = [];
  /** The budget allows no more of them. */
  isCutShort = false;
  readonly #rest: Iterator<Candidate>;

  constructor(candidates: Iterable<Candidate>) {
    this.#rest = candidates[Symbol.iterator]();
  }

  next(): Candidate | null {
    const next = this.#rest.next();
    return next.done === true ? null : next.value;
  }
}

export class Trials {
  /** Runs spent: each plan once; those that were known from before cost nothing. */
  runs = 0;
  /** The budget is spent, or it is over. */
  isSpent = false;
  readonly #options: TrialOptions;
  readonly #answers = new Map<string, Promise<Evidence | null>>();
  /** Plans that are paid for. */
  readonly #counted = new Set<string>();

  constructor(options: TrialOptions) {
    this.#options = options;
    for (const hash of options.known ?? []) {
      this.#answers.set(hash, Promise.resolve(null));
      this.#counted.add(hash);
    }
  }

  /** The first candidate that fails; null where none does, and where the budget is spent before. */
  async first<Candidate extends { readonly plan: Plan }>(
    candidates: Iterable<Candidate>,
  ): Promise<Taken<Candidate> | null> {
    const ahead = new Ahead(candidates);
    for (;;) {
      this.#lookAhead(ahead);
      const trial = ahead.trials.shift();
      if (trial === undefined) {
        this.isSpent ||= ahead.isCutShort;
        return null;
      }
      const evidence = await trial.failure;
      if (!this.#counted.has(trial.hash)) {
        this.#counted.add(trial.hash);
        this.runs += 1;
        this.#options.advanced?.(this.runs);
      }
      if (evidence !== null) return { candidate: trial.candidate, evidence };
    }
  }

  #lookAhead<Candidate extends { readonly plan: Plan }>(ahead: Ahead<Candidate>): void {
    const { trials } = ahead;
    while (trials.length < (this.#options.atOnce ?? 1) && !ahead.isCutShort) {
      const candidate = ahead.next();
      if (candidate === null) return;
      const hash = planHash(candidate.plan);
      const waiting = new Set(
        trials.map((trial) => trial.hash).filter((of) => !this.#counted.has(of)),
      );
      if (this.#counted.has(hash) || waiting.has(hash) || this.#maySpend(waiting.size)) {
        trials.push({ candidate, hash, failure: this.#failureOf(candidate.plan, hash) });
      } else {
        // What is running before it may fail, and then nobody asks for it.
        ahead.isCutShort = true;
      }
    }
  }

  #maySpend(waiting: number): boolean {
    const { runsMax, isOver } = this.#options;
    return this.runs + waiting < runsMax && isOver?.() !== true;
  }

  #failureOf(plan: Plan, hash: string): Promise<Evidence | null> {
    const known = this.#answers.get(hash);
    if (known !== undefined) return known;
    const answer = this.#options.failureOf(plan).then((evidence) => {
      if (evidence === null) this.#options.learned?.(hash);
      return evidence;
    });
    this.#answers.set(hash, answer);
    // One that nobody waits for any more may be refused in peace.
    answer.catch(() => undefined);
    return answer;
  }
}
