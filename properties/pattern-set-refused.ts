/**
 * A `set` on a path with `*` is refused, by profiles that promise so.
 *
 * @packageDocumentation
 */
import { isPattern } from "../src/protocol/index.js";
import { settledExchanges } from "./hearing/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { kindOfPath, timeOf } from "./words.js";

export const patternSetRefused: Property = {
  id: "pattern-set-refused",
  promise: "A set on a path with * is refused with an error.",
  clauses: ["STO-13"],
  severity: "should",
  // The others store it under that literal name, which they may.
  applies: (profile) => profile.refusesSetOnPattern,
  check(recording) {
    const violations = new Violations();
    for (const { exchange, outcome, startIndex, answerIndex } of settledExchanges(recording)) {
      const { action, path } = exchange.request;
      if (action !== "set" || typeof path !== "string" || !isPattern(path)) continue;
      if (outcome === "unknown") continue;
      violations.exercised += 1;
      if (outcome === "error") continue;
      violations.add({
        clause: "STO-13",
        message: `${exchange.client} was answered "ok" at ${timeOf(recording, answerIndex)} to its "set" on ${JSON.stringify(path)}`,
        expected: "An error: a pattern is no place to set (STO-13).",
        shape: [kindOfPath(path)],
        evidence: [startIndex, answerIndex],
      });
    }
    return violations.finding();
  },
};
