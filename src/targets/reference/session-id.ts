/**
 * Session ids: random UUIDs of version 4 (SES-1), drawn from a stream.
 *
 * @packageDocumentation
 */
import type { Prng } from "../../sim/index.js";

export function sessionIdFrom(prng: Prng): string {
  const digits = [0, 1, 2, 3].map(() => prng.uint32().toString(16).padStart(8, "0")).join("");
  const variant = "89ab"[prng.int(0, 3)] as string;
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20),
  ].join("-");
}
