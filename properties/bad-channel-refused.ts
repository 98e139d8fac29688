/**
 * An `on` that names no channel is refused.
 *
 * @packageDocumentation
 */
import { parseChannel } from "../src/protocol/index.js";
import { settledExchanges } from "./hearing/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { timeOf } from "./words.js";

export const badChannelRefused: Property = {
  id: "bad-channel-refused",
  promise: "An on that names no /SET@, /REMOVE@ or /ALL@ channel is refused with an error.",
  clauses: ["SUB-1"],
  severity: "should",
  check(recording) {
    const violations = new Violations();
    for (const { exchange, outcome, startIndex, answerIndex } of settledExchanges(recording)) {
      const { action, path } = exchange.request;
      if (action !== "on" || typeof path !== "string" || parseChannel(path) !== null) continue;
      if (outcome === "unknown") continue;
      violations.exercised += 1;
      if (outcome === "error") continue;
      violations.add({
        clause: "SUB-1",
        message: `${exchange.client} was answered "ok" at ${timeOf(recording, answerIndex)} to its "on" of ${JSON.stringify(path)}`,
        expected: "An error: a channel is /SET@, /REMOVE@ or /ALL@ and a path (SUB-1).",
        shape: [faultOf(path)],
        evidence: [startIndex, answerIndex],
      });
    }
    return violations.finding();
  },
};

function faultOf(path: string): string {
  const at = path.indexOf("@");
  if (at < 0) return path === "" ? "empty" : "no-at";
  if (!path.startsWith("/")) return "no-slash";
  return /^\/(set|remove|all)$/i.test(path.slice(0, at)) ? "other-case" : "other-action";
}
