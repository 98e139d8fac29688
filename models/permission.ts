/**
 * Permissions: what a permission's path takes in of a request's (SEC-2, SEC-3).
 *
 * Three values, as in matching: `must` where all that the request reaches is taken in, `never` where
 * nothing of it is, `may` where the clauses leave it to the server, or only part of it is.
 *
 * @packageDocumentation
 */
import { isPattern } from "../src/protocol/index.js";
import { match, type Match } from "./pattern.js";
import type { PatternRule } from "./profile.js";

/**
 * How far a permission on one path or pattern takes in another one.
 *
 * Where patterns are anchored, a permission with a star before its end is read by one server as crossing
 * segments and by another as one segment: what it takes in is `may` at best.
 */
export function coverage(permission: string, path: string, rule: PatternRule): Match {
  const covers = coverageByRule(permission, path, rule);
  const isInner = permission.replace(/\*+$/, "").includes("*");
  const isOpen = covers === "must" && isInner && rule !== "crossing" && permission !== path;
  return isOpen ? "may" : covers;
}

function coverageByRule(permission: string, path: string, rule: PatternRule): Match {
  if (!isPattern(path)) return match(permission, path, rule);
  if (permission === path || isWithin(permission, path)) return "must";
  if (!isPattern(permission))
    return path.startsWith("*") || meets(permission, path) ? "may" : "never";
  return meets(permission, path) ? "may" : "never";
}

/** The better of two answers. */
export function widest(left: Match, right: Match): Match {
  if (left === "must" || right === "must") return "must";
  return left === "may" || right === "may" ? "may" : "never";
}

/** Whether a permission ends in its only star, and the pattern begins with all that is before. */
function isWithin(permission: string, pattern: string): boolean {
  const prefix = permission.replace(/\*+$/, "");
  return prefix !== permission && !prefix.includes("*") && pattern.startsWith(prefix);
}

/** Whether two patterns may have a path in common: their beginnings up to the first star agree. */
function meets(left: string, right: string): boolean {
  const [leftPrefix = "", rightPrefix = ""] = [left.split("*")[0], right.split("*")[0]];
  return leftPrefix.startsWith(rightPrefix) || rightPrefix.startsWith(leftPrefix);
}
