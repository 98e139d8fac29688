/**
 * Timers and immediates on the virtual clock.
 *
 * @packageDocumentation
 */
import timers from "node:timers";
import { promisify } from "node:util";

import type { Cancel } from "../../sim/index.js";
import { disguise, type Replacements } from "./replacement.js";
import { world } from "./world.js";

type Callback = (...args: unknown[]) => void;

const DELAY_MS_MAX = 2 ** 31 - 1;

/** A delay as Node understands it: whole, at least 1, and 1 when out of range. */
function delayOf(value: unknown): number {
  const delayMs = Number(value);
  return delayMs >= 1 && delayMs <= DELAY_MS_MAX ? Math.trunc(delayMs) : 1;
}

let lastId = 0;

/** Node's `Timeout`, on the virtual clock. */
export class Timeout {
  readonly #id: number;
  readonly #repeats: boolean;
  readonly #delayMs: number;
  readonly #args: readonly unknown[];
  #callback: Callback | null;
  #cancel: Cancel | null = null;
  #refed = true;

  constructor(callback: Callback, delay: unknown, repeats: boolean, args: readonly unknown[]) {
    lastId += 1;
    this.#id = lastId;
    this.#repeats = repeats;
    this.#delayMs = delayOf(delay);
    this.#args = args;
    this.#callback = callback;
    this.#schedule();
  }

  get _idleTimeout(): number {
    return this.#callback === null ? -1 : this.#delayMs;
  }

  get _destroyed(): boolean {
    return this.#callback === null;
  }

  get _onTimeout(): Callback | null {
    return this.#callback;
  }

  ref(): this {
    this.#refed = true;
    return this;
  }

  unref(): this {
    this.#refed = false;
    return this;
  }

  hasRef(): boolean {
    return this.#refed;
  }

