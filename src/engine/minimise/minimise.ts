/**
 * Makes a failing plan smaller while it still fails in the same way.
 *
 * First the plan is cut down to what the evidence of the failure is about (`slice.ts`); then passes
 * take away and make plainer (`passes.ts`), sets of elements by what is believed about them
 * (`belief.ts`), until a whole round has nothing to offer that fails. Whatever is guessed, every plan
 * that is taken was run, and failed. The result is a fixpoint: no single step of any pass fails.
 *
 * @packageDocumentation
 */
import { withDecisions, type Plan } from "../../plan/index.js";
import { Belief } from "./belief.js";
import { Courses, type Evidence } from "./course.js";
import { FEWER_DECISIONS, withRenamedDecisions } from "./decision.js";
import { FEWER_ORNAMENTS, isOfMoment } from "./ornament.js";
import { stepsOf, type ElementsPass, type Pass } from "./pass.js";
import { PASSES } from "./passes.js";
import { relevancesOf, type Relevance } from "./relevance.js";
import { compareSimplicity, simplicityOf, type Simplicity } from "./simplicity.js";
import { inOrderOfStart, slicesOf } from "./slice.js";
import { FEWER_ELEMENTS, operationKey } from "./structure.js";
import { atTheirTimes } from "./timing.js";
import { Trials, type TrialOptions } from "./trials.js";

export interface MinimiseOptions extends Omit<TrialOptions, "advanced"> {
  /** Called after every run that counts. */
  readonly advanced?: (progress: MinimiseProgress) => void;
}

export interface MinimiseProgress {
  readonly runs: number;
  /** The simplest plan so far. */
  readonly plan: Plan;
  /** What is being tried, in two or three words. */
  readonly attempt: string;
}

export interface Minimised {
  readonly plan: Plan;
  readonly runs: number;
  /** False where it was ended before no step was left. */
  readonly isFixpoint: boolean;
}

/**
 * The simplest plan that was found to fail; the plan itself where none is simpler.
 * @param evidence what the plan showed when it failed; it isn't run again
 */
export async function minimise(
  plan: Plan,
  evidence: Evidence,
  options: MinimiseOptions,
): Promise<Minimised> {
  return new Search(plan, evidence, options).run();
}

/** How likely an operation is needed, before anything was run without it. */
const NEEDS: Readonly<Record<Relevance, number>> = {
  named: 0.6,
  met: 0.3,
  own: 0.2,
  near: 0.2,
  before: 0.03,
  after: 0.002,
};

/** The same, where much was taken away already: one by one, and several once one could go. */
const NEED_LATER = 0.5;

/** How likely the moment of one operation is needed, where several are under way at once. */
const MOMENT_NEED = 0.15;

/** What is as likely needed is left for the single steps. */
const SINGLE_NEED = 0.5;

interface Candidate {
  readonly plan: Plan;
}

interface Numbered extends Candidate {
  readonly index: number;
}

interface Removal extends Candidate {
  readonly gone: ReadonlySet<string>;
  /** What was believed when it was offered. */
  readonly belief: Belief;
}

class Search {
  #best: Plan;
  #simplicity: Simplicity;
  #evidence: Evidence;
  #attempt = "slices";
  readonly #trials: Trials;

  constructor(plan: Plan, evidence: Evidence, { advanced, ...options }: MinimiseOptions) {
    this.#best = plan;
    this.#simplicity = simplicityOf(plan);
    this.#evidence = evidence;
    this.#trials = new Trials({
      ...options,
      advanced: (runs) => advanced?.({ runs, plan: this.#best, attempt: this.#attempt }),
    });
  }

