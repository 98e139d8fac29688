/**
 * Operations on one register, by hand and at random, and what linearizable means, for tests.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import type { Operation } from "./model.js";
import { registerModel, type RegisterInput, type RegisterOutput } from "./register.js";

export type RegisterOperation = Operation<RegisterInput, RegisterOutput>;

export function write(
  value: number,
  callIndex: number,
  returnIndex: number | null,
): RegisterOperation {
  const output: RegisterOutput | undefined =
    returnIndex === null ? undefined : { kind: "value", value: null };
  return { input: { kind: "write", value }, output, callIndex, returnIndex };
}

export function read(
  value: number | null,
  callIndex: number,
  returnIndex: number,
): RegisterOperation {
  return { input: { kind: "read" }, output: { kind: "value", value }, callIndex, returnIndex };
}

export function cas(
  from: number,
  to: number,
  isDone: boolean | null,
  callIndex: number,
  returnIndex: number | null,
): RegisterOperation {
  const output: RegisterOutput | undefined = isDone === null ? undefined : { kind: "done", isDone };
  return { input: { kind: "cas", from, to }, output, callIndex, returnIndex };
}

/** Every order of every choice of pending operations: slow, and plainly the definition. */
export function isLinearizable(
  operations: readonly RegisterOperation[],
  state: number | null = null,
): boolean {
  if (operations.every(({ returnIndex }) => returnIndex === null)) return true;
  const firstEnd = Math.min(...operations.map(({ returnIndex }) => returnIndex ?? Infinity));
  return operations.some((operation, index) => {
    if (operation.callIndex > firstEnd) return false;
    const rest = operations.toSpliced(index, 1);
    return registerModel
      .step(state, operation.input, operation.output)
      .some((next) => isLinearizable(rest, next));
  });
}

const value = fc.integer({ min: 1, max: 3 });
const input: fc.Arbitrary<RegisterInput> = fc.oneof(
  fc.constant({ kind: "read" } as const),
  fc.record({ kind: fc.constant("write" as const), value }),
  fc.record({ kind: fc.constant("cas" as const), from: value, to: value }),
);

export const operation: fc.Arbitrary<RegisterOperation> = fc
  .record({
    input,
    callIndex: fc.nat(8),
    length: fc.option(fc.nat(5), { freq: 3 }),
    found: fc.option(value),
    isDone: fc.boolean(),
  })
  .map(({ input, callIndex, length, found, isDone }) => {
    if (length === null) return { input, output: undefined, callIndex, returnIndex: null };
    const output: RegisterOutput =
      input.kind === "cas" ? { kind: "done", isDone } : { kind: "value", value: found };
    return { input, output, callIndex, returnIndex: callIndex + length };
  });
