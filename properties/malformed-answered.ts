/**
 * A request that cannot be understood is answered with an error, where it can be correlated.
 *
 * Judged are requests that nobody can make sense of; of others (an option of the wrong type, say) a
 * server may make what it likes. Channels that are none are judged by `bad-channel-refused`.
 *
 * @packageDocumentation
 */
import type { Recording } from "../src/history/index.js";
import { canonical, isJsonObject, type Json, type Request } from "../src/protocol/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { timeOf, typeName } from "./words.js";

/** Longer frames may nest so deep, or be so large, that nothing in them is looked at. */
const FRAME_LENGTH_MAX = 5_000;

export const malformedAnswered: Property = {
  id: "malformed-answered",
  promise: "A malformed request that has an eventId is answered with an error, not ok.",
  clauses: ["FRM-5"],
  severity: "should",
  check(recording) {
    const violations = new Violations();
    const quietIndex = recording.events.findLastIndex(({ kind }) => kind === "quiet");
    const answers = answersIn(recording);
    for (const asked of malformedIn(recording)) {
      const { connection, index, eventId, fault } = asked;
      const { client, endIndex } = recording.connection(connection);
      const found = answers.get(keyOf(connection, eventId))?.find((answer) => answer.index > index);
      const isOpen = (endIndex ?? Infinity) > quietIndex && index < quietIndex;
      if (found === undefined && !isOpen) continue;
      violations.exercised += 1;
      if (found?.status === "error") continue;
      const what =
        found === undefined
          ? "was never answered"
          : `was answered ${JSON.stringify(found.status ?? null)} at ${timeOf(recording, found.index)}`;
      violations.add({
        clause: "FRM-5",
        message: `${client}'s malformed request ${JSON.stringify(eventId)} (${fault.join(", ")}), which arrived at ${timeOf(recording, index)}, ${what}`,
        expected: "An answer with an error, or the end of the connection (FRM-5).",
        // Of what wrong type a field is makes no difference to who looks at none.
        shape: [found === undefined ? "unanswered" : "answered-ok", ...fault.slice(0, 2)],
        evidence: found === undefined ? [index] : [index, found.index],
      });
    }
    return violations.finding();
  },
};

interface Malformed {
  readonly connection: string;
  readonly index: number;
  readonly eventId: Json;
  readonly fault: readonly string[];
}

/** Those whose eventId nothing else on their connection has. */
function malformedIn(recording: Recording): readonly Malformed[] {
  const found: Malformed[] = [];
  const uses = new Map<string, number>();
  recording.events.forEach((event, index) => {
    if (event.kind !== "arrive") return;
    const { connection, of } = event;
    const frame = recording.clientFrame(index);
    const eventId = frame.kind === "request" ? frame.request.eventId : eventIdOf(frame);
    if (typeof eventId !== "number" && typeof eventId !== "string") return;
    const key = keyOf(connection, eventId);
    uses.set(key, (uses.get(key) ?? 0) + 1);
    const sent = recording.event(of);
    if (sent.kind !== "send" || sent.frame.length > FRAME_LENGTH_MAX) return;
    const fault = frame.kind === "request" ? faultOf(frame.request) : ["no-action"];
    if (fault !== null) found.push({ connection, index, eventId, fault });
  });
  return found.filter(({ connection, eventId }) => uses.get(keyOf(connection, eventId)) === 1);
}

function eventIdOf(frame: ReturnType<Recording["clientFrame"]>): Json | undefined {
  return frame.kind === "malformed" ? frame.eventId : undefined;
}

/** What nobody can make sense of; null where there is a sense. */
function faultOf({ action, path, data }: Request): readonly string[] | null {
  switch (action) {
    case "set":
    case "get":
    case "remove":
    case "on":
    case "off":
      return typeof path === "string" ? null : [action, "path", typeName(path)];
    case "login":
      return data === undefined || isJsonObject(data) ? null : [action, "data", typeName(data)];
    case "configure-session": {
      const protocol = isJsonObject(data) ? data["protocol"] : undefined;
      return typeof protocol === "string" ? null : [action, "protocol", typeName(protocol)];
    }
    default:
      return null;
  }
}

interface Answered {
  readonly index: number;
  readonly status: Json | undefined;
}

function answersIn(recording: Recording): ReadonlyMap<string, readonly Answered[]> {
  const answers = new Map<string, Answered[]>();
  recording.events.forEach((event, index) => {
    if (event.kind !== "write") return;
    const frame = recording.serverFrame(index);
    if (frame.kind !== "response") return;
    const key = keyOf(event.connection, frame.meta["eventId"]);
    const known = answers.get(key) ?? [];
    answers.set(key, known);
    known.push({ index, status: frame.meta["status"] });
  });
  return answers;
}

function keyOf(connection: string, eventId: Json | undefined): string {
  return `${connection} ${canonical(eventId)}`;
}
