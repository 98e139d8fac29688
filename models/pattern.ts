/**
 * Pattern matching with three values (SUB-5).
 *
 * One family for subscriptions, pattern `get` and pattern `remove`; the rule comes from the
 * profile. Patterns are split once and kept; matching scans the path from left to right and never
 * goes back, so that no pattern can make it slow.
 *
 * @packageDocumentation
 */
import type { PatternRule } from "./profile.js";

/** `may`: the clause leaves it to the server. */
export type Match = "must" | "may" | "never";

/** Segments that a trailing `/**` stands for at most, where the subscription's `options.depth` does not say (rule `segments`). */
export const DEFAULT_DEPTH = 5;

/**
 * Whether a subscription or store pattern takes in a path.
 *
 * `crossing`: `*` is any run of characters, `/` included; a path that only goes on after the match
 * is `may`. `crossing-anchored`: the same, and such a path is `never`. `segments`: `*` is one whole
 * segment, a trailing `/**` one to `depth` segments; a `*` beside other characters of a segment, or
 * `**` in the middle, is `may` where the crossing reading matches. Whether a leading slash makes an
 * empty first segment is open where only one of the two has it and the pattern's first word is a
 * star: what one of both readings takes in is `may`. The pattern `*` alone is a catch-all under every
 * rule, and a pattern without `*` takes in the path that equals it.
 */
export function match(
  pattern: string,
  path: string,
  rule: PatternRule,
  depth: number = DEFAULT_DEPTH,
): Match {
  if (pattern === "*") return "must";
  const literals = literalsOf(pattern);
  if (literals.length === 1) return pattern === path ? "must" : "never";
  switch (rule) {
    case "crossing":
      return matchCrossing(literals, path);
    case "crossing-anchored":
      return matchCrossing(literals, path) === "must" ? "must" : "never";
    case "segments":
      return matchSegments(pattern, literals, path, depth);
  }
}

/** `must` where the whole path matches, `may` where only a beginning of it does. */
function matchCrossing(literals: readonly string[], path: string): Match {
  const [prefix, suffix] = [literals[0] as string, literals.at(-1) as string];
  if (!path.startsWith(prefix)) return "never";
  let position = prefix.length;
  for (let index = 1; index < literals.length - 1; index += 1) {
    const literal = literals[index] as string;
    const found = path.indexOf(literal, position);
    if (found < 0) return "never";
    // The leftmost place leaves most room for what follows, so no other place need be tried.
    position = found + literal.length;
  }
  if (path.length - suffix.length >= position && path.endsWith(suffix)) return "must";
  return path.indexOf(suffix, position) < 0 ? "never" : "may";
}

function matchSegments(
  pattern: string,
  literals: readonly string[],
  path: string,
  depth: number,
): Match {
  const isDeep = pattern.endsWith("/**");
  const wanted = (isDeep ? pattern.slice(0, -3) : pattern).split("/");
  if (wanted.some((segment) => segment !== "*" && segment.includes("*"))) {
    return matchCrossing(literals, path) === "must" ? "may" : "never";
  }
  const segments = path.split("/");
  const fits = (left: readonly string[], right: readonly string[]) =>
    fitsSegments(left, right, isDeep ? depth : null);
  const isOpen = path.startsWith("/") ? pattern.startsWith("*") : pattern.startsWith("/*");
  if (!isOpen) return fits(wanted, segments) ? "must" : "never";
  const fitsSomehow =
    fits(wanted, segments) || fits(withoutLeadingSlash(wanted), withoutLeadingSlash(segments));
  return fitsSomehow ? "may" : "never";
}

/** Whether the segments fit one by one, with one to `depth` more after them; null: with none. */
function fitsSegments(
  wanted: readonly string[],
  segments: readonly string[],
  depth: number | null,
): boolean {
  const extra = segments.length - wanted.length;
  if (depth === null ? extra !== 0 : extra < 1 || extra > depth) return false;
  return wanted.every((segment, index) => segment === "*" || segment === segments[index]);
}

function withoutLeadingSlash(segments: readonly string[]): readonly string[] {
  return segments[0] === "" ? segments.slice(1) : segments;
}

const KEPT_PATTERNS_MAX = 4096;
const kept = new Map<string, readonly string[]>();

/** What stands between the `*`s. Keeping it changes nothing but the time it takes. */
function literalsOf(pattern: string): readonly string[] {
  let literals = kept.get(pattern);
  if (literals === undefined) {
    if (kept.size >= KEPT_PATTERNS_MAX) kept.clear();
    literals = pattern.split("*");
    kept.set(pattern, literals);
  }
  return literals;
}
