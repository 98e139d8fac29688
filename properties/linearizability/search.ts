/**
 * The search for a linearization of one set of operations: Wing and Gong's, with Lowe's memo.
 *
 * @packageDocumentation
 */
import { Bitset } from "./bitset.js";
import { lift, linkedEntries, putBack, type Entry } from "./entries.js";
import { compareInstants } from "./instant.js";
import { lookaheadOf, type Lookahead } from "./lookahead.js";
import { Memo } from "./memo.js";
import type { Model, Operation } from "./model.js";

/** An order of operations that the model allows, as places in the list searched, and the state it leads to. */
export interface Linearization<State> {
  readonly order: readonly number[];
  readonly state: State;
}

export type SearchOutcome<State> =
  | { readonly verdict: "valid"; readonly linearization: Linearization<State> }
  /** `longest` places as many answered operations as can be placed. */
  | { readonly verdict: "invalid"; readonly longest: Linearization<State> }
  /** The budget was spent; `longest` is the longest order that was tried. */
  | { readonly verdict: "unknown"; readonly longest: Linearization<State> };

/** Counts the model's steps, over as many searches as share it. */
export interface Budget {
  /** False when there is nothing left. */
  spend(): boolean;
}

/** An operation to try next: an answered one by its call, or a pending one by its place among the pending. */
type Choice = { readonly call: Entry } | { readonly pending: number };

/** A state with its key, which is worked out once: it is asked for at every step. */
interface Keyed<State> {
  readonly state: State;
  readonly key: string;
}

interface Placed<State> {
  readonly choice: Choice;
  /** The state before it. */
  readonly before: Keyed<State>;
  /** Where it may lead, and which of these is being tried. */
  readonly states: readonly Keyed<State>[];
  readonly index: number;
  /** True where nothing is gained by placing it later. */
  readonly isFinal: boolean;
}

/** What is tried before what. Whether an order is found at all depends on it where the budget is short. */
export interface Strategy {
  /**
   * Of the operations that may be next, which is the first: the one that was answered first, that was
   * called first, or that was shown first to have taken effect (`shownIndex`, else its answer). Most
   * servers act in one of these orders.
   */
  readonly first: "answered" | "called" | "shown";
  /**
   * Where a pending operation is tried. `needed`: only where an answered one becomes possible by it.
   * Most histories have an order of that kind, found without trying every subset of the pending;
   * where none is found, nothing is proven. `shown`: everywhere, but only of those that an answer may
   * show; that proves nothing either. `any`: everywhere. In its turn where the first called goes first,
   * else after the answered ones.
   */
  readonly pending: "needed" | "shown" | "any";
  /**
   * Whether to give up an order as soon as it has done away with what an answer must find. The longest
   * order is not to be had then: it may be one of these.
   */
  readonly looksAhead?: boolean;
}

