/**
 * Bytes and numbers of chance out of a seeded stream.
 *
 * @packageDocumentation
 */
import type { Prng } from "../../sim/index.js";

/** Fills the bytes of a view. */
export function fill(prng: Prng, bytes: Uint8Array): void {
  const whole = bytes.length - (bytes.length % 4);
  for (let index = 0; index < bytes.length; index += 4) {
    const word = prng.uint32();
    if (index < whole) {
      bytes[index] = word & 255;
      bytes[index + 1] = (word >>> 8) & 255;
      bytes[index + 2] = (word >>> 16) & 255;
      bytes[index + 3] = word >>> 24;
    } else {
      for (let rest = index; rest < bytes.length; rest += 1) {
        bytes[rest] = (word >>> (8 * (rest - index))) & 255;
      }
    }
  }
}

/** A fraction in [0, 1) of 53 random bits, as `Math.random` gives; exact on every machine. */
export function fraction(prng: Prng): number {
  const high = prng.uint32() >>> 5;
  const low = prng.uint32() >>> 6;
  return (high * 0x400_0000 + low) / 0x20_0000_0000_0000;
}

/** A whole number in [min, max), the range below 2^48, as `crypto.randomInt` gives. */
export function wholeBetween(prng: Prng, min: number, max: number): number {
  const range = max - min;
  if (range <= 0x1_0000_0000) return prng.int(min, max - 1);
  const limit = 0x1_0000_0000_0000 - (0x1_0000_0000_0000 % range);
  for (;;) {
    const drawn = (prng.uint32() & 0xffff) * 0x1_0000_0000 + prng.uint32();
    if (drawn < limit) return min + (drawn % range);
  }
}

/** A version 4 UUID. */
export function uuid(prng: Prng): string {
  const bytes = Buffer.alloc(16);
  fill(prng, bytes);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
