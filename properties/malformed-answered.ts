/**
 * A request that cannot be understood is answered with an error, where it can be correlated.
 *
 * Judged are requests that nobody can make sense of; of others (an option of the wrong type, say) a
 * server may make what it likes. Channels that are none are judged by `bad-channel-refused`.
 *
 * @packageDocumentation
 */
import { isJsonObject, type Request } from "../src/protocol/index.js";
import type { LoneRequest } from "./lone-requests.js";
import { judgeRefusals } from "./owed-refusals.js";
import type { Property } from "./property.js";
import { typeName } from "./words.js";

export const malformedAnswered: Property = {
  id: "malformed-answered",
  promise: "A malformed request that has an eventId is answered with an error, not ok.",
  clauses: ["FRM-5"],
  severity: "should",
  check(recording) {
    return judgeRefusals(recording, {
      clause: "FRM-5",
      expected: "An answer with an error, or the end of the connection (FRM-5).",
      faultOf(asked) {
        const fault = faultIn(asked);
        if (fault === null) return null;
        const id = JSON.stringify(asked.eventId);
        return {
          words: `malformed request ${id} (${fault.join(", ")}), which`,
          // Of what wrong type a field is makes no difference to who looks at none.
          shape: fault.slice(0, 2),
        };
      },
    });
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
