/**
 * Subscribing twice counts up and does not double; two channels of one session are two frames.
 *
 * @packageDocumentation
 */
import { hearingOf } from "./hearing/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { kindOfPath, naming, routingOf, timeOf } from "./words.js";

export const noDuplicatePublication: Property = {
  id: "no-duplicate-publication",
  promise: "A session hears each write once on each channel it has subscribed to.",
  clauses: ["SUB-3"],
  severity: "must",
  check(recording, profile) {
    const hearing = hearingOf(recording, profile);
    const violations = new Violations();
    const judged = new Set<string>();
    for (const publication of recording.publications) {
      const { connection, frame } = publication;
      const channelText = frame.meta["channel"];
      if (typeof channelText !== "string") continue;
      const source = hearing.source(publication);
      if (!("write" in source)) continue;
      const { write } = source;
      const subscription = hearing.subscription(connection, channelText);
      const key = `${write.order} ${connection}\n${channelText}`;
      if (subscription === null || judged.has(key)) continue;
      judged.add(key);
      violations.exercised += 1;
      const heard = hearing.heard(write, subscription);
      const [first, second] = heard;
      if (first === undefined || second === undefined) continue;
      const before = subscription.requests.filter(({ startIndex, exchange }) => {
        return startIndex < write.startIndex && exchange.request.action === "on";
      });
      violations.add({
        clause: "SUB-3",
        message: `${subscription.client} was sent ${naming(write)} ${heard.length} times on ${JSON.stringify(channelText)}, at ${heard.map(({ writeIndex }) => timeOf(recording, writeIndex)).join(" and ")}`,
        expected: `One publication for each session, subscription path and write (SUB-3).`,
        shape: [
          write.exchange.request.action,
          kindOfPath(subscription.channel?.path ?? ""),
          ...routingOf(write),
          before.length > 1 ? "on-repeated" : "on-once",
        ],
        evidence: [write.startIndex, ...heard.map(({ writeIndex }) => writeIndex)],
      });
    }
    return violations.finding();
  },
};
