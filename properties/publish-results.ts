/**
 * The counts of `publishResults` are those of the publications.
 *
 * @packageDocumentation
 */
import type { Recording } from "../src/history/index.js";
import { isJsonObject } from "../src/protocol/index.js";
import { hearingOf, isTransactional, type Hearing, type Write } from "./hearing/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { naming, timeOf, typeName } from "./words.js";

export const publishResults: Property = {
  id: "publish-results",
  promise: "The answer with publishResults tells to how many subscriptions a write was published.",
  clauses: ["PUB-5"],
  severity: "must",
  check(recording, profile) {
    const violations = new Violations();
    const hearing = hearingOf(recording, profile);
    for (const write of hearing.writes) {
      const { options, outcome, publishes, exchange, answerIndex, startIndex } = write;
      if (options["publishResults"] !== true || !isTransactional(options)) continue;
      if (outcome !== "ok" || publishes !== "must") continue;
      violations.exercised += 1;
      const results = exchange.answers[0]?.frame.meta["publishResults"];
      const add = (word: string, found: string, expected: string): void => {
        violations.add({
          clause: "PUB-5",
          message: `${naming(write)} was answered at ${timeOf(recording, answerIndex)} with ${found}`,
          expected: `${expected} (PUB-5).`,
          shape: [exchange.request.action, word],
          evidence: [startIndex, answerIndex],
        });
      };
      const counts = isJsonObject(results) ? results : {};
      const missing = COUNTS.find((name) => !Number.isSafeInteger(counts[name]));
      if (!isJsonObject(results)) {
        add(
          `results ${typeName(results)}`,
          `publishResults ${JSON.stringify(results ?? null)}`,
          "publishResults with successful, failed, skipped and queued",
        );
      } else if (missing !== undefined) {
        add(`no-count ${missing}`, `no count of ${missing}`, `A number of ${missing}`);
      } else {
        const sent = sentOf(recording, hearing, write);
        if (sent === null || counts["successful"] === sent) continue;
        add(
          "other-count",
          `successful ${JSON.stringify(counts["successful"])}, though ${sent} had been sent`,
          `successful ${sent}, the publications that were sent`,
        );
      }
    }
    return violations.finding();
  },
};

const COUNTS = ["successful", "failed", "skipped", "queued"] as const;

/** How many publications of a write were sent; null where that can't be told for certain. */
function sentOf(recording: Recording, hearing: Hearing, write: Write): number | null {
  const { startIndex, answerIndex } = write;
  for (const { endIndex } of recording.connections.values()) {
    // Who leaves meanwhile may be counted or not.
    if (endIndex !== null && endIndex > startIndex && endIndex < answerIndex) return null;
  }
  let sent = 0;
  for (const publication of recording.publications) {
    const source = hearing.source(publication);
    if (!("write" in source) || !source.candidates.includes(write)) continue;
    if (source.candidates.length > 1) return null;
    sent += 1;
  }
  return sent;
}
