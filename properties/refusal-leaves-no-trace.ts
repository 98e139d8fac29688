/**
 * A write that was answered `error` is not published.
 *
 * That it is not stored is judged by `store-linearizable`.
 *
 * @packageDocumentation
 */
import { hearingOf } from "./hearing/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { naming, timeOf } from "./words.js";

export const refusalLeavesNoTrace: Property = {
  id: "refusal-leaves-no-trace",
  promise: "A write that is answered with an error is published to nobody.",
  clauses: ["COR-4"],
  severity: "must",
  check(recording, profile) {
    const violations = new Violations();
    const hearing = hearingOf(recording, profile);
    violations.exercised = hearing.writes.filter(({ outcome }) => outcome === "error").length;
    for (const publication of recording.publications) {
      const source = hearing.source(publication);
      if (source.how !== "id" || source.candidates.length > 1) continue;
      const { write } = source;
      if (write.outcome !== "error") continue;
      violations.add({
        clause: "COR-4",
        message: `${publication.client} was sent ${naming(write)} at ${timeOf(recording, publication.writeIndex)}, which was answered with an error at ${timeOf(recording, write.answerIndex)}`,
        expected: "No publication: what is answered with an error leaves no trace (COR-4).",
        shape: [write.exchange.request.action],
        evidence: [write.startIndex, write.answerIndex, publication.writeIndex],
      });
    }
    return violations.finding();
  },
};
