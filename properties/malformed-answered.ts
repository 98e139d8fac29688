/**
 * A request that cannot be understood is answered with an error, where it can be correlated.
 *
 * Judged are requests that nobody can make sense of; of others (an option of the wrong type, say) a
 * server may make what it likes. Channels that are none are judged by `bad-channel-refused`.
 *
 * @packageDocumentation
 */
import { isJsonObject, type Request } from "../src/protocol/index.js";
import { loneRequests, type LoneRequest } from "./lone-requests.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { timeOf, typeName } from "./words.js";

export const malformedAnswered: Property = {
  id: "malformed-answered",
  promise: "A malformed request that has an eventId is answered with an error, not ok.",
  clauses: ["FRM-5"],
  severity: "should",
  check(recording) {
    const violations = new Violations();
    for (const asked of loneRequests(recording)) {
      const { connection, index, eventId, answer, isUnanswered } = asked;
      const fault = faultIn(asked);
      if (fault === null || (answer === null && !isUnanswered)) continue;
      violations.exercised += 1;
      if (answer?.status === "error") continue;
      const { client } = recording.connection(connection);
      const what =
        answer === null
          ? "was never answered"
          : `was answered ${JSON.stringify(answer.status ?? null)} at ${timeOf(recording, answer.index)}`;
      violations.add({
        clause: "FRM-5",
        message: `${client}'s malformed request ${JSON.stringify(eventId)} (${fault.join(", ")}), which arrived at ${timeOf(recording, index)}, ${what}`,
        expected: "An answer with an error, or the end of the connection (FRM-5).",
        // Of what wrong type a field is makes no difference to who looks at none.
        shape: [answer === null ? "unanswered" : "answered-ok", ...fault.slice(0, 2)],
        evidence: answer === null ? [index] : [index, answer.index],
      });
    }
    return violations.finding();
  },
};

function faultIn({ frame }: LoneRequest): readonly string[] | null {
  return frame.kind === "request" ? faultOf(frame.request) : ["no-action"];
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
