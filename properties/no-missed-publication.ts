/**
 * Who subscribed before a write was sent, and is subscribed still when it is answered, hears it.
 *
 * Frames on a wrong channel are judged by `publication-content`, frames too many by
 * `no-duplicate-publication`.
 *
 * @packageDocumentation
 */
import type { Recording } from "../src/history/index.js";
import {
  hearingOf,
  isTransactional,
  type Hearing,
  type Subscription,
  type Write,
} from "./hearing/index.js";
import type { Property } from "./property.js";
import { isUnexplained, situationOf } from "./subscription-situation.js";
import { Violations } from "./violations.js";
import { kindOfPath, naming, routingOf, timeOf } from "./words.js";

export const noMissedPublication: Property = {
  id: "no-missed-publication",
  promise: "Every subscription that is held while a write is carried out hears of it.",
  clauses: ["PUB-1", "SUB-2", "SUB-4", "SUB-5", "DIA-1", "DIA-3"],
  severity: "must",
  check(recording, profile) {
    const hearing = hearingOf(recording, profile);
    const isQuiet = recording.events.some(({ kind }) => kind === "quiet");
    const misnamed = misnamedFrames(recording, hearing);
    const violations = new Violations();
    for (const write of hearing.writes) {
      if (write.publishes !== "must") continue;
      // What is put off may still be on its way when the history ends.
      if (!isQuiet && !isTransactional(write.options)) continue;
      for (const subscription of hearing.subscriptions) {
        if (hearing.hears(write, subscription).value !== "must") continue;
        if (!recording.vantage.showsAllBefore(subscription.connection, write.answerIndex)) continue;
        violations.exercised += 1;
        if (hearing.heard(write, subscription).length > 0) continue;
        if (misnamed.has(`${write.order} ${subscription.connection}`)) continue;
        violations.add(missed(recording, hearing, write, subscription));
      }
    }
    return violations.finding();
  },
};

function missed(recording: Recording, hearing: Hearing, write: Write, subscription: Subscription) {
  const { client, channelText } = subscription;
  const first = subscription.requests.find(({ exchange }) => exchange.request.action === "on");
  const onIndex = first?.answerIndex ?? write.startIndex;
  return {
    clause: "PUB-1",
    message: `${client} was never sent ${naming(write)}, answered "ok" at ${timeOf(recording, write.answerIndex)}, on ${JSON.stringify(channelText)}`,
    expected: `One publication: ${client} was subscribed since ${timeOf(recording, onIndex)}, before the ${write.exchange.request.action} arrived at ${timeOf(recording, write.startIndex)}, until after its answer (PUB-1, SUB-2).`,
    shape: shapeOf(write, subscription, situationOf(hearing, write, subscription)),
    evidence: [onIndex, write.startIndex, write.answerIndex],
  };
}

/** Where what happened to the subscription explains it, the write that shows it does not matter. */
function shapeOf(write: Write, { channel }: Subscription, situation: string): readonly string[] {
  const kind = kindOfPath(channel?.path ?? "");
  if (isUnexplained(situation)) {
    return [write.exchange.request.action, kind, ...routingOf(write), situation];
  }
  return [kind === "inner-pattern" ? "pattern" : kind, situation];
}

/** Writes that a connection was sent on a channel it has never asked for, as `order connection`. */
function misnamedFrames(recording: Recording, hearing: Hearing): ReadonlySet<string> {
  const misnamed = new Set<string>();
  for (const publication of recording.publications) {
    const { channel } = publication.frame.meta;
    const source = hearing.source(publication);
    if (!("write" in source)) continue;
    if (typeof channel === "string" && hearing.subscription(publication.connection, channel)) {
      continue;
    }
    misnamed.add(`${source.write.order} ${publication.connection}`);
  }
  return misnamed;
}
