/**
 * Paths, patterns and channels: a small pool for each plan, so that its clients meet.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import { profileOf, type ProfileId } from "../../models/index.js";
import { CHANNEL_ACTIONS, formatChannel } from "../protocol/index.js";
import { often, weighted } from "./chance.js";

export interface NamePool {
  /** Exact paths. */
  readonly paths: readonly string[];
  /** Patterns that take in some of them. */
  readonly patterns: readonly string[];
}

/** Segments as users write them, and as the recorded clients do. */
const WORDS = [
  "a",
  "b",
  "A",
  "orders",
  "Orders",
  "order",
  "42",
  "7",
  "x1",
  "test",
  "write",
  "event",
  "name",
  "TestNode",
  "componentName",
  "deviceData",
  "_meta",
  "value",
];

/** Characters that mean something somewhere: in regular expressions, queries, URLs. Nearly all profiles allow them. */
const ODD_WORDS = ["a.b", "a+b", "(a)", "a b", "a=b&c", "50%", "a:b", "x@y", "{1}", "-", "."];

/** The same, where paths may have any character. */
const FOREIGN_WORDS = [
  "[a]",
  "a$",
  "^a",
  "a|b",
  "a\\b",
  "a?",
  "#1",
  "é",
  "日本",
  "👍",
  "a,b",
  "'",
  '"',
  "",
  "__proto__",
  "constructor",
  "toString",
];

const DEPTHS = weighted([3, 1], [6, 2], [5, 3], [2, 4], [1, 7]);

/** The names of one plan. */
export function namePools(profile: ProfileId): fc.Arbitrary<NamePool> {
  return words(profile).chain((pool) => {
    const path = exactPath(pool);
    return fc
      .record({
        bases: fc.array(path, { minLength: 1, maxLength: 3 }),
        twists: fc.array(fc.tuple(fc.nat(9), fc.nat(6)), { maxLength: 4 }),
        patterns: fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(40)), {
          minLength: 2,
          maxLength: 6,
        }),
      })
      .map(({ bases, twists, patterns }) => {
        const twisted = twists.map(([at, how]) => twist(itemAt(bases, at), how));
        const paths = [...new Set([...bases, ...twisted])].filter((text) => text !== "");
        return {
          paths,
          patterns: patterns.map(([at, how, where]) =>
            patternOf(itemAt(paths, at), how, where, profile),
          ),
        };
      });
  });
}

/** The item at an index, counted round and round; the list must not be empty. */
export function itemAt<Item>(items: readonly Item[], index: number): Item {
  if (items.length === 0) throw new RangeError("nothing to choose from");
  return items[index % items.length] as Item;
}

/** Channels over a pool: exact, pattern and catch-all. */
export function channels({ paths, patterns }: NamePool): fc.Arbitrary<string> {
  const target = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...paths) },
    { weight: 5, arbitrary: fc.constantFrom(...patterns) },
    { weight: 1, arbitrary: fc.constant("*") },
  );
  return fc
    .tuple(fc.constantFrom(...CHANNEL_ACTIONS, "SET" as const), target)
    .map(([action, path]) => formatChannel({ action, path }));
}

/** A few words for one plan; odd ones in a minority of the plans. */
function words(profile: ProfileId): fc.Arbitrary<readonly string[]> {
  const foreign = profileOf(profile).pathSigns === null ? often(1, 8) : often(1, 40);
  return fc.tuple(often(1, 7), foreign).chain(([isOdd, isForeign]) => {
    const pool = [...WORDS, ...(isOdd ? ODD_WORDS : []), ...(isForeign ? FOREIGN_WORDS : [])];
    return fc.array(fc.constantFrom(...pool), { minLength: 2, maxLength: 5 });
  });
}

function exactPath(pool: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(
      DEPTHS.chain((depth) =>
        fc.array(fc.constantFrom(...pool), { minLength: depth, maxLength: depth }),
      ),
      weighted([12, "/"], [1, ""]),
      weighted([14, ""], [1, "/"]),
    )
    .map(([segments, before, after]) => `${before}${segments.join("/")}${after}` || "/");
}

/** Another path that looks like the first: longer, shorter, or hardly different. */
function twist(path: string, how: number): string {
  switch (how) {
    case 0:
      return `${path}/a`;
    case 1:
      return path.slice(0, path.lastIndexOf("/")) || path;
    case 2:
      return path.endsWith("/") ? path.slice(0, -1) || path : `${path}/`;
    case 3:
      return path.startsWith("/") ? path.slice(1) || path : `/${path}`;
    case 4:
      return `${path}1`;
    case 5:
      return path === path.toUpperCase() ? path.toLowerCase() : path.toUpperCase();
    default:
      return `${path.slice(0, path.lastIndexOf("/") + 1)}other`;
  }
}

/** A pattern that takes in the path, by one rule or another. */
function patternOf(path: string, how: number, where: number, profile: ProfileId): string {
  const segments = path.split("/");
  const cut = where % (path.length + 1);
  const segmentIndex = where % segments.length;
  switch (how) {
    case 0:
      return "*";
    case 1:
    case 2:
      return `${path.slice(0, path.lastIndexOf("/") + 1)}*`;
    case 3:
      return `${segments.slice(0, segmentIndex + 1).join("/")}/*`;
    case 4:
    case 5:
      return segments.map((text, index) => (index === segmentIndex ? "*" : text)).join("/") || "*";
    case 6:
      return profileOf(profile).subscriptionRule === "segments"
        ? `${segments.slice(0, segmentIndex + 1).join("/")}/**`
        : `${path.slice(0, cut)}*`;
    case 7:
      return `*${path.slice(cut)}`;
    case 8:
      return `${path.slice(0, cut)}*${path.slice(Math.min(path.length, cut + 2))}`;
    default:
      return `${path}*`;
  }
}
