/**
 * Which answer it is that makes a history impossible, and what it might have been instead.
 *
 * A history stays impossible whatever follows. So there is one first instant by which it is, and
 * the operation that returned at that instant answered what nothing before can explain.
 *
 * @packageDocumentation
 */
import { check, type CheckOptions } from "./check.js";
import type { Model, Operation } from "./model.js";

export interface Culprit<Kind> {
  readonly operation: Kind;
  /** The history up to the instant at which it returned; what returned later is pending. */
  readonly history: readonly Kind[];
}

/** The culprit of operations of which `check` says `invalid`; null where the budget does not suffice. */
export function culpritOf<State, Input, Output, Kind extends Operation<Input, Output>>(
  model: Model<State, Input, Output>,
  operations: readonly Kind[],
  options: CheckOptions = {},
): Culprit<Kind> | null {
  const answered = operations
    .filter(({ returnIndex }) => returnIndex !== null)
    .sort((left, right) => (left.returnIndex as number) - (right.returnIndex as number));
  const until = (operation: Kind | undefined) =>
    cut<Input, Output, Kind>(operations, operation?.returnIndex ?? -1);
  const isInvalid = (place: number) =>
    check<State, Input, Output>(model, until(answered[place]), options).verdict === "invalid";
  let [low, high] = [0, answered.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isInvalid(middle)) high = middle;
    else low = middle + 1;
  }
  const operation = answered[low];
  if (operation === undefined || !isInvalid(low)) return null;
  return { operation, history: until(operation) };
}

/** Those of the outputs with which the culprit would have fitted. */
export function possibleOutputs<State, Input, Output, Kind extends Operation<Input, Output>>(
  model: Model<State, Input, Output>,
  { operation, history }: Culprit<Kind>,
  outputs: readonly Output[],
  options: CheckOptions = {},
): readonly Output[] {
  const place = history.indexOf(operation);
  return outputs.filter((output) => {
    const changed: readonly Operation<Input, Output>[] = history.with(place, {
      ...operation,
      output,
    });
    return check(model, changed, options).verdict === "valid";
  });
}

function cut<Input, Output, Kind extends Operation<Input, Output>>(
  operations: readonly Kind[],
  at: number,
): readonly Kind[] {
  return operations
    .filter(({ callIndex }) => callIndex <= at)
    .map((operation) =>
      operation.returnIndex !== null && operation.returnIndex <= at
        ? operation
        : { ...operation, output: undefined, returnIndex: null },
    );
}
