/**
 * Nothing is sent to a connection that has ended.
 *
 * @packageDocumentation
 */
import type { Recording } from "../src/history/index.js";
import type { ServerFrame } from "../src/protocol/index.js";
import { FaultsInForce } from "./circumstances/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { timeOf } from "./words.js";

export const silenceAfterEnd: Property = {
  id: "silence-after-end",
  promise: "After a connection has ended, nothing more is sent to it.",
  clauses: ["SES-5"],
  severity: "must",
  check(recording) {
    const violations = new Violations();
    for (const { endIndex } of recording.connections.values()) {
      if (endIndex !== null) violations.exercised += 1;
    }
    const knownAt = learntLate(recording);
    recording.events.forEach((event, index) => {
      if (event.kind !== "write") return;
      const { endIndex, client } = recording.connection(event.connection);
      if (endIndex === null || endIndex > index) return;
      if (event.at <= (knownAt.get(event.connection) ?? -1)) return;
      const ending = recording.event(endIndex);
      const how = ending.kind === "end" ? `${ending.by}, ${ending.how}` : ending.kind;
      violations.add({
        clause: "SES-5",
        message: `${client} was sent ${articleOf(recording.serverFrame(index))} at ${timeOf(recording, index)} on ${event.connection}, which had ended at ${timeOf(recording, endIndex)} (${how})`,
        expected: "Nothing: after a connection ends, nothing more is sent to it (SES-5).",
        shape: [
          recording.serverFrame(index).kind,
          ending.kind === "end" ? `ended-by-${ending.by}` : ending.kind,
        ],
        evidence: [endIndex, index],
      });
    });
    return violations.finding();
  },
};

/**
 * By connection, when a server learns of an end that the network made while its process was paused: at
 * the moment at which it goes on, after what it was about to do before.
 */
function learntLate({ events }: Recording): ReadonlyMap<string, number> {
  const knownAt = new Map<string, number>();
  const faults = new FaultsInForce();
  let waiting: string[] = [];
  const isPaused = () => faults.has(({ what }) => what["kind"] === "pause");
  for (const event of events) {
    faults.take(event);
    if (event.kind === "end" && event.by === "network" && isPaused()) {
      waiting.push(event.connection);
      knownAt.set(event.connection, Infinity);
    }
    if (event.kind !== "healed" || isPaused()) continue;
    for (const connection of waiting) knownAt.set(connection, event.at);
    waiting = [];
  }
  return knownAt;
}

function articleOf({ kind }: ServerFrame): string {
  return kind === "response" ? "an answer" : `a ${kind} frame`;
}
