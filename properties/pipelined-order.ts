/**
 * Writes that one connection sends without waiting are heard in the order in which they were sent.
 *
 * Writes that were answered in between are judged by `publication-order`.
 *
 * @packageDocumentation
 */
import { hearingOf, isTransactional, type Subscription, type Write } from "./hearing/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { naming, timeOf } from "./words.js";

export const pipelinedOrder: Property = {
  id: "pipelined-order",
  promise: "Pipelined writes of one connection are heard in the order in which they were sent.",
  clauses: ["PUB-6"],
  severity: "should",
  check(recording, profile) {
    const violations = new Violations();
    const hearing = hearingOf(recording, profile);
    /** Of each subscription and publisher, the write that was sent last of those heard so far. */
    const latest = new Map<Subscription, Map<string, { write: Write; index: number }>>();
    for (const publication of recording.publications) {
      const { channel } = publication.frame.meta;
      const source = hearing.source(publication);
      if (source.how !== "id" || source.candidates.length > 1) continue;
      const { write } = source;
      if (typeof channel !== "string" || !isTransactional(write.options)) continue;
      const subscription = hearing.subscription(publication.connection, channel);
      if (subscription === null) continue;
      if (hearing.heard(write, subscription)[0] !== publication) continue;
      const byPublisher =
        latest.get(subscription) ?? new Map<string, { write: Write; index: number }>();
      latest.set(subscription, byPublisher);
      const publisher = write.exchange.connection;
      const before = byPublisher.get(publisher);
      const next = { write, index: publication.writeIndex };
      if (before === undefined || before.write.startIndex < write.startIndex) {
        byPublisher.set(publisher, next);
      }
      if (before === undefined) continue;
      const [first, second] = [before.write, write].sort((a, b) => a.startIndex - b.startIndex);
      if (first === undefined || second === undefined || first.answerIndex < second.startIndex) {
        continue;
      }
      violations.exercised += 1;
      if (first === before.write) continue;
      violations.add({
        clause: "PUB-6",
        message: `${publication.client} was sent ${naming(second)} at ${timeOf(recording, before.index)}, before ${naming(first)} at ${timeOf(recording, next.index)}, on ${JSON.stringify(channel)}`,
        expected: `The other order, in which ${write.exchange.client} had sent them (PUB-6).`,
        shape: [first, second].map(({ exchange }) => exchange.request.action),
        evidence: [first.startIndex, second.startIndex, before.index, next.index],
      });
    }
    return violations.finding();
  },
};
