/**
 * The file system of a simulated process: the real disk, with every answer in virtual time.
 *
 * Streams of files need nothing of their own: they read and write through the functions below.
 *
 * @packageDocumentation
 */
import { EventEmitter } from "node:events";
import fs from "node:fs";

import { withCallback, withPromise } from "./later.js";
import type { Replacements } from "./replacement.js";
import { reported } from "./reported.js";
import { world } from "./world.js";

type Compute = (...args: unknown[]) => unknown;

/** Functions whose callback is given the buffer as well. */
const WITH_BUFFER = new Set(["read", "write", "readv", "writev"]);
/** Without a synchronous twin, and without any effect of their own in time. */
const HARMLESS = new Set(["createReadStream", "createWriteStream", "unwatchFile", "exists"]);
const WATCHERS = ["watch", "watchFile"];

export function replaceFiles(replacements: Replacements): void {
  const all = fs as unknown as Record<string, unknown>;
  for (const name of Object.keys(all)) {
    if (!/^[a-z]/.test(name) || name.endsWith("Sync") || typeof all[name] !== "function") continue;
    const twin = all[`${name}Sync`];
    if (WATCHERS.includes(name)) replacements.method(fs, name, () => watching(`fs.${name}`));
    else if (HARMLESS.has(name)) continue;
    else if (typeof twin === "function" && name !== "opendir") {
      const extra = WITH_BUFFER.has(name) ? (args: readonly unknown[]) => [args[1]] : undefined;
      const later = withCallback(`fs.${name}`, twin as Compute, extra);
      replacements.method(fs, name, () => (name === "realpath" ? withNative(later) : later));
    } else if (!name.startsWith("_") && name !== "promises") {
      reported(replacements, fs, name, `fs.${name}`);
    }
  }
  replacements.method(fs, "exists", () => (path: never, done: (exists: boolean) => void) => {
    const exists = fs.existsSync(path);
    world().answer(() => done(exists));
  });
  replacePromises(replacements, all);
}

/** Some packages look for `realpath.native`. */
function withNative<T extends object>(realpath: T): T {
  const native = fs.realpathSync.native as Compute;
  return Object.assign(realpath, { native: withCallback("fs.realpath.native", native) });
}

function replacePromises(replacements: Replacements, all: Record<string, unknown>): void {
  const promises = fs.promises as unknown as Record<string, unknown>;
  for (const name of Object.keys(promises)) {
    if (typeof promises[name] !== "function") continue;
    const twin = all[`${name}Sync`];
    const hasTwin = typeof twin === "function" && !["open", "opendir", "cp"].includes(name);
    if (hasTwin) replacements.method(promises, name, () => withPromise(twin as Compute));
    else reported(replacements, promises, name, `fs.promises.${name}`);
  }
}

/** A watcher that never sees a change. */
function watching(what: string) {
  return () => {
    world().report(what);
    const watcher = new EventEmitter();
    const same = () => watcher;
    return Object.assign(watcher, { close: () => {}, ref: same, unref: same });
  };
}
