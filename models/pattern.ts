/**
 * Pattern matching with three values (SUB-5).
 *
 * @packageDocumentation
 */
import type { PatternRule } from "./profile.js";

/** `may`: the clause leaves it to the server. */
export type Match = "must" | "may" | "never";

/** Whether a subscription or store pattern takes in a path. */
export function match(pattern: string, path: string, rule: PatternRule): Match {
  void rule;
  return pattern === path ? "must" : "never";
}
