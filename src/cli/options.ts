/**
 * Values of command-line options, read and checked.
 *
 * @packageDocumentation
 */
import { InvalidArgumentError } from "commander";

import { SEED } from "../engine/index.js";
import type { LinkLatency } from "../sim/index.js";

/** A whole number, at least `min`. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(
        max === Number.MAX_SAFE_INTEGER
          ? `it takes a whole number of at least ${min}.`
          : `it takes a whole number from ${min} to ${max}.`,
      );
    }
    return value;
  };
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `90s`, `10m`, `4h`, `500ms`, in milliseconds. */
export function durationMs(text: string): number {
  const found = /^(\d+)(ms|s|m|h)$/.exec(text);
  const ms = found === null ? 0 : Number(found[1]) * (UNIT_MS[found[2] ?? ""] ?? 0);
  if (ms === 0) throw new InvalidArgumentError("it takes a duration such as 90s, 10m or 4h.");
  return ms;
}

export function seedText(text: string): string {
  if (!SEED.test(text)) {
    throw new InvalidArgumentError("a seed is 1 to 64 letters, digits, dots or underscores.");
  }
  return text;
}

/** A TCP port; 0 stands for any that is free. */
export const portNumber = wholeNumber(0, 65_535);

const DELAY_MS_MAX = 60_000;

/** `5..40` or `5`: bounds of a delay in milliseconds. */
export function latencyRange(text: string): LinkLatency {
  const [, from, to] = /^(\d{1,5})(?:\.\.(\d{1,5}))?$/.exec(text) ?? [];
  const delayMsMin = Number(from);
  const delayMsMax = Number(to ?? from);
  if (from === undefined || delayMsMin > delayMsMax || delayMsMax > DELAY_MS_MAX) {
    throw new InvalidArgumentError(
      `it takes milliseconds such as 5..40, up to ${DELAY_MS_MAX}, the smaller first.`,
    );
  }
  return { delayMsMin, delayMsMax, shape: "uniform" };
}
