/**
 * With consistency 2, the default, every publication of a request leaves the server before its
 * answer.
 *
 * @packageDocumentation
 */
import { hearingOf, isTransactional } from "./hearing/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { naming, timeOf } from "./words.js";

export const publicationBeforeAnswer: Property = {
  id: "publication-before-answer",
  promise: "With consistency 2, a write is published before it is answered.",
  clauses: ["PUB-4"],
  severity: "must",
  check(recording, profile) {
    const hearing = hearingOf(recording, profile);
    const violations = new Violations();
    for (const publication of recording.publications) {
      const source = hearing.source(publication);
      if (source.how !== "id" || source.candidates.length > 1) continue;
      const { write } = source;
      if (write.outcome === "unknown" || !write.isClear) continue;
      if (!isTransactional(write.options)) continue;
      violations.exercised += 1;
      const { client, connection, writeIndex, frame } = publication;
      if (!recording.vantage.isWrittenAfter(writeIndex, write.answerIndex)) continue;
      const isOwn = connection === write.exchange.connection;
      violations.add({
        clause: "PUB-4",
        message: `${client} was sent ${naming(write)} on ${JSON.stringify(frame.meta["channel"] ?? null)} at ${timeOf(recording, writeIndex)}, after the answer at ${timeOf(recording, write.answerIndex)}`,
        expected: `With consistency 2, every publication of a request leaves the server before its answer (PUB-4).`,
        shape: [write.exchange.request.action, isOwn ? "own" : "of-another", write.outcome],
        evidence: [write.startIndex, write.answerIndex, writeIndex],
      });
    }
    return violations.finding();
  },
};
