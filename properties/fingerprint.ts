/**
 * Fingerprints: equal for violations that are the same bug.
 *
 * @packageDocumentation
 */
import type { Violation } from "./property.js";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const LENGTH = 12;

/**
 * Twelve characters of Crockford's base 32, in lower case: 60 bits of the 64-bit FNV-1a of the
 * property, the clause and the shape. Not cryptographic: it tells bugs apart, it protects nothing.
 */
export function fingerprintOf(
  propertyId: string,
  violation: Pick<Violation, "clause" | "shape">,
): string {
  let hash = fnv1a(JSON.stringify([propertyId, violation.clause, ...violation.shape]));
  let text = "";
  for (let index = 0; index < LENGTH; index += 1) {
    text += ALPHABET[Number(hash & 31n)];
    hash >>= 5n;
  }
  return text;
}

/** Over UTF-16 code units, so that every text has one hash without an encoder. */
function fnv1a(text: string): bigint {
  let hash = OFFSET;
  for (let index = 0; index < text.length; index += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * PRIME);
  }
  return hash;
}
