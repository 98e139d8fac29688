/**
 * Whatever a server writes is a frame of a known kind, with the fields of its kind.
 *
 * @packageDocumentation
 */
import type { ServerFrame } from "../src/protocol/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { timeOf } from "./words.js";

const QUOTED_MAX = 120;

export const wellFormedFrames: Property = {
  id: "well-formed-frames",
  promise: "Every frame of the server's is of a known kind, with the fields of its kind.",
  clauses: ["FRM-1", "FRM-3"],
  severity: "must",
  check(recording) {
    const violations = new Violations();
    recording.events.forEach((event, index) => {
      if (event.kind !== "write") return;
      violations.exercised += 1;
      const frame = recording.serverFrame(index);
      const fault = faultOf(frame);
      if (fault === null) return;
      const { client } = recording.connection(event.connection);
      const isJson = fault !== "not JSON";
      violations.add({
        clause: isJson ? "FRM-3" : "FRM-1",
        message: `${client} was sent a frame at ${timeOf(recording, index)} that is malformed (${fault}): ${quote(event.frame)}`,
        expected: isJson
          ? "A response, publication, system frame, publication-ack or heartbeat (FRM-3)."
          : "One JSON document a frame (FRM-1).",
        shape: [frame.kind, fault],
        evidence: [index],
      });
    });
    return violations.finding();
  },
};

/** What a frame lacks to be of its kind; null when it lacks nothing. */
function faultOf(frame: ServerFrame): string | null {
  switch (frame.kind) {
    case "malformed":
      return frame.reason;
    case "publication":
      return frame.data === undefined ? "no data" : null;
    case "publication-ack":
      return typeof frame.status === "string" ? null : "no status";
    case "system":
      return typeof frame.eventKey === "string" ? null : "no eventKey";
    case "response":
    case "ping":
    case "pong":
    case "server-close":
    case "transport":
      return null;
  }
}

function quote(text: string): string {
  return text.length <= QUOTED_MAX ? text : `${text.slice(0, QUOTED_MAX)}…`;
}
