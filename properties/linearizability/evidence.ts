/**
 * Evidence against a history, as data that people and programs can follow: the order of operations
 * that goes furthest, what was stored after each, and why nothing can follow.
 *
 * Plain JSON, and bounded: of a long order the end is kept, and long values are cut.
 *
 * @packageDocumentation
 */
import type { Refutation } from "./check.js";
import type { Model, Operation } from "./model.js";

export interface LinearizationEvidence {
  /** How many steps at the beginning of the order are left out. */
  readonly omitted: number;
  /** What the model's state holds before the first step. */
  readonly initial: readonly StateEntry[];
  /** The longest order that the model allows. */
  readonly steps: readonly LinearizedStep[];
  /** The operation whose answer nothing explains. */
  readonly culprit: LinearizedOperation;
  /** Every operation that real time allows to be next, and why it can't be; the first to return comes first. */
  readonly refuted: readonly RefutedOperation[];
}

export interface LinearizedOperation {
  /** What was asked and answered: `get "/a" → {"v":1}`. */
  readonly words: string;
  readonly client: string;
  /** Indices of the history's events between which it took effect; `returnIndex` null: at any time since, or never. */
  readonly callIndex: number;
  readonly returnIndex: number | null;
}

export interface LinearizedStep extends LinearizedOperation {
  /** Where the state is another one after it. */
  readonly changes: readonly StateEntry[];
}

export interface RefutedOperation extends LinearizedOperation {
  readonly why: string;
}

/** One part of a state: a path, and the text of what is there; `""`: nothing, `?`: not known. */
export interface StateEntry {
  readonly subject: string;
  readonly value: string;
}

/** What a model's own types have to say for it. */
export interface EvidenceWords<State, Kind> {
  clientOf(operation: Kind): string;
  /** What a state holds, by subject; what a state lacks is nothing. */
  entriesOf(state: State): ReadonlyMap<string, string>;
}

/** Steps kept of an order, the last ones. */
const STEPS_KEPT = 200;
/** Characters kept of a value, and of the words for an operation. */
const TEXT_KEPT = 1_000;
/** Operations shown of those that can't be next. */
const REFUTED_KEPT = 20;

/** The evidence of a refutation. `Kind` is what the operations really are. */
export function linearizationEvidence<State, Input, Output, Kind extends Operation<Input, Output>>(
  model: Model<State, Input, Output>,
  refutation: Refutation<State, Input, Output>,
  culprit: Kind,
  words: EvidenceWords<State, Kind>,
): LinearizationEvidence {
  const told = (operation: Operation<Input, Output>): LinearizedOperation => ({
    words: cut(model.describeOperation(operation.input, operation.output)),
    client: words.clientOf(operation as Kind),
    callIndex: operation.callIndex,
    returnIndex: operation.returnIndex,
  });
  const states = statesAlong(model, refutation).map((state) => words.entriesOf(state));
  const omitted = Math.max(0, refutation.prefix.length - STEPS_KEPT);
  const nothing: ReadonlyMap<string, string> = new Map();
  return {
    omitted,
    initial: differences(nothing, states[omitted] ?? nothing),
    steps: refutation.prefix.slice(omitted).map((operation, place) => ({
      ...told(operation),
      changes: differences(
        states[omitted + place] ?? nothing,
        states[omitted + place + 1] ?? nothing,
      ),
    })),
    culprit: told(culprit),
    refuted: refutation.candidates
      .slice(0, REFUTED_KEPT)
      .map(({ operation, why }) => ({ ...told(operation), why: cut(why) })),
  };
}

interface Reached<State> {
  readonly state: State;
  readonly from: Reached<State> | null;
}

/**
 * The states before, between and after the operations of the order: of those that a step leaves
 * open, the ones by which it arrives at its last state.
 */
function statesAlong<State, Input, Output>(
  model: Model<State, Input, Output>,
  { prefix, state: last }: Refutation<State, Input, Output>,
): readonly State[] {
  let reached: readonly Reached<State>[] = model.initial.map((state) => ({ state, from: null }));
  for (const { input, output } of prefix) {
    const next = new Map<string, Reached<State>>();
    for (const from of reached) {
      for (const state of model.step(from.state, input, output)) {
        const key = model.keyOf(state);
        if (!next.has(key)) next.set(key, { state, from });
      }
    }
    reached = [...next.values()];
  }
  const lastKey = model.keyOf(last);
  const states: State[] = [];
  let at = reached.find(({ state }) => model.keyOf(state) === lastKey) ?? null;
  for (; at !== null; at = at.from) states.unshift(at.state);
  return states;
}

function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly StateEntry[] {
  const entries: StateEntry[] = [];
  for (const [subject, value] of after) {
    if (before.get(subject) !== value) entries.push({ subject: cut(subject), value: cut(value) });
  }
  for (const subject of before.keys()) {
    if (!after.has(subject)) entries.push({ subject: cut(subject), value: "" });
  }
  return entries;
}

function cut(text: string): string {
  return text.length <= TEXT_KEPT
    ? text
    : `${text.slice(0, TEXT_KEPT)}… (${text.length} characters)`;
}
