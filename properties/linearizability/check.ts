/**
 * Whether a history is linearizable: some order of its operations respects real time and is what
 * the model, asked in that order, would have answered.
 *
 * Three answers: a budget that is spent gives `unknown`, which is not a pass.
 *
 * @packageDocumentation
 */
import { compareInstants } from "./instant.js";
import type { Model, Operation } from "./model.js";
import {
  Search,
  type Budget,
  type Linearization,
  type SearchOutcome,
  type Strategy,
} from "./search.js";

export interface CheckOptions {
  /** Steps of the model that may be taken, over all sets. Default 1,000,000. */
  readonly stepsMax?: number;
  /** Asked now and then; true ends the search with `unknown`. Default: never. */
  readonly isOver?: () => boolean;
}

export interface CheckResult<State, Input, Output> {
  /** `invalid` where any set is, else `unknown` where any set is. */
  readonly verdict: "valid" | "invalid" | "unknown";
  /** Steps of the model that were taken. */
  readonly steps: number;
  /** One for each set that is invalid, in the order of the partition. */
  readonly refutations: readonly Refutation<State, Input, Output>[];
}

/** Evidence that a set of operations has no linearization. */
export interface Refutation<State, Input, Output> {
  readonly operations: readonly Operation<Input, Output>[];
  /** Of the operations, in order: the longest way that the model could go. */
  readonly prefix: readonly Operation<Input, Output>[];
  /** The model's state after it. */
  readonly state: State;
  /** Every operation that could have been next by real time; the first to return comes first. */
  readonly candidates: readonly Candidate<Input, Output>[];
}

export interface Candidate<Input, Output> {
  readonly operation: Operation<Input, Output>;
  /** Why it can't be next, in words. */
  readonly why: string;
}

const STEPS_MAX = 1_000_000;
const STEPS_BETWEEN_QUESTIONS = 1024;

/** Checks the operations, in whatever order they are given. */
export function check<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: CheckOptions = {},
): CheckResult<State, Input, Output> {
  const budget = new StepBudget(options);
  const sets = model.partition?.(operations) ?? [operations];
  const refutations: Refutation<State, Input, Output>[] = [];
  let isUnknown = false;
  for (const set of sets) {
    const outcome = searched(model, set, budget);
    if (outcome.verdict === "unknown") isUnknown = true;
    if (outcome.verdict === "invalid") refutations.push(refutationOf(model, set, outcome.longest));
  }
  const verdict = refutations.length > 0 ? "invalid" : isUnknown ? "unknown" : "valid";
  return { verdict, steps: budget.steps, refutations };
}

/**
 * Strategies, each of which is quick with some histories and lost in others. What one finds impossible
 * that tries `any` is impossible: it leaves nothing out. Those that don't look ahead come first: of
 * what they find impossible they know how far the longest order goes.
 */
const STRATEGIES: readonly Strategy[] = [
  { first: "called", pending: "shown" },
  { first: "called", pending: "any" },
  { first: "answered", pending: "any" },
  { first: "shown", pending: "any" },
  { first: "called", pending: "shown", looksAhead: true },
  { first: "called", pending: "any", looksAhead: true },
  { first: "answered", pending: "any", looksAhead: true },
  { first: "shown", pending: "any", looksAhead: true },
  { first: "called", pending: "needed", looksAhead: true },
  { first: "answered", pending: "needed", looksAhead: true },
];

/** Steps that each of them may take, in rounds; in the last one they share what is left. */
const ROUNDS = [1_000, 10_000, 100_000, Infinity];

function searched<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  budget: StepBudget,
): SearchOutcome<State> {
  // Where nothing is pending, each leaves nothing out; where nothing is shown but by answers, the orders are one.
  const hasPending = operations.some(({ returnIndex }) => returnIndex === null);
  const isShown = operations.some(({ shownIndex }) => shownIndex !== undefined);
  const strategies = STRATEGIES.filter(
    ({ first, pending }) => (hasPending || pending === "any") && (isShown || first !== "shown"),
  );
  for (const steps of ROUNDS) {
    for (const [place, strategy] of strategies.entries()) {
      const share = budget.share(steps, strategies.length - place);
      const found = new Search(model, operations, share, strategy).run();
      if (found.verdict === "valid") return found;
      if (found.verdict === "unknown" || strategy.pending !== "any") continue;
      if (strategy.looksAhead !== true) return found;
      return refuted(new Search(model, operations, budget.share(Infinity, 2)).run());
    }
  }
  return new Search(model, operations, budget).run();
}

/** What is impossible, with the longest order that a search without looking ahead came to. */
function refuted<State>(found: SearchOutcome<State>): SearchOutcome<State> {
  return found.verdict === "valid" ? found : { verdict: "invalid", longest: found.longest };
}

function refutationOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { order, state }: Linearization<State>,
): Refutation<State, Input, Output> {
  const prefix = order.map((index) => operations[index] as Operation<Input, Output>);
  const placed = new Set(prefix);
  const left = operations.filter((operation) => !placed.has(operation));
  const endOf = ({ returnIndex }: Operation<Input, Output>) => returnIndex ?? Infinity;
  const firstEnd = Math.min(...left.map(endOf));
  const candidates = left
    .filter(({ callIndex }) => callIndex <= firstEnd)
    .sort(
      (one, other) => compareInstants(endOf(one), endOf(other)) || one.callIndex - other.callIndex,
    )
    .map((operation) => ({ operation, why: whyNot(model, state, operation) }));
  return { operations, prefix, state, candidates };
}

function whyNot<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  { input, output }: Operation<Input, Output>,
): string {
  if (model.step(state, input, output).length === 0) return model.explain(state, input, output);
  return "it could be next, but nothing that could follow explains the rest";
}

class StepBudget implements Budget {
  steps = 0;
  readonly #stepsMax: number;
  readonly #isOver: () => boolean;
  #isSpent = false;

  constructor({ stepsMax = STEPS_MAX, isOver = () => false }: CheckOptions) {
    this.#stepsMax = stepsMax;
    this.#isOver = isOver;
  }

  /** A budget that ends after that many steps, or one part of so many of what is left; it spends from this one. */
  share(stepsMax: number, parts: number): Budget {
    const end = this.steps + Math.min(stepsMax, (this.#stepsMax - this.steps) / parts);
    return { spend: () => this.steps < end && this.spend() };
  }

  spend(): boolean {
    if (this.#isSpent || this.steps >= this.#stepsMax) return false;
    this.steps += 1;
    this.#isSpent = this.steps % STEPS_BETWEEN_QUESTIONS === 0 && this.#isOver();
    return !this.#isSpent;
  }
}
