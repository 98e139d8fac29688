/**
 * zlib without its thread pool: one-shots and streams compute at once and answer in virtual time.
 *
 * @packageDocumentation
 */
import zlib from "node:zlib";

import { withCallback } from "./later.js";
import type { Replacements } from "./replacement.js";
import { world } from "./world.js";

const ONE_SHOTS = [
  "deflate",
  "deflateRaw",
  "gzip",
  "gunzip",
  "inflate",
  "inflateRaw",
  "unzip",
  "brotliCompress",
  "brotliDecompress",
];

type ErrorHandler = (...args: unknown[]) => void;

/** The native side of a zlib stream. */
interface Handle {
  onerror: ErrorHandler;
  writeSync(...args: unknown[]): void;
}

type Done = () => void;

export function replaceCompression(replacements: Replacements): void {
  const all = zlib as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of ONE_SHOTS) {
    const twin = all[`${name}Sync`];
    if (twin !== undefined) {
      replacements.method(zlib, name, () => withCallback(`zlib.${name}`, twin));
    }
  }
  const samples = [zlib.createDeflateRaw(), zlib.createBrotliCompress(), zlib.createInflateRaw()];
  const prototypes = new Set<object>();
  for (const sample of samples) {
    prototypes.add(prototypeOf((sample as unknown as { _handle: object })._handle));
    sample.close();
  }
  for (const prototype of prototypes) replaceHandle(replacements, prototype);
}

function prototypeOf(object: object): object {
  return Object.getPrototypeOf(object) as object;
}

/** `init` and `write` sit on the handle's prototype, or on that one's. */
function replaceHandle(replacements: Replacements, prototype: object): void {
  const callbacks = new WeakMap<object, Done>();
  replacements.method(
    holderOf(prototype, "init"),
    "init",
    (original) =>
      function (this: Handle, ...args: unknown[]) {
        const done = args.find((arg) => typeof arg === "function");
        callbacks.set(this, done as Done);
        return Reflect.apply(original, this, args as never[]);
      } as never,
  );
  replacements.method(
    holderOf(prototype, "write"),
    "write",
    () =>
      function (this: Handle, ...args: unknown[]) {
        const { onerror } = this;
        let failure: unknown[] | null = null;
        this.onerror = (...reason) => {
          failure = reason;
        };
        this.writeSync(...args);
        this.onerror = onerror;
        world().answer(() => {
          if (failure === null) Reflect.apply(callbacks.get(this) as Done, this, []);
          else Reflect.apply(onerror, this, failure);
        });
      } as never,
  );
}

function holderOf(prototype: object, key: string): object {
  for (let at: object | null = prototype; at !== null; at = prototypeOf(at)) {
    if (Object.hasOwn(at, key)) return at;
  }
  return prototype;
}
