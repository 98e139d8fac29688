/**
 * Who is not subscribed, not targeted or no longer there is sent nothing.
 *
 * @packageDocumentation
 */
import type { Dialect } from "../models/index.js";
import type { Publication, Recording } from "../src/history/index.js";
import {
  hearingOf,
  optionsOf,
  type Hearing,
  type SettledExchange,
  type Subscription,
  type Write,
} from "./hearing/index.js";
import { listenerMeant } from "../src/protocol/index.js";
import type { Property, Violation } from "./property.js";
import { Violations } from "./violations.js";
import { kindOfPath, kindOfSubscription, naming, timeOf } from "./words.js";

export const noUnwantedPublication: Property = {
  id: "no-unwanted-publication",
  promise: "No publication reaches a session that is not subscribed to it.",
  clauses: ["PUB-1", "PUB-5", "SUB-1", "SUB-2", "SUB-4", "SUB-5", "DIA-3", "DIA-4"],
  severity: "must",
  check(recording, profile) {
    const hearing = hearingOf(recording, profile);
    const violations = new Violations();
    for (const publication of recording.publications) {
      const source = hearing.source(publication);
      if (!("write" in source)) continue;
      const { endIndex, isPartial } = recording.connection(publication.connection);
      // What is sent to nobody is judged by silence-after-end.
      if (endIndex !== null && endIndex < publication.writeIndex) continue;
      // What it subscribed to before the history began, nobody knows.
      if (isPartial && !isSubscriptionKnown(hearing, publication)) continue;
      violations.exercised += 1;
      const reasons = source.candidates.map((write) => unwanted(hearing, publication, write));
      const at = source.candidates.indexOf(source.write);
      const reason = reasons[at];
      // With several writes it may tell of, it is unwanted only if it is for each of them.
      if (reason === undefined || reason === null || reasons.includes(null)) continue;
      violations.add(violationOf(recording, publication, source.write, reason));
    }
    return violations.finding();
  },
};

function isSubscriptionKnown(hearing: Hearing, { connection, frame }: Publication): boolean {
  const { channel } = frame.meta;
  return typeof channel === "string" && hearing.subscription(connection, channel) !== null;
}

interface Reason {
  readonly clause: string;
  readonly shape: readonly string[];
  /** After `c2 was sent … on "…" at 30 ms, `. */
  readonly circumstance: string;
  readonly because: string;
  readonly evidence: readonly number[];
}

/** Why a session must not hear a write on a channel; null when it may. */
function unwanted(hearing: Hearing, publication: Publication, write: Write): Reason | null {
  const { channel } = publication.frame.meta;
  const subscription =
    typeof channel === "string" ? hearing.subscription(publication.connection, channel) : null;
  if (subscription === null) return neverSubscribed(hearing, publication, write);
  const hear = hearing.hears(write, subscription);
  if (hear.value !== "never") return null;
  const kind = kindOfSubscription(subscription);
  switch (hear.why) {
    case "no-publish":
      return {
        clause: "PUB-1",
        shape: ["no-publish"],
        circumstance: "though it was sent with noPublish",
        because: "a write with noPublish publishes to none",
        evidence: [],
      };
    case "not-targeted":
      return {
        clause: "PUB-5",
        shape: ["not-targeted"],
        circumstance: "though targetClients does not name its session",
        because: "only the sessions in targetClients hear of it",
        evidence: [],
      };
    case "other-action":
      return {
        clause: "SUB-1",
        shape: ["other-action", write.exchange.request.action, kind],
        circumstance: "a channel of another kind of event",
        because: "a subscription hears its own kind of event only",
        evidence: [],
      };
    case "no-match":
      return {
        clause: "SUB-5",
        shape: [
          "no-match",
          kindOfPath(subscription.channel?.path ?? ""),
          likenessOf(subscription, write),
        ],
        circumstance: "whose path does not match",
        because: "a subscription hears the paths that match its own",
        evidence: [],
      };
    case "not-subscribed":
      return notSubscribed(subscription, write);
  }
}

