/**
 * The mesh layer (MSH).
 *
 * @packageDocumentation
 */
import { isJsonObject } from "../../protocol/index.js";
import type { ClauseGround } from "../clause-ground.js";
import { countOf, textOf, type Questions } from "../questions.js";

const REQUESTS = "/_exchange/requests/";
const RESPONSES = "/_exchange/responses/";
const EVENTS = "/_events/";
const NEEDS = ["set", "on"] as const;

export const MESH: readonly ClauseGround[] = [
  {
    id: "MSH-4",
    title: "one request, one response",
    judges: ["mesh-answered-once"],
    needs: NEEDS,
    exercised: (questions) => heardUnder(questions, RESPONSES),
  },
  {
    id: "MSH-6",
    title: "events before responses",
    judges: ["mesh-answered-once"],
    needs: NEEDS,
    exercised: (questions) =>
      Math.min(heardUnder(questions, RESPONSES), heardUnder(questions, EVENTS)),
  },
  {
    id: "MSH-8",
    title: "callers that leave, malformed calls",
    judges: ["server-survives", "mesh-answered-once", "no-missed-publication"],
    needs: NEEDS,
    // That the node lives on is seen where it answers.
    exercised: (questions) => Math.min(oddCalls(questions), heardUnder(questions, RESPONSES)),
  },
];

function heardUnder({ writesHeard }: Questions, prefix: string): number {
  return countOf(writesHeard, ({ frame }) => textOf(frame.meta["path"]).startsWith(prefix));
}

/** Calls that are malformed, or whose caller was gone before the response. */
function oddCalls({ asked, recording, writesHeard }: Questions): number {
  return countOf(asked, ({ action, path, data, connection }) => {
    if (action !== "set" || path?.startsWith(REQUESTS) !== true) return false;
    const address = isJsonObject(data) ? data["callbackAddress"] : undefined;
    const isWhole =
      isJsonObject(data) && Array.isArray(data["args"]) && isJsonObject(data["origin"]);
    if (typeof address !== "string" || !isWhole) return true;
    const { endIndex } = recording.connection(connection);
    const response = writesHeard.some(
      ({ frame, connection: to }) => to === connection && frame.meta["path"] === address,
    );
    return endIndex !== null && !response;
  });
}
