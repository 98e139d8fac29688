/**
 * Nothing is sent to a connection that has ended.
 *
 * @packageDocumentation
 */
import type { ServerFrame } from "../src/protocol/index.js";
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
    recording.events.forEach((event, index) => {
      if (event.kind !== "write") return;
      const { endIndex, client } = recording.connection(event.connection);
      if (endIndex === null || endIndex > index) return;
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

function articleOf({ kind }: ServerFrame): string {
  return kind === "response" ? "an answer" : `a ${kind} frame`;
}
