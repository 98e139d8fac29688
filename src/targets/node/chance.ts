/**
 * `Math.random` and what `crypto` draws, out of the seeded streams.
 *
 * @packageDocumentation
 */
import crypto from "node:crypto";

import { fill, fraction, uuid, wholeBetween } from "./entropy.js";
import { withCallback } from "./later.js";
import type { Replacements } from "./replacement.js";
import { reported } from "./reported.js";
import { world } from "./world.js";

type Callback = (error: Error | null, ...results: unknown[]) => void;

/** Functions that draw on OpenSSL's own generator, which cannot be seeded. */
const UNSEEDED = [
  "generateKeyPair",
  "generateKeyPairSync",
  "generateKey",
  "generateKeySync",
  "generatePrime",
  "generatePrimeSync",
  "createSign",
  "sign",
  "publicEncrypt",
  "createDiffieHellman",
  "getDiffieHellman",
];

/** Functions whose asynchronous form computes what the synchronous one does. */
const WITH_SYNC_TWIN = ["pbkdf2", "scrypt", "hkdf", "checkPrime"];

const SUBTLE = [
  "encrypt",
  "decrypt",
  "sign",
  "verify",
  "digest",
  "generateKey",
  "deriveKey",
  "deriveBits",
  "importKey",
  "exportKey",
  "wrapKey",
  "unwrapKey",
];

function bytesOf(view: ArrayBuffer | ArrayBufferView): Uint8Array {
  return view instanceof ArrayBuffer
    ? new Uint8Array(view)
    : new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

export function replaceChance(replacements: Replacements): void {
  replacements.method(Math, "random", () => () => fraction(world().random));

  const randomBytes = (size: unknown, callback?: Callback) => {
    const bytes = Buffer.alloc(checkedSize(size));
    fill(world().entropy, bytes);
    if (callback === undefined) return bytes;
    world().answer(() => callback(null, bytes));
    return undefined;
  };
  replacements.method(crypto, "randomBytes", () => randomBytes);
  replacements.method(crypto, "pseudoRandomBytes", () => randomBytes);
  replacements.method(crypto, "randomFillSync", () => fillPart);
  replacements.method(crypto, "randomFill", () => (view: ArrayBufferView, ...rest: unknown[]) => {
    const callback = rest.pop() as Callback;
    fillPart(view, ...(rest as number[]));
    world().answer(() => callback(null, view));
  });
  replacements.method(crypto, "randomInt", () => (first: number, ...rest: unknown[]) => {
    const callback = typeof rest.at(-1) === "function" ? (rest.pop() as Callback) : undefined;
    const [min, max] = rest.length === 0 ? [0, first] : [first, rest[0] as number];
    if (!(max > min)) throw new RangeError(`The value of "max" is out of range: ${max}`);
    const drawn = wholeBetween(world().entropy, min, max);
    if (callback === undefined) return drawn;
    world().answer(() => callback(null, drawn));
    return undefined;
  });
  replacements.method(crypto, "randomUUID", () => () => uuid(world().entropy));

  replaceTwins(replacements);
  for (const key of UNSEEDED) reported(replacements, crypto, key, `crypto.${key}`);
  replaceWebCrypto(replacements);
}

function checkedSize(size: unknown): number {
  if (typeof size !== "number") {
    throw Object.assign(new TypeError('The "size" argument must be of type number.'), {
      code: "ERR_INVALID_ARG_TYPE",
    });
  }
  if (!(size >= 0 && size <= 2 ** 31 - 1)) {
    throw Object.assign(new RangeError('The value of "size" is out of range.'), {
      code: "ERR_OUT_OF_RANGE",
    });
  }
  return Math.trunc(size);
}

/** `offset` and `size` count elements of the view, as crypto's do. */
function fillPart<T extends ArrayBuffer | ArrayBufferView>(view: T, offset = 0, size?: number): T {
  const unit = (view as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
  const bytes = bytesOf(view);
  const end = size === undefined ? bytes.length : (offset + size) * unit;
  fill(world().entropy, bytes.subarray(offset * unit, end));
  return view;
}

function replaceTwins(replacements: Replacements): void {
  const all = crypto as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const key of WITH_SYNC_TWIN) {
    const twin = all[`${key}Sync`];
    if (twin !== undefined) {
      replacements.method(crypto, key, () => withCallback(`crypto.${key}`, twin));
    }
  }
}

function replaceWebCrypto(replacements: Replacements): void {
  const prototype = Object.getPrototypeOf(crypto.webcrypto) as object;
  const getRandomValues = (view: ArrayBufferView) => {
    fill(world().entropy, bytesOf(view));
    return view;
  };
  replacements.method(prototype, "getRandomValues", () => getRandomValues);
  replacements.method(prototype, "randomUUID", () => () => uuid(world().entropy));
  const subtle = Object.getPrototypeOf(crypto.webcrypto.subtle) as object;
  for (const key of SUBTLE) reported(replacements, subtle, key, `crypto.subtle.${key}`);
}
