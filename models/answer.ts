/**
 * Answers to requests (PROTOCOL.md 3).
 *
 * @packageDocumentation
 */
import type { Json, JsonObject, Request } from "../src/protocol/index.js";
import type { FrameOutput } from "./boundary.js";

/** Answers that never carry the request's `sessionId` (COR-3). */
const WITHOUT_SESSION_ID = ["login", "describe"];

/** An answer with status `ok`. `meta` goes before what every answer has; `published` is false unless it says otherwise. */
export function okAnswer(
  connection: string,
  request: Request,
  data: Json,
  meta: JsonObject = {},
): FrameOutput {
  return {
    kind: "frame",
    connection,
    frame: { data, _meta: { published: false, ...meta, ...echoOf(request, "ok") } },
  };
}

/** An answer with status `ok` to one who wants no more than that (DIA-5). */
export function bareAnswer(
  connection: string,
  { eventId }: Request,
  { path = null, published = false }: JsonObject,
): FrameOutput {
  const _meta = { path, eventId, type: "response", status: "ok", published };
  return { kind: "frame", connection, frame: { _meta } };
}

/** The answer to a pattern `get`: the bare array of items, then the `_meta` (FRM-3). */
export function listAnswer(
  connection: string,
  request: Request,
  items: readonly Json[],
): FrameOutput {
  return {
    kind: "frame",
    connection,
    frame: [...items, { published: false, ...echoOf(request, "ok") }],
  };
}

/** An answer with status `error`: nothing was done (COR-4). */
export function errorAnswer(
  connection: string,
  request: Request,
  message: string,
  name = "Error",
): FrameOutput {
  const error = { name, message };
  return {
    kind: "frame",
    connection,
    frame: { data: null, _meta: { published: false, ...echoOf(request, "error"), error } },
  };
}

/** The answer to something that is no request but has an `eventId` (FRM-5). */
export function malformedAnswer(connection: string, eventId: Json, message: string): FrameOutput {
  const error = { name: "Error", message };
  return {
    kind: "frame",
    connection,
    frame: {
      data: null,
      _meta: { type: "response", status: "error", published: false, eventId, error },
    },
  };
}

/** What a server may say to an `ack` without an eventId, which asks for no answer. */
export function bareAckAnswer(connection: string, { sessionId }: JsonObject): FrameOutput {
  return {
    kind: "frame",
    connection,
    frame: {
      data: null,
      _meta: {
        type: "response",
        status: "ok",
        published: false,
        ...(sessionId === undefined ? {} : { sessionId }),
        action: "ack",
      },
    },
    optional: true,
  };
}

function echoOf(request: Request, status: "ok" | "error"): JsonObject {
  const { eventId, sessionId, action } = request;
  return {
    type: "response",
    status,
    eventId,
    ...(sessionId === undefined || WITHOUT_SESSION_ID.includes(action) ? {} : { sessionId }),
    action,
  };
}
