/**
 * The Node process that simulated processes borrow, one after the other: makes its globals virtual
 * for the time of one, and pristine again after.
 *
 * @packageDocumentation
 */
import { createRequire } from "node:module";
import { runInNewContext } from "node:vm";

import { replaceChance } from "./chance.js";
import { replaceCompression } from "./compression.js";
import { replaceClocks } from "./date.js";
import { replaceFiles } from "./files.js";
import { replaceNetwork } from "./network.js";
import {
  replaceEnds,
  replaceErrors,
  replaceFacts,
  replaceOutput,
  resetFacts,
} from "./process-facts.js";
import { RealmSnapshot, type RealmChange } from "./realm.js";
import { replaceFunctionText, Replacements } from "./replacement.js";
import { replaceStacks } from "./stacks.js";
import { replaceUnreachable } from "./reported.js";
import { replaceTimers } from "./timers.js";

const native = createRequire(import.meta.url);

/** The built-in modules that a target may change, and that are put back after it. */
const BUILTINS = [
  "assert",
  "async_hooks",
  "buffer",
  "child_process",
  "cluster",
  "crypto",
  "dgram",
  "dns",
  "events",
  "fs",
  "http",
  "https",
  "net",
  "os",
  "path",
  "perf_hooks",
  "querystring",
  "readline",
  "stream",
  "string_decoder",
  "timers",
  "tls",
  "tty",
  "url",
  "util",
  "v8",
  "vm",
  "worker_threads",
  "zlib",
];

/** Globals of Node's own; those of the language are asked from a fresh context. */
const NODE_GLOBALS = [
  "AbortController",
  "AbortSignal",
  "Buffer",
  "Event",
  "EventTarget",
  "MessageChannel",
  "MessagePort",
  "TextDecoder",
  "TextEncoder",
  "URL",
  "URLSearchParams",
  "clearImmediate",
  "clearInterval",
  "clearTimeout",
  "queueMicrotask",
  "setImmediate",
  "setInterval",
  "setTimeout",
  "structuredClone",
];

interface Emitting {
  _events: object;
  _eventsCount: number;
}

export class Sandbox {
  readonly #replacements = new Replacements();
  /** What nobody but a target changes: as it is under the replacements. */
  readonly #snapshot = new RealmSnapshot();
  /** What the tool around may change between two processes: as it was before the present one. */
  #surroundings: RealmSnapshot | null = null;
  /** The same objects under the replacements, once somebody watches. */
  #start: RealmSnapshot | null = null;
  readonly #known = new Set(BUILTINS);
  #isPrepared = false;
  /** An accessor that cannot be replaced. */
  #exitCode: typeof process.exitCode;

  /** Makes the process virtual; `cwd` is the working directory that it shows. */
  install(cwd: string): void {
    if (!this.#isPrepared) this.#replaceAll();
    resetFacts(cwd);
    const before = new RealmSnapshot();
    for (const object of surroundings()) before.includeShallow(object);
    this.#surroundings = before;

    this.#exitCode = process.exitCode;
    process.exitCode = undefined;
    this.#replacements.install();
    const emitting = process as unknown as Emitting;
    emitting._events = Object.create(null) as object;
    emitting._eventsCount = 0;
    if (!this.#isPrepared) this.#takeSnapshot();
    this.#isPrepared = true;
    this.#start = null;
  }

  /** From here on `changes` tells what differs. */
  watch(): void {
    const start = new RealmSnapshot();
    for (const object of surroundings()) start.includeShallow(object);
    this.#start = start;
  }

  /** What the target has changed since `watch`. */
  changes(): RealmChange[] {
    return [...this.#snapshot.changes(), ...(this.#start?.changes() ?? [])];
  }

  /** Undoes whatever was changed since; the names of the properties that the target had changed. */
  uninstall(): string[] {
    const changed = this.#snapshot.restore();
    this.#replacements.uninstall();
    this.#surroundings?.restore();
    process.exitCode = this.#exitCode;
    this.#surroundings = null;
    return changed;
  }

  /** A built-in module, watched from the first time on that a target asks for it. */
  builtin(request: string): unknown {
    const name = request.replace(/^node:/, "");
    const exports: unknown = native(request);
    if (!this.#known.has(name)) {
      this.#known.add(name);
      if (exports !== process && exports !== console) this.#snapshot.include(exports as object);
    }
    return exports;
  }

  #replaceAll(): void {
    // First all are loaded: what a module captures from the globals must be the real thing.
    for (const name of BUILTINS) native(`node:${name}`);
    warnOfBuffer();
    replaceFunctionText(this.#replacements);
    replaceClocks(this.#replacements);
    replaceTimers(this.#replacements);
    replaceChance(this.#replacements);
    replaceNetwork(this.#replacements);
    replaceFiles(this.#replacements);
    replaceCompression(this.#replacements);
    replaceUnreachable(this.#replacements);
    replaceFacts(this.#replacements);
    replaceEnds(this.#replacements);
    replaceErrors(this.#replacements);
    replaceStacks(this.#replacements);
    replaceOutput(this.#replacements);
  }

  #takeSnapshot(): void {
    const language = runInNewContext("Object.getOwnPropertyNames(globalThis)") as string[];
    for (const name of [...language, ...NODE_GLOBALS]) {
      const value = (globalThis as Record<string, unknown>)[name];
      if (value === globalThis || value === console) continue;
      if (isObject(value)) this.#snapshot.include(value);
    }
    for (const name of BUILTINS) this.#snapshot.include(native(`node:${name}`) as object);
    const own = new Set<object>(surroundings());
    for (const holder of this.#replacements.holders()) {
      if (!own.has(holder)) this.#snapshot.includeShallow(holder);
    }
  }
}

/**
 * Has Node give its warning of `Buffer()`, unheard. It gives one a process, to code outside of
 * packages, and walks the stack on each call to find out: whether a case hears it would depend on the
 * cases before.
 */
function warnOfBuffer(): void {
  const emitWarning = Object.getOwnPropertyDescriptor(process, "emitWarning") as PropertyDescriptor;
  process.emitWarning = () => undefined;
  try {
    Reflect.apply(Buffer as unknown as (size: number) => Buffer, undefined, [0]);
  } finally {
    Object.defineProperty(process, "emitWarning", emitWarning);
  }
}

/** What the tool around uses as well. */
function surroundings(): object[] {
  return [globalThis, process, console, process.stdout, process.stderr];
}

function isObject(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}
