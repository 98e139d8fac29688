/**
 * What a server sends (FRM-2, FRM-3): responses, publications, publication-acks, system frames and
 * heartbeats.
 *
 * @packageDocumentation
 */
import { isJsonObject, type Json, type JsonObject } from "./json.js";

export type ServerFrame =
  | {
      readonly kind: "response";
      /** `data` of the frame; for the bare array of a pattern `get`, its items without the last element. Undefined when absent. */
      readonly data: Json | undefined;
      /** True for the bare array of a pattern `get`. */
      readonly isList: boolean;
      readonly meta: JsonObject;
    }
  | { readonly kind: "publication"; readonly data: Json | undefined; readonly meta: JsonObject }
  | {
      readonly kind: "publication-ack";
      readonly id: Json | undefined;
      readonly status: Json | undefined;
      readonly result: Json | undefined;
      readonly meta: JsonObject;
    }
  | {
      readonly kind: "system";
      readonly eventKey: Json | undefined;
      readonly data: Json | undefined;
    }
  /** `"primus::pong::<stamp>"`, `"primus::ping::<stamp>"`, `"primus::server::close"`. */
  | { readonly kind: "ping" | "pong"; readonly stamp: string }
  | { readonly kind: "server-close" }
  /** Any other `primus::` string: the transport's own business, which a client skips (FRM-2). */
  | { readonly kind: "transport"; readonly text: string }
  | { readonly kind: "malformed"; readonly reason: string };

const HEARTBEAT = /^primus::(ping|pong)::(.*)$/s;

/** Reads a frame of a server's. Total: whatever the text, it answers, and never throws. */
export function parseServerFrame(text: string): ServerFrame {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return { kind: "malformed", reason: "not JSON" };
  }
  if (typeof value === "string") return parseString(value);
  if (Array.isArray(value)) return parseList(value as readonly Json[]);
  if (!isJsonObject(value)) return { kind: "malformed", reason: "a JSON scalar" };
  const meta = value["_meta"];
  if (!isJsonObject(meta)) return { kind: "malformed", reason: "no _meta" };
  switch (meta["type"]) {
    case "response":
      return { kind: "response", data: value["data"], isList: false, meta };
    case "data":
      return { kind: "publication", data: value["data"], meta };
    case "ack":
      return {
        kind: "publication-ack",
        id: value["id"],
        status: value["status"],
        result: value["result"],
        meta,
      };
    case "system":
      return { kind: "system", eventKey: value["eventKey"], data: value["data"] };
    default:
      return { kind: "malformed", reason: "no known _meta.type" };
  }
}

function parseString(text: string): ServerFrame {
  if (text === "primus::server::close") return { kind: "server-close" };
  const beat = HEARTBEAT.exec(text);
  if (beat === null) {
    return text.startsWith("primus::")
      ? { kind: "transport", text }
      : { kind: "malformed", reason: "a string that is not the transport's" };
  }
  return { kind: beat[1] === "ping" ? "ping" : "pong", stamp: beat[2] ?? "" };
}

function parseList(list: readonly Json[]): ServerFrame {
  const last = list.at(-1);
  const meta = isJsonObject(last) ? (last["_meta"] ?? last) : undefined;
  if (!isJsonObject(meta) || meta["type"] !== "response") {
    return { kind: "malformed", reason: "an array that does not end in a response _meta" };
  }
  return { kind: "response", data: list.slice(0, -1), isList: true, meta };
}
