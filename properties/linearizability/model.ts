/**
 * What the checker knows of a system: a sequential specification of it, and words for its evidence.
 *
 * Everything here is pure: a step makes a new state and leaves the given one as it is, and the same
 * arguments give the same answer.
 *
 * @packageDocumentation
 */

/** One operation on the system, with what it answered. */
export interface Operation<Input, Output> {
  /** Plain JSON. Operations that ask for the same have equal inputs, keys in equal order. */
  readonly input: Input;
  /** Undefined while `returnIndex` is null: nobody knows what it would have answered. */
  readonly output: Output | undefined;
  /** The instant from which it may take effect. Instants are integers of one order; `callIndex <= returnIndex`. */
  readonly callIndex: number;
  /** The instant until which it has taken effect; null: pending, so at any later time, or never. */
  readonly returnIndex: number | null;
  /** An instant at which something shows that it has taken effect: a hint of where to try it, and no more. */
  readonly shownIndex?: number;
}

/** What an answer shows of one place. */
export interface Need {
  readonly place: string;
  /** Equal for needs at a place that the same texts meet. */
  readonly name: string;
  isMetBy(text: string): boolean;
}

/** That a text, and no other, is there. */
export function needOf(place: string, text: string): Need {
  return { place, name: text, isMetBy: (other) => other === text };
}

/**
 * What a state has at each of its places, by name, as texts. With it the search looks ahead: it
 * gives up an order that has done away with what an answer must find.
 */
export interface Cells<State, Input, Output> {
  /** What must be there for that answer. May leave out places, but names no wrong one. */
  needs(input: Input, output: Output): readonly Need[];
  /**
   * What the operation may leave, by place; null for anything. It may name too many places, but leaves
   * out none, except those that it only makes known.
   */
  leaves(input: Input, output: Output | undefined): ReadonlyMap<string, string | null>;
  /** What is there; null where that isn't known, so that any answer would fit. */
  at(state: State, place: string): string | null;
}

export interface Model<State, Input, Output> {
  /** Every state that the system may begin in; at least one. */
  readonly initial: readonly State[];
  /**
   * Every state that the operation may lead to; none where it can't be answered like this in this
   * state. An `output` of undefined stands for any answer.
   */
  step(state: State, input: Input, output: Output | undefined): readonly State[];
  /** A text that is the same for equal states, and only for them. */
  keyOf(state: State): string;
  /**
   * Whether an operation never changes a state that has all that it asks for. The checker then needs
   * not try to place it later once it fits.
   */
  isRead(input: Input): boolean;
  /**
   * Whether that answer may show that an operation took effect which was never answered. Without it,
   * every answer may. It only says where to look first: what no answer shows may be left out.
   */
  shows?(output: Output, input: Input): boolean;
  /** Without it the search does not look ahead. */
  readonly cells?: Cells<State, Input, Output>;
  /**
   * Splits operations into sets that don't depend on one another, each checked by itself. Without
   * it, all are one set.
   */
  partition?(
    operations: readonly Operation<Input, Output>[],
  ): readonly (readonly Operation<Input, Output>[])[];
  /** What was asked and answered, in words: `c1 got {"a":1} at /a`. */
  describeOperation(input: Input, output: Output | undefined): string;
  describeState(state: State): string;
  /** Why the step has no outcome in this state, in words: `the value there was 2`. Called only where it has none. */
  explain(state: State, input: Input, output: Output | undefined): string;
}