  refresh(): this {
    if (this.#callback === null) return this;
    this.#cancel?.();
    this.#schedule();
    return this;
  }

  close(): this {
    this.#cancel?.();
    this.#cancel = null;
    this.#callback = null;
    this.#unlist();
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.#id;
  }

  [Symbol.dispose ?? Symbol.for("nodejs.dispose")](): void {
    this.close();
  }

  #schedule(): void {
    // Each time: one that has fired is no longer listed, and `refresh` arms it again.
    byId.set(this.#id, this);
    this.#cancel = world().clock.after(this.#delayMs, () => this.#fire());
  }

  /** Numbers begin anew when timers are forgotten: another timer may have this one's by now. */
  #unlist(): void {
    if (byId.get(this.#id) === this) byId.delete(this.#id);
  }

  #fire(): void {
    const callback = this.#callback;
    if (callback === null) return;
    this.#cancel = null;
    if (!this.#repeats) this.#unlist();
    world().guard(() => {
      Reflect.apply(callback, this, this.#args);
    });
    // Neither cleared nor refreshed by its own callback.
    if (this.#callback === null || this.#cancel !== null) return;
    if (this.#repeats) this.#schedule();
  }
}

/** By the number that a timer turns into; `clearTimeout` takes that too. */
const byId = new Map<number, Timeout>();

/** How many timeouts and intervals are set. */
export function timersSet(): number {
  return byId.size;
}

/** Forgets every timer of a process that has ended. */
export function forgetTimers(): void {
  for (const timeout of [...byId.values()]) timeout.close();
  byId.clear();
  lastId = 0;
}

/** Node's `Immediate`, in the virtual rounds. */
class Immediate {
  #cancel: Cancel;
  #refed = true;

  constructor(callback: Callback, args: readonly unknown[]) {
    this.#cancel = world().soon(() => {
      Reflect.apply(callback, this, args);
    });
  }

  ref(): this {
    this.#refed = true;
    return this;
  }

  unref(): this {
    this.#refed = false;
    return this;
  }

  hasRef(): boolean {
    return this.#refed;
  }

  close(): void {
    this.#cancel();
  }

  [Symbol.dispose ?? Symbol.for("nodejs.dispose")](): void {
    this.close();
  }
}

function checkCallback(callback: unknown): asserts callback is Callback {
  if (typeof callback === "function") return;
  const error: TypeError & { code?: string } = new TypeError(
    `The "callback" argument must be of type function. Received ${String(callback)}`,
  );
  error.code = "ERR_INVALID_ARG_TYPE";
  throw error;
}

export function setVirtualTimeout(callback: unknown, delay?: unknown, ...args: unknown[]): Timeout {
  checkCallback(callback);
  return new Timeout(callback, delay, false, args);
}

export function setVirtualInterval(
  callback: unknown,
  delay?: unknown,
  ...args: unknown[]
): Timeout {
  checkCallback(callback);
  return new Timeout(callback, delay, true, args);
}

export function clearVirtualTimeout(handle?: unknown): void {
  if (handle instanceof Timeout) handle.close();
  else if (typeof handle === "number" || typeof handle === "string") {
    byId.get(Number(handle))?.close();
  }
}

export function setVirtualImmediate(callback: unknown, ...args: unknown[]): Immediate {
  checkCallback(callback);
  return new Immediate(callback, args);
}

export function clearVirtualImmediate(handle?: unknown): void {
  if (handle instanceof Immediate) handle.close();
}

interface WaitOptions {
  readonly signal?: AbortSignal;
}

/** A promise for `start` to fulfil, that a signal may reject first. */
function wait<T>(
  start: (done: () => void) => { close(): unknown },
  value: T,
  options: WaitOptions | undefined,
): Promise<T> {
  const signal = options?.signal;
  return new Promise((resolve, reject) => {
    const abort = () => {
      const error: Error & { code?: string } = new Error("The operation was aborted");
      error.name = "AbortError";
      error.code = "ABORT_ERR";
      Object.defineProperty(error, "cause", { value: signal?.reason as unknown });
      reject(error);
    };
    if (signal?.aborted === true) {
      abort();
      return;
    }
    const handle = start(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve(value);
    });
    const onAbort = () => {
      handle.close();
      abort();
    };
    signal?.addEventListener("abort", onAbort);
  });
}

const waitTimeout = <T>(delay?: unknown, value?: T, options?: WaitOptions) =>
  wait((done) => setVirtualTimeout(done, delay), value, options);

const waitImmediate = <T>(value?: T, options?: WaitOptions) =>
  wait((done) => setVirtualImmediate(done), value, options);

async function* everyInterval<T>(delay?: unknown, value?: T, options?: WaitOptions) {
  for (;;) yield await waitTimeout(delay, value, options);
}

/** Replaces the timers of the globals, of `timers` and of `timers/promises`. */
export function replaceTimers(replacements: Replacements): void {
  const promises = timers.promises as unknown as Record<string, unknown>;

  const virtual: Record<string, (...args: never[]) => unknown> = {
    setTimeout: withPromise(setVirtualTimeout, waitTimeout, promises["setTimeout"]),
    setInterval: setVirtualInterval,
    setImmediate: withPromise(setVirtualImmediate, waitImmediate, promises["setImmediate"]),
    clearTimeout: clearVirtualTimeout,
    clearInterval: (handle: unknown) => clearVirtualTimeout(handle),
    clearImmediate: clearVirtualImmediate,
  };
  for (const [name, replacement] of Object.entries(virtual)) {
    replacements.method(globalThis, name, () => replacement);
    replacements.method(timers, name, () => replacement);
  }
  replacements.method(promises, "setTimeout", () => waitTimeout);
  replacements.method(promises, "setImmediate", () => waitImmediate);
  replacements.method(promises, "setInterval", () => everyInterval);
  const scheduler = promises["scheduler"] as object;
  replacements.value(scheduler, "wait", (delay: unknown, options?: WaitOptions) =>
    waitTimeout(delay, undefined, options),
  );
  replacements.value(scheduler, "yield", () => waitImmediate());
}

function withPromise(
  replacement: (...args: never[]) => unknown,
  waiting: (...args: never[]) => unknown,
  original: unknown,
): (...args: never[]) => unknown {
  Object.defineProperty(replacement, promisify.custom, {
    value: disguise(waiting, original as object),
    enumerable: true,
    configurable: true,
  });
  return replacement;
}
