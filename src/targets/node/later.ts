/**
 * Asynchronous functions of Node computed at once and answered in virtual time.
 *
 * @packageDocumentation
 */
import { world } from "./world.js";

export type Callback = (error: unknown, ...results: unknown[]) => void;
type Compute = (...args: unknown[]) => unknown;

/** Runs `compute`; what it answered or threw, to be had later. */
export function outcomeOf<T>(compute: () => T): () => T {
  try {
    const value = compute();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** Has something run once the answer to a call with such arguments has come back. */
export type Answering = (args: readonly unknown[], run: () => void) => void;

const atOnce: Answering = (_args, run) => void world().answer(run);

export interface CallbackOptions {
  /** What the callback is given beyond the result. */
  readonly extra?: (args: readonly unknown[]) => readonly unknown[];
  readonly answering?: Answering;
}

/** A function that takes a callback last, from the one that answers at once. */
export function withCallback(
  name: string,
  compute: Compute,
  { extra = () => [], answering = atOnce }: CallbackOptions = {},
) {
  return function (this: unknown, ...args: unknown[]): void {
    const callback = args.pop();
    if (typeof callback !== "function") throw invalidCallback(name);
    const outcome = outcomeOf(() => Reflect.apply(compute, this, args));
    answering(args, () => {
      let result;
      try {
        result = outcome();
      } catch (error) {
        (callback as Callback)(error);
        return;
      }
      (callback as Callback)(null, result, ...extra(args));
    });
  };
}

/** A function that answers with a promise, from the one that answers at once. */
export function withPromise(compute: Compute, answering = atOnce) {
  return async function (this: unknown, ...args: unknown[]): Promise<unknown> {
    const outcome = outcomeOf(() => Reflect.apply(compute, this, args));
    await new Promise<void>((resolve) => {
      answering(args, resolve);
    });
    return outcome();
  };
}

function invalidCallback(name: string): TypeError {
  const error = new TypeError(`The "callback" argument of ${name} must be of type function.`);
  return Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
}