export class Search<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #operations: readonly Operation<Input, Output>[];
  readonly #budget: Budget;
  readonly #strategy: Strategy;
  readonly #head: Entry;
  /** Places of the pending operations that may change something, in their turn. */
  readonly #pending: readonly number[];
  /** For each of them, the one called last before it that asks for the same; -1 where there is none. */
  readonly #twins: readonly number[];
  /** Of each operation, its turn among all. */
  readonly #turns: readonly number[];
  readonly #memo = new Memo();
  readonly #lookahead: Lookahead<State, Input, Output> | null;
  readonly #answeredSet: Bitset;
  readonly #pendingSet: Bitset;
  readonly #answeredTotal: number;
  readonly #placed: Placed<State>[] = [];
  #at: Keyed<State>;
  #answered = 0;
  #longest: Linearization<State>;
  #longestAnswered = 0;

  constructor(
    model: Model<State, Input, Output>,
    operations: readonly Operation<Input, Output>[],
    budget: Budget,
    strategy: Strategy = { first: "answered", pending: "any" },
  ) {
    this.#strategy = strategy;
    this.#model = model;
    this.#operations = operations;
    this.#budget = budget;
    this.#head = linkedEntries(operations);
    this.#turns = turnsOf(operations, strategy.first);
    const pending = pendingOf(operations, model, this.#turns);
    this.#pending = strategy.pending === "shown" ? shownOf(pending, operations, model) : pending;
    this.#twins = twinsOf(this.#pending, operations);
    const taken = new Set(this.#pending);
    const isTaken = (index: number) => operations[index]?.returnIndex !== null || taken.has(index);
    this.#lookahead = strategy.looksAhead ? lookaheadOf(model, operations, isTaken) : null;
    this.#answeredSet = new Bitset(operations.length);
    this.#pendingSet = new Bitset(this.#pending.length);
    this.#answeredTotal = operations.filter(({ returnIndex }) => returnIndex !== null).length;
    this.#at = this.#keyed(model.initial[0] as State);
    this.#longest = { order: [], state: this.#at.state };
  }

  run(): SearchOutcome<State> {
    for (const initial of this.#model.initial) {
      this.#at = this.#keyed(initial);
      const verdict = this.#from();
      if (verdict === "unknown") return { verdict, longest: this.#longest };
      if (verdict === "valid") {
        return { verdict, linearization: { order: this.#order(), state: this.#at.state } };
      }
    }
    return { verdict: "invalid", longest: this.#longest };
  }

  #from(): SearchOutcome<State>["verdict"] {
    let choice = this.#first();
    while (this.#answered < this.#answeredTotal) {
      if (choice === null) {
        const resumed = this.#backtrack();
        if (resumed === null) return "invalid";
        choice = resumed.choice;
        continue;
      }
      if (!this.#budget.spend()) return "unknown";
      const { states, isFinal } = this.#outcomes(choice);
      if (this.#place(choice, states, 0, isFinal)) choice = this.#first();
      // Where it fits for good but the search has been there, no other choice is better.
      else choice = isFinal ? null : this.#after(choice);
    }
    return "valid";
  }

  #first(): Choice | null {
    if (this.#head.next === null) return null;
    const read = this.#fittingRead();
    if (read !== null) return { call: read };
    return this.#next(-1);
  }

  /** An answered read that may be next and fits: wherever else it fits, here it does no harm. */
  #fittingRead(): Entry | null {
    for (let entry = this.#head.next; entry?.kind === "call"; entry = entry.next) {
      const { input, output } = this.#operation(entry.operation);
      if (!this.#model.isRead(input)) continue;
      if (!this.#budget.spend()) return null;
      const { state, key } = this.#at;
      const [next, ...others] = this.#model.step(state, input, output);
      if (next === undefined || others.length > 0) continue;
      if (next === state || this.#model.keyOf(next) === key) return entry;
    }
    return null;
  }

  #after(choice: Choice): Choice | null {
    return this.#next(this.#turnOf(this.#indexOf(choice)));
  }

  /** Of all operations that may be next, the first whose turn is after that one. */
  #next(last: number): Choice | null {
    let call: Entry | null = null;
    let turn = Infinity;
    let entry = this.#head.next;
    for (; entry?.kind === "call"; entry = entry.next) {
      const own = this.#turnOf(entry.operation);
      if (own <= last || own >= turn) continue;
      call = entry;
      turn = own;
    }
    // What is to be placed next must be called by the first return.
    const pending = this.#nextPending(last, turn, entry?.at ?? Infinity);
    if (pending !== null) return { pending };
    return call === null ? null : { call };
  }

  /** The place of the first pending operation with a turn between the two that was called by the instant. */
  #nextPending(last: number, end: number, at: number): number | null {
    for (let place = 0; place < this.#pending.length; place += 1) {
      const index = this.#pending[place] as number;
      const turn = this.#turnOf(index);
      if (turn >= end) return null;
      if (turn <= last || this.#operation(index).callIndex > at) continue;
      const twin = this.#twins[place] as number;
      // Of two that ask for the same, the one called first will do.
      const isIdle = twin >= 0 && !this.#pendingSet.has(twin);
      if (isIdle || this.#pendingSet.has(place)) continue;
      if (this.#strategy.pending !== "needed" || this.#isNeeded(place)) return place;
    }
    return null;
  }

  #turnOf(index: number): number {
    return this.#turns[index] as number;
  }

  /** Whether an answered operation that can't be next could be, once this pending one took effect. */
  #isNeeded(place: number): boolean {
    const { input, output } = this.#operation(this.#pending[place] as number);
    const { state: now } = this.#at;
    const states = this.#model.step(now, input, output);
    const fits = (state: State, { operation }: Entry): boolean => {
      const answered = this.#operation(operation);
      // With nothing left to spend the search ends at its next step.
      if (!this.#budget.spend()) return false;
      return this.#model.step(state, answered.input, answered.output).length > 0;
    };
    for (let entry = this.#head.next; entry?.kind === "call"; entry = entry.next) {
      const call = entry;
      if (!fits(now, call) && states.some((state) => fits(state, call))) return true;
    }
    return false;
  }

  #keyed(state: State): Keyed<State> {
    return { state, key: this.#model.keyOf(state) };
  }

  #outcomes(choice: Choice): { states: readonly Keyed<State>[]; isFinal: boolean } {
    const { input, output } = this.#operation(this.#indexOf(choice));
    const { state: now, key } = this.#at;
    const states = this.#model
      .step(now, input, output)
      .map((state) => (state === now ? this.#at : this.#keyed(state)));
    // A pending operation that would change nothing may as well never have taken effect.
    if ("pending" in choice) {
      return { states: states.filter((next) => next.key !== key), isFinal: false };
    }
    const isSame = states.length === 1 && states[0]?.key === key;
    return { states, isFinal: isSame && this.#model.isRead(input) };
  }

  /** Places the operation, led to the first of `states` from `from` on that is new; false when none is. */
  #place(choice: Choice, states: readonly Keyed<State>[], from: number, isFinal: boolean): boolean {
    if (from >= states.length) return false;
    this.#flip(choice);
    const operation = this.#indexOf(choice);
    for (let index = from; index < states.length; index += 1) {
      const next = states[index] as Keyed<State>;
      if (this.#lookahead?.isDeadEnd(operation, next.state)) continue;
      if (!this.#memo.add(this.#answeredSet, this.#pendingSet, next.key)) continue;
      this.#placed.push({ choice, before: this.#at, states, index, isFinal });
      this.#at = next;
      if ("call" in choice) {
        lift(choice.call);
        this.#count();
      }
      return true;
    }
    this.#flip(choice);
    return false;
  }

  #count(): void {
    this.#answered += 1;
    if (this.#answered <= this.#longestAnswered) return;
    this.#longestAnswered = this.#answered;
    this.#longest = { order: this.#order(), state: this.#at.state };
  }

  /** Takes back operations until there is another choice, or none left to take back (null). */
  #backtrack(): { choice: Choice | null } | null {
    for (;;) {
      const placed = this.#placed.pop();
      if (placed === undefined) return null;
      const { choice, before, states, index, isFinal } = placed;
      this.#flip(choice);
      this.#at = before;
      if ("call" in choice) {
        putBack(choice.call);
        this.#answered -= 1;
      }
      if (isFinal) continue;
      if (this.#place(choice, states, index + 1, false)) {
        return { choice: this.#first() };
      }
      return { choice: this.#after(choice) };
    }
  }

  /** Notes an operation as placed, or as taken back. */
  #flip(choice: Choice): void {
    this.#lookahead?.flip(this.#indexOf(choice));
    if ("call" in choice) this.#answeredSet.flip(choice.call.operation);
    else this.#pendingSet.flip(choice.pending);
  }

  #indexOf(choice: Choice): number {
    return "call" in choice ? choice.call.operation : (this.#pending[choice.pending] as number);
  }

  #operation(index: number): Operation<Input, Output> {
    return this.#operations[index] as Operation<Input, Output>;
  }

  #order(): number[] {
    return this.#placed.map(({ choice }) => this.#indexOf(choice));
  }
}

/** Of each operation its place in that order; what is equal goes in the order of the calls. */
function turnsOf(
  operations: readonly Operation<unknown, unknown>[],
  first: Strategy["first"],
): readonly number[] {
  const instants = operations.map(({ callIndex, returnIndex, shownIndex }) => {
    if (first === "called") return callIndex;
    const shown = first === "shown" ? shownIndex : undefined;
    return shown ?? returnIndex ?? Infinity;
  });
  const callOf = (index: number) => operations[index]?.callIndex ?? 0;
  const order = [...operations.keys()].sort(
    (one, other) =>
      compareInstants(instants[one] as number, instants[other] as number) ||
      callOf(one) - callOf(other) ||
      one - other,
  );
  const turns: number[] = [];
  order.forEach((index, turn) => (turns[index] = turn));
  return turns;
}

function pendingOf<State, Input, Output>(
  operations: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
  turns: readonly number[],
): readonly number[] {
  return [...operations.keys()]
    .filter((index) => {
      const operation = operations[index] as Operation<Input, Output>;
      return operation.returnIndex === null && !model.isRead(operation.input);
    })
    .sort((one, other) => (turns[one] as number) - (turns[other] as number));
}

/** Those of the pending that some answer may show. */
function shownOf<State, Input, Output>(
  pending: readonly number[],
  operations: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
): readonly number[] {
  return pending.filter((place) => {
    const { input } = operations[place] as Operation<Input, Output>;
    return operations.some(
      ({ output }) => output !== undefined && (model.shows?.(output, input) ?? true),
    );
  });
}

/** For each of the pending, by place: the one called last before it that asks for the same; -1 for none. */
function twinsOf(
  pending: readonly number[],
  operations: readonly Operation<unknown, unknown>[],
): readonly number[] {
  const operationAt = (place: number) => operations[pending[place] as number];
  const callOf = (place: number) => operationAt(place)?.callIndex ?? 0;
  const twins = pending.map(() => -1);
  const last = new Map<string, number>();
  const places = [...pending.keys()].sort((one, other) => callOf(one) - callOf(other));
  for (const place of places) {
    const asked = JSON.stringify(operationAt(place)?.input);
    twins[place] = last.get(asked) ?? -1;
    last.set(asked, place);
  }
  return twins;
}
