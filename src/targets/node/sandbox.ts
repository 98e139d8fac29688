/**
 * The Node process that simulated processes borrow, one after the other: makes its globals virtual
 * for the time of one, and pristine again after.
 *
 * @packageDocumentation
 */
import { createRequire } from "node:module";

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
import { RealmSnapshot } from "./realm.js";
import { replaceFunctionText, Replacements } from "./replacement.js";
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
  "constants",
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

interface Emitting {
  _events: object;
  _eventsCount: number;
}

export class Sandbox {
  readonly #replacements = new Replacements();
  readonly #snapshot = new RealmSnapshot();
  readonly #known = new Set(BUILTINS);
  #isPrepared = false;
  #listeners: Emitting | null = null;

  /** Makes the process virtual; `cwd` is the working directory that it shows. */
  install(cwd: string): void {
    if (!this.#isPrepared) this.#replaceAll();
    resetFacts(cwd);
    const emitting = process as unknown as Emitting;
    this.#listeners = { _events: emitting._events, _eventsCount: emitting._eventsCount };
    emitting._events = Object.create(null) as object;
    emitting._eventsCount = 0;
    this.#replacements.install();
    if (!this.#isPrepared) this.#takeSnapshot();
    this.#isPrepared = true;
  }

  /** Undoes whatever was changed since; the names of the properties that the target had changed. */
  uninstall(): string[] {
    const changed = this.#snapshot.restore();
    this.#replacements.uninstall();
    Object.assign(process, this.#listeners);
    this.#listeners = null;
    return changed;
  }

  /** A built-in module, watched from the first time on that a target asks for it. */
  builtin(request: string): unknown {
    const name = request.replace(/^node:/, "");
    const exports: unknown = native(request);
    if (!this.#known.has(name)) {
      this.#known.add(name);
      this.#snapshot.include(exports, 2);
    }
    return exports;
  }

  #replaceAll(): void {
    // First all are loaded: what a module captures from the globals must be the real thing.
    for (const name of BUILTINS) native(`node:${name}`);
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
    replaceOutput(this.#replacements);
  }

  #takeSnapshot(): void {
    this.#snapshot.include(globalThis, 3);
    for (const name of BUILTINS) this.#snapshot.include(native(`node:${name}`), 3);
    for (const holder of this.#replacements.holders()) this.#snapshot.include(holder, 1);
  }
}
