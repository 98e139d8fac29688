/**
 * What a client sends: requests, acknowledgements and heartbeats (FRM-1, FRM-2, PROTOCOL.md 2 to 7).
 *
 * @packageDocumentation
 */
import { isJsonObject, type Json, type JsonObject } from "./json.js";

/** Every action of the protocol that a 1.3.0 client sends. */
export const ACTIONS = [
  "configure-session",
  "describe",
  "login",
  "set",
  "get",
  "remove",
  "on",
  "off",
  "ack",
  "disconnect",
] as const;

export type Action = (typeof ACTIONS)[number];

/** A request as it stands in the frame; what is absent there is absent here. */
export interface Request {
  /** One of ACTIONS, or anything else: an unknown action (COR-5). */
  readonly action: string;
  /** The client's, echoed as it is (COR-2); usually a number. */
  readonly eventId: Json;
  readonly path?: Json;
  readonly data?: Json;
  readonly sessionId?: Json;
  readonly options?: Json;
}

export type ClientFrame =
  | { readonly kind: "request"; readonly request: Request; readonly raw: JsonObject }
  /** `{"action":"ack","data":<publicationId>,"sessionId":…}`: answers a publication, is not answered (PUB-4). */
  | { readonly kind: "ack"; readonly publicationId: Json; readonly raw: JsonObject }
  /** `"primus::ping::<stamp>"` and `"primus::pong::<stamp>"` (FRM-2). */
  | { readonly kind: "ping" | "pong"; readonly stamp: string }
  /** `eventId` where one can be made out, so that an error can be correlated (FRM-5). */
  | { readonly kind: "malformed"; readonly reason: string; readonly eventId?: Json };

const HEARTBEAT = /^primus::(ping|pong)::(.*)$/s;

/** Reads a frame of a client's. Total: whatever the text, it answers, and never throws. */
export function parseClientFrame(text: string): ClientFrame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "malformed", reason: "not JSON" };
  }
  if (typeof value === "string") {
    const beat = HEARTBEAT.exec(value);
    if (beat === null) return { kind: "malformed", reason: "a string that is no heartbeat" };
    return { kind: beat[1] === "ping" ? "ping" : "pong", stamp: beat[2] ?? "" };
  }
  if (!isJsonObject(value)) return { kind: "malformed", reason: "not a JSON object" };
  const action = own(value, "action");
  const eventId = own(value, "eventId");
  if (typeof action !== "string") {
    return {
      kind: "malformed",
      reason: "no action",
      ...(eventId === undefined ? {} : { eventId }),
    };
  }
  if (action === "ack" && eventId === undefined) {
    return { kind: "ack", publicationId: own(value, "data") ?? null, raw: value };
  }
  if (eventId === undefined) return { kind: "malformed", reason: "no eventId" };
  const request: { -readonly [Key in keyof Request]: Request[Key] } = { action, eventId };
  for (const key of ["path", "data", "sessionId", "options"] as const) {
    const field = own(value, key);
    if (field !== undefined) request[key] = field;
  }
  return { kind: "request", request, raw: value };
}

function own(value: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