  async run(): Promise<Minimised> {
    await this.#open();
    for (let before: Plan | null = null; before !== this.#best && !this.#trials.isSpent;) {
      const isFirstRound = before === null;
      before = this.#best;
      for (const pass of PASSES) {
        this.#attempt = pass.name;
        if (pass === FEWER_ORNAMENTS && isFirstRound) await this.#takeOrnaments();
        if (pass === FEWER_ELEMENTS || pass === FEWER_DECISIONS) {
          await this.#takeAway(pass, NEED_LATER);
        }
        await this.#step(pass);
      }
    }
    return { plan: this.#best, runs: this.#trials.runs, isFixpoint: !this.#trials.isSpent };
  }

  /** What the evidence says nothing of goes first. */
  async #open(): Promise<void> {
    const courses = new Courses(this.#best, this.#evidence.history);
    const relevances = relevancesOf(this.#best, courses, this.#evidence.events);
    this.#best = asDecided(inOrderOfStart(this.#best, courses), this.#evidence);
    this.#simplicity = simplicityOf(this.#best);
    const slices = slicesOf(this.#best, relevances, courses);
    await this.#first(numbered(() => slices, 0));
    this.#attempt = FEWER_DECISIONS.name;
    await this.#takeAway(FEWER_DECISIONS);
    this.#attempt = FEWER_ELEMENTS.name;
    const needs = new Map(
      [...relevances].map(([id, relevance]) => [operationKey(id), NEEDS[relevance]]),
    );
    await this.#takeAwayBy(FEWER_ELEMENTS, (key) => needs.get(key) ?? NEEDS.before, SINGLE_NEED);
  }

  /** In a plan that fails with operations under way at once, moments matter more than the rest. */
  async #takeOrnaments(): Promise<void> {
    const { mode } = this.#best;
    const few = 1 / (FEWER_ORNAMENTS.elements(this.#best).length + 2);
    const needOf = (key: string) => (mode === "concurrent" && isOfMoment(key) ? MOMENT_NEED : few);
    await this.#takeAwayBy(FEWER_ORNAMENTS, needOf, SINGLE_NEED);
  }

  /** Takes sets of elements away; without `need`, as if all could go together. */
  async #takeAway(pass: ElementsPass, need?: number): Promise<void> {
    const count = pass.elements(this.#best).length;
    await this.#takeAwayBy(
      pass,
      () => need ?? 1 / (count + 2),
      need === undefined ? SINGLE_NEED : 1,
    );
  }

  /** Single elements that are needed as likely as `needMax` aren't tried. */
  async #takeAwayBy(
    pass: ElementsPass,
    needOf: (key: string) => number,
    needMax: number,
  ): Promise<void> {
    const elements = pass.elements(this.#best);
    let belief = Belief.of(elements.map((key) => [key, needOf(key)]));
    for (;;) {
      const taken = await this.#first(this.#removals(pass, belief, needMax));
      if (taken === null) return;
      belief = taken.belief.without(taken.gone);
    }
  }

  /** What is offered as long as nothing fails. */
  *#removals(pass: ElementsPass, first: Belief, needMax: number): Iterable<Removal> {
    const courses = new Courses(this.#best, this.#evidence.history);
    let belief = first;
    for (let gone = belief.next(); gone.size > 0; gone = belief.next()) {
      if (gone.size === 1 && belief.needOf(gone) >= needMax) return;
      const plan = pass.without(this.#best, gone);
      yield {
        plan:
          pass === FEWER_ELEMENTS
            ? withRenamedDecisions(atTheirTimes(plan, this.#best, courses), courses)
            : plan,
        gone,
        belief,
      };
      belief = belief.keeping(gone);
    }
  }

  /** Takes single steps, going round and round, until one round had none to take. */
  async #step(pass: Pass): Promise<void> {
    for (let from = 0; ;) {
      const taken = await this.#first(numbered(() => stepsOf(pass, this.#best), from));
      if (taken === null) return;
      from = taken.index;
    }
  }

  async #first<Offered extends Candidate>(offered: Iterable<Offered>): Promise<Offered | null> {
    const taken = await this.#trials.first(this.#simpler(offered));
    if (taken === null) return null;
    this.#best = taken.candidate.plan;
    this.#simplicity = simplicityOf(this.#best);
    this.#evidence = taken.evidence;
    return taken.candidate;
  }

  *#simpler<Offered extends Candidate>(offered: Iterable<Offered>): Iterable<Offered> {
    for (const candidate of offered) {
      if (compareSimplicity(simplicityOf(candidate.plan), this.#simplicity) < 0) yield candidate;
    }
  }
}

/** With the decisions that its schedule took, and without what no run depends on. It runs as before. */
function asDecided(plan: Plan, { decisions }: Evidence): Plan {
  const { features, ...plain } = plan;
  if (decisions !== undefined && plan.schedule !== undefined) {
    return withDecisions(plain, decisions);
  }
  return features === undefined ? plan : plain;
}

/** From an index on to the end, and then from the start to it. */
function* numbered(plans: () => Iterable<Plan>, from: number): Iterable<Numbered> {
  let index = 0;
  for (const plan of plans()) {
    if (index >= from) yield { plan, index };
    index += 1;
  }
  index = 0;
  for (const plan of plans()) {
    if (index >= from) return;
    yield { plan, index };
    index += 1;
  }
}
