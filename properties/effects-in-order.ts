/**
 * What one connection subscribes to, ends and writes without waiting has its effects in that order.
 *
 * Writes whose hearing is certain by real time are judged by `no-missed-publication` and
 * `no-unwanted-publication`; the order of effects on the store by `store-linearizable`.
 *
 * @packageDocumentation
 */
import {
  boundsInOrder,
  hearingOf,
  isTransactional,
  type Subscription,
  type Write,
} from "./hearing/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { kindOfSubscription, naming, timeOf } from "./words.js";

export const effectsInOrder: Property = {
  id: "effects-in-order",
  promise: "A connection's on, off and writes take effect in the order in which they were sent.",
  clauses: ["COR-6"],
  severity: "should",
  check(recording, profile) {
    const violations = new Violations();
    const hearing = hearingOf(recording, profile);
    for (const subscription of hearing.subscriptions) {
      if (subscription.requests.some(({ outcome }) => outcome === "unknown")) continue;
      const inOrder = { ...subscription, bounds: boundsInOrder(subscription) };
      const { endIndex } = recording.connection(subscription.connection);
      for (const write of hearing.writes) {
        if (!isPipelinedWith(write, subscription)) continue;
        if (endIndex !== null && endIndex < write.answerIndex) continue;
        const { connection } = subscription;
        if (!recording.vantage.showsAllBefore(connection, write.answerIndex)) continue;
        if (hearing.hears(write, subscription).value !== "may") continue;
        const hears = hearing.hears({ ...write, endIndex: write.startIndex }, inOrder);
        if (hears.value === "may") continue;
        violations.exercised += 1;
        const heard = hearing.heard(write, subscription);
        const isHeard = heard.length > 0;
        if (isHeard === (hears.value === "must")) continue;
        const request = subscription.requests.findLast(
          ({ startIndex }) => startIndex < write.startIndex,
        );
        const action = request?.exchange.request.action ?? "on";
        const next = subscription.requests.find(({ startIndex }) => startIndex > write.startIndex);
        const why =
          request === undefined && next !== undefined
            ? `though its own "on" arrived after it, at ${timeOf(recording, next.startIndex)}`
            : `though its own "${action}" had arrived before it at ${timeOf(recording, request?.startIndex ?? write.startIndex)}`;
        violations.add({
          clause: "COR-6",
          message: `${subscription.client} ${isHeard ? "was sent" : "was not sent"} ${naming(write)} on ${JSON.stringify(subscription.channelText)}, ${why}`,
          expected: `${isHeard ? "No publication" : "A publication"}: the requests of one connection take effect in the order in which they were sent (COR-6).`,
          shape: [action, isHeard ? "heard" : "missed", kindOfSubscription(subscription)],
          evidence: [
            ...[request ?? next].flatMap((one) => (one === undefined ? [] : [one.startIndex])),
            write.startIndex,
            ...heard.map(({ writeIndex }) => writeIndex),
            write.answerIndex,
          ],
        });
      }
    }
    return violations.finding();
  },
};

/** A write of the same connection that is heard, if at all, by the time of its answer. */
function isPipelinedWith(write: Write, { connection }: Subscription): boolean {
  const { exchange, outcome, options } = write;
  return exchange.connection === connection && outcome === "ok" && isTransactional(options);
}