function neverSubscribed(
  hearing: Hearing,
  { connection }: Publication,
  write: Write,
): Reason | null {
  // Another subscription of the session should have carried it: see publication-content.
  const isMisnamed = hearing
    .subscriptionsOf(connection)
    .some((subscription) => hearing.hears(write, subscription).value !== "never");
  if (isMisnamed) return null;
  const has = hearing.subscriptionsOf(connection).length > 0 ? "other-channels" : "none";
  return {
    clause: "SUB-2",
    shape: ["never-subscribed", has],
    circumstance: "which it never asked for",
    because: "a session hears what it has subscribed to",
    evidence: [],
  };
}

function notSubscribed({ requests, dialect }: Subscription, write: Write): Reason {
  const before = requests.filter(({ answerIndex }) => answerIndex < write.startIndex);
  const done = before.filter(({ outcome }) => outcome === "ok");
  const offs = done.filter(({ exchange }) => exchange.request.action === "off");
  const ons = done.filter(({ exchange }) => exchange.request.action === "on");
  const last = offs.at(-1);
  if (last !== undefined) {
    const [clause, word] = endedBy(last, dialect, ons.length);
    return {
      clause,
      shape: [word],
      circumstance: `though its "off" had been answered before`,
      because: `a subscription whose "off" was answered before a write was sent does not hear it`,
      evidence: [last.startIndex, last.answerIndex],
    };
  }
  const refused = before.find(({ outcome }) => outcome === "error");
  if (refused !== undefined) {
    return {
      clause: "COR-4",
      shape: ["after-refused-on"],
      circumstance: `though its "on" had been refused`,
      because: `what is answered "error" leaves no trace`,
      evidence: [refused.startIndex, refused.answerIndex],
    };
  }
  const later = requests.find(({ exchange }) => exchange.request.action === "on");
  return {
    clause: "SUB-2",
    shape: ["before-on"],
    circumstance: `though it subscribed only after the answer to the write`,
    because: "a write is heard by those who are subscribed when it is carried out",
    evidence: later === undefined ? [] : [later.startIndex],
  };
}

/** The clause by which an `off` ended a subscription, and a word for how. */
function endedBy(
  { exchange }: SettledExchange,
  { listening }: Dialect,
  onCount: number,
): readonly [clause: string, word: string] {
  if (exchange.request.path === "*") return ["SUB-7", "after-off-of-all"];
  if (listening === "counted") {
    return onCount > 1 ? ["SUB-4", "after-counted-off"] : ["SUB-2", "after-off"];
  }
  const meant = listenerMeant(optionsOf(exchange)["referenceId"]);
  return ["DIA-3", meant === "all" ? "after-off-of-channel" : "after-off-by-name"];
}

/** How two paths that do not match are alike, for shapes. */
function likenessOf({ channel }: Subscription, { path }: Write): string {
  if (channel === null || path === null) return "unlike";
  const own = channel.path;
  if (own.toLowerCase() === path.toLowerCase()) return "other-case";
  if (strip(own) === strip(path)) return "other-slashes";
  if (path.startsWith(own.split("*")[0] as string)) return "same-prefix";
  if (kindOfPath(own) === "exact" && own.startsWith(path)) return "longer-than-path";
  return "unlike";
}

function strip(path: string): string {
  return path.split("/").filter(Boolean).join("/");
}

function violationOf(
  recording: Recording,
  publication: Publication,
  write: Write,
  reason: Reason,
): Violation {
  const { client, writeIndex, frame } = publication;
  return {
    clause: reason.clause,
    message: `${client} was sent ${naming(write)} on ${JSON.stringify(frame.meta["channel"] ?? null)} at ${timeOf(recording, writeIndex)}, ${reason.circumstance}`,
    expected: `No publication: ${reason.because} (${reason.clause}).`,
    shape: [...reason.shape],
    evidence: [...reason.evidence, write.startIndex, writeIndex],
  };
}
