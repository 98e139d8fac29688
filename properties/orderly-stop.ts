/**
 * A server that is told to stop tells every open connection, and closes it.
 *
 * @packageDocumentation
 */
import type { ConnectionRecord, Recording } from "../src/history/index.js";
import type { Json } from "../src/protocol/index.js";
import { spokenIn } from "./hearing/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { timeOf, typeName } from "./words.js";

const FAREWELL = "server-side-disconnect";

export const orderlyStop: Property = {
  id: "orderly-stop",
  promise: "A server that stops tells every open connection so, and closes it.",
  clauses: ["SES-7"],
  severity: "must",
  check(recording, profile) {
    const violations = new Violations();
    const stoppingIndex = recording.events.findIndex(({ kind }) => kind === "stopping");
    // A crash while stopping is judged by server-survives.
    if (stoppingIndex < 0 || recording.crashIndex !== null) return violations.finding();
    const foreign = spokenIn(recording, profile).foreignSince;
    const told = farewellsAfter(recording, stoppingIndex);
    for (const record of recording.connections.values()) {
      const { connection, client, endIndex } = record;
      if (!isOpenAt(record, stoppingIndex) || foreign.has(connection)) continue;
      const farewell = told.get(connection);
      const isTold = farewell !== undefined && farewell.index < (endIndex ?? Infinity);
      // Whom the network took, or who left, before it was their turn.
      if (!isTold && !isOfServer(recording, endIndex)) continue;
      violations.exercised += 1;
      const who = `${client} was connected (${connection}) when the server was told to stop at ${timeOf(recording, stoppingIndex)}`;
      const ending = endIndex === null ? [] : [endIndex];
      if (profile.sendsStopFrame && !isTold) {
        violations.add({
          clause: "SES-7",
          message: `${who}, and was not told`,
          expected: `The system frame ${FAREWELL} before the connection is closed (SES-7).`,
          shape: ["not-told"],
          evidence: [stoppingIndex, ...ending],
        });
      } else if (profile.sendsStopFrame && isTold && farewell.data !== FAREWELL) {
        violations.add({
          clause: "SES-7",
          message: `${who}, and was told with the data ${JSON.stringify(farewell.data ?? null)}`,
          expected: `The system frame whose data is ${JSON.stringify(FAREWELL)} (SES-7).`,
          shape: ["told-otherwise", typeName(farewell.data)],
          evidence: [stoppingIndex, farewell.index],
        });
      }
      if (endIndex !== null) continue;
      violations.add({
        clause: "SES-7",
        message: `${who}, and was never closed`,
        expected: "The connection is closed (SES-7).",
        shape: ["not-closed"],
        evidence: [stoppingIndex],
      });
    }
    return violations.finding();
  },
};

/** Open on both sides; one that its client has left is on its way to its end anyway. */
function isOpenAt({ openIndex, endIndex, leaveIndex }: ConnectionRecord, index: number): boolean {
  if (openIndex === null || openIndex > index || leaveIndex !== null) return false;
  return endIndex === null || endIndex > index;
}

/** Whether it was the server that ended a connection, or nobody did. */
function isOfServer(recording: Recording, endIndex: number | null): boolean {
  if (endIndex === null) return true;
  const event = recording.event(endIndex);
  return event.kind === "end" && event.by === "server";
}

/** By connection, the first frame that says goodbye after an index. */
function farewellsAfter(recording: Recording, from: number) {
  const found = new Map<string, { readonly index: number; readonly data: Json | undefined }>();
  recording.events.forEach((event, index) => {
    if (event.kind !== "write" || index < from || found.has(event.connection)) return;
    const frame = recording.serverFrame(index);
    if (frame.kind !== "system" || frame.eventKey !== FAREWELL) return;
    found.set(event.connection, { index, data: frame.data });
  });
  return found;
}
