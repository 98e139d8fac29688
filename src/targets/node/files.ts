/**
 * The file system of a simulated process: the real disk, with every answer in virtual time; and for
 * a server that stores in a file the simulated disk, in the folder where it has that.
 *
 * Streams of files need nothing of their own: they read and write through the functions below.
 *
 * @packageDocumentation
 */
import { EventEmitter } from "node:events";
import fs from "node:fs";

import { DATA_FOLDER, type DiskCalls } from "./disk-calls.js";
import { fileError } from "./disk-error.js";
import { withCallback, withPromise, type Answering } from "./later.js";
import type { Replacements } from "./replacement.js";
import { reported } from "./reported.js";
import { isWorldSet, world } from "./world.js";

type Compute = (...args: unknown[]) => unknown;

/** Functions whose callback is given the buffer as well. */
const WITH_BUFFER = new Set(["read", "write", "readv", "writev"]);
/** Without a synchronous twin, and without any effect of their own in time. */
const HARMLESS = new Set(["createReadStream", "createWriteStream", "unwatchFile", "exists"]);
/** Arguments that may be paths come first. */
const PATHS_MAX = 2;
const WATCHERS = ["watch", "watchFile"];

export function replaceFiles(replacements: Replacements): void {
  const all = fs as unknown as Record<string, unknown>;
  for (const name of Object.keys(all)) {
    if (!/^[a-z]/.test(name) || typeof all[name] !== "function") continue;
    const twin = all[`${name}Sync`];
    if (name.endsWith("Sync")) replaceSynchronous(replacements, name);
    else if (WATCHERS.includes(name)) replacements.method(fs, name, () => watching(`fs.${name}`));
    else if (HARMLESS.has(name)) continue;
    else if (typeof twin === "function" && name !== "opendir") {
      const later = withCallback(`fs.${name}`, onItsDisk(name, `fs.${name}`, twin as Compute), {
        answering: answeringFor(name),
        ...(WITH_BUFFER.has(name) ? { extra: (args: readonly unknown[]) => [args[1]] } : {}),
      });
      const made = name === "close" ? withoutCallback(later) : later;
      replacements.method(fs, name, () => (name === "realpath" ? withNative(made) : made));
    } else if (!name.startsWith("_") && name !== "promises") {
      reported(replacements, fs, name, `fs.${name}`, realDiskOnly(name, `fs.${name}`));
    }
  }
  replacements.method(fs, "exists", () => (path: never, done: (exists: boolean) => void) => {
    const exists = fs.existsSync(path);
    answeringFor("exists")([path], () => done(exists));
  });
  replacePromises(replacements, all);
}

/** The simulated disk, where a call is about that. */
function diskFor(name: string, args: readonly unknown[]): DiskCalls | null {
  const disk = isWorldSet() ? world().disk : null;
  return disk !== null && disk.concerns(name, args) ? disk : null;
}

/** The original, but for what is on the simulated disk. */
function onItsDisk(name: string, what: string, original: Compute): Compute {
  return function (this: unknown, ...args: unknown[]): unknown {
    const disk = diskFor(name, args);
    if (disk === null) return onRealDisk(name, () => Reflect.apply(original, this, args), args);
    const call = disk.call(name);
    return call === null ? notSimulated(name, what) : call(...args);
  };
}

/** Calls whose answer is a path. */
const WITH_PATH = new Set(["realpath", "readlink", "mkdtemp"]);

/** A call about the real disk: by the real names of files, answered by those that the server knows. */
function onRealDisk(name: string, call: () => unknown, args: unknown[]): unknown {
  const root = isWorldSet() ? world().root : null;
  if (root === null || root.isReal) return call();
  for (const [index, argument] of args.slice(0, PATHS_MAX).entries()) {
    args[index] = root.realArgument(argument);
  }
  try {
    const answer = call();
    return WITH_PATH.has(name) && typeof answer === "string" ? root.shownPath(answer) : answer;
  } catch (error) {
    throw root.shownError(error);
  }
}

/** Lets no call through that would be about the simulated disk: it fails, by a promise if so asked. */
function realDiskOnly(name: string, what: string, fails = (fail: () => never): unknown => fail()) {
  return (args: readonly unknown[]) =>
    diskFor(name, args) === null ? null : () => fails(() => notSimulated(name, what));
}

function byPromise(fail: () => never): Promise<never> {
  return new Promise<never>(() => fail());
}

function notSimulated(name: string, what: string): never {
  world().report(`${what} in ${DATA_FOLDER}`);
  throw fileError("ENOSYS", name);
}

/** A disk takes its time; what was not on one comes back at once. */
function answeringFor(name: string): Answering {
  return (args, run) => {
    if (diskFor(name, args) === null) world().answer(run);
    else world().diskAnswer(run);
  };
}

function replaceSynchronous(replacements: Replacements, name: string): void {
  const base = name.slice(0, -"Sync".length);
  const wrap = (original: unknown) => onItsDisk(base, `fs.${name}`, original as Compute);
  replacements.method(fs, name, (original) => {
    const wrapped = wrap(original);
    const native = (original as unknown as { native?: unknown }).native;
    return native === undefined ? wrapped : Object.assign(wrapped, { native: wrap(native) });
  });
}

/** Node closes a file for those as well who don't want to know of it. */
function withoutCallback(close: Compute): Compute {
  return (descriptor, callback = throwing) => close(descriptor, callback);
}

function throwing(error: unknown): void {
  if (error !== null) throw error as Error;
}

/** Some packages look for `realpath.native`. */
function withNative<T extends object>(realpath: T): T {
  const native = fs.realpathSync.native as Compute;
  return Object.assign(realpath, {
    native: withCallback(
      "fs.realpath.native",
      onItsDisk("realpath", "fs.realpath.native", native),
      {
        answering: answeringFor("realpath"),
      },
    ),
  });
}

function replacePromises(replacements: Replacements, all: Record<string, unknown>): void {
  const promises = fs.promises as unknown as Record<string, unknown>;
  for (const name of Object.keys(promises)) {
    if (typeof promises[name] !== "function") continue;
    const twin = all[`${name}Sync`];
    const hasTwin = typeof twin === "function" && !["open", "opendir", "cp"].includes(name);
    const what = `fs.promises.${name}`;
    if (hasTwin) {
      const compute = onItsDisk(name, what, twin as Compute);
      replacements.method(promises, name, () => withPromise(compute, answeringFor(name)));
    } else reported(replacements, promises, name, what, realDiskOnly(name, what, byPromise));
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
