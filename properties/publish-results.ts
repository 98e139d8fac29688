/**
 * The counts of `publishResults` are those of the publications.
 *
 * @packageDocumentation
 */
import type { Recording } from "../src/history/index.js";
import { isJsonObject, type Json } from "../src/protocol/index.js";
import { hearingOf, isTransactional, spokenIn, type Hearing, type Write } from "./hearing/index.js";
import type { Property } from "./property.js";
import { mayBeBare } from "./request-form.js";
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
    const spoken = spokenIn(recording, profile);
    for (const write of hearing.writes) {
      const { options, outcome, publishes, exchange, answerIndex, startIndex } = write;
      if (options["publishResults"] !== true || !isTransactional(options)) continue;
      if (outcome !== "ok" || publishes !== "must") continue;
      // Who wants no data may be spared this as well (DIA-5).
      const possible = spoken.possible(exchange.connection);
      if (write.told === undefined && mayBeBare(exchange.request, possible)) continue;
      violations.exercised += 1;
      const results = exchange.answers[0]?.frame.meta["publishResults"];
      const fault = faultOf(recording, hearing, write, results);
      if (fault === null) continue;
      violations.add({
        clause: "PUB-5",
        message: `${naming(write)} was answered at ${timeOf(recording, answerIndex)} with ${fault.found}`,
        expected: `${fault.wanted} (PUB-5).`,
        shape: [fault.word],
        evidence: [startIndex, answerIndex, ...(fault.evidence ?? [])],
      });
    }
    return violations.finding();
  },
};

interface Fault {
  readonly word: string;
  readonly found: string;
  readonly wanted: string;
  readonly evidence?: readonly number[];
}

const COUNTS = ["successful", "failed", "skipped", "queued"] as const;

function faultOf(
  recording: Recording,
  hearing: Hearing,
  write: Write,
  results: Json | undefined,
): Fault | null {
  if (!isJsonObject(results)) {
    return {
      word: `results ${typeName(results)}`,
      found: `publishResults ${JSON.stringify(results ?? null)}`,
      wanted: "publishResults with successful, failed, skipped and queued",
    };
  }
  const missing = COUNTS.find((name) => !Number.isSafeInteger(results[name]));
  if (missing !== undefined) {
    return {
      word: `no-count ${missing}`,
      found: `no count of ${missing}`,
      wanted: `A number of ${missing}`,
    };
  }
  const sent = sentOf(recording, hearing, write);
  const successful = Number(results["successful"]);
  if (sent === null || successful === sent) return null;
  const found = `successful ${successful}, though ${sent} had been sent`;
  const wanted = `successful ${sent}, the publications that were sent`;
  if (successful < sent) return { word: "counted-too-few", found, wanted };
  const gone = endedSubscriberOf(hearing, write);
  // What was sent to somebody else, or to one whose leaving was on its way, shows nowhere.
  if (!recording.vantage.isAtServer) {
    if (recording.vantage.hasOthers || gone !== null) return null;
  }
  if (gone === null) return { word: "counted-too-many", found, wanted };
  return {
    word: "counted-too-many, someone-left",
    found: `${found}; ${gone.connection} had subscribed as well, and had ended at ${timeOf(recording, gone.endIndex)}`,
    wanted,
    evidence: [gone.endIndex],
  };
}

/** A subscription that would have heard the write, had its connection not ended before. */
function endedSubscriberOf(hearing: Hearing, write: Write) {
  for (const subscription of hearing.subscriptions) {
    const endIndex = hearing.endIndexOf(subscription);
    if (endIndex === null || endIndex > write.startIndex) continue;
    const before = { ...write, startIndex: endIndex - 1, endIndex: endIndex - 1 };
    if (hearing.hears(before, subscription).value !== "never") {
      return { connection: subscription.connection, endIndex };
    }
  }
  return null;
}

/**
 * Whether the server has had time, between the end of a connection and the arrival of a write, to do
 * what an end takes. A busy server reads both at once, in any order; one that has, in between, at
 * another moment than either, served somebody else, has come round to the end before.
 */
function isDoneWith(recording: Recording, endIndex: number, startIndex: number): boolean {
  const atOf = (index: number) => recording.event(index).at;
  return recording.exchanges.some(({ arriveIndex, answers }) => {
    const [answer] = answers;
    if (arriveIndex === null || answer === undefined) return false;
    if (arriveIndex < endIndex || answer.writeIndex > startIndex) return false;
    return atOf(arriveIndex) > atOf(endIndex) && atOf(answer.writeIndex) < atOf(startIndex);
  });
}

/** How many publications of a write were sent; null where that can't be told for certain. */
function sentOf(recording: Recording, hearing: Hearing, write: Write): number | null {
  const { startIndex, answerIndex } = write;
  const ends = [...recording.connections.values()].map(({ endIndex }) => endIndex ?? Infinity);
  const lastEnd = Math.max(-1, ...ends.filter((endIndex) => endIndex < answerIndex));
  // Who leaves meanwhile may be counted or not. A server that is done with the last is with all.
  if (lastEnd >= 0 && !isDoneWith(recording, lastEnd, startIndex)) return null;
  const { vantage } = recording;
  for (const { connection } of hearing.subscriptions) {
    const hasEnded = (recording.connection(connection).endIndex ?? Infinity) < startIndex;
    if (!hasEnded && !vantage.showsAllBefore(connection, answerIndex)) return null;
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
