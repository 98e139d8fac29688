/**
 * Traffic of a HAR file as Chrome saves it: WebSocket messages stand in `_webSocketMessages` of the
 * entry that opened the connection.
 *
 * @packageDocumentation
 */
import { isJsonObject, type Json, type JsonObject } from "../protocol/index.js";
import { jsonFaultLine } from "./json-fault.js";
import { Result } from "./result.js";
import type { TrafficConnection, TrafficItem } from "./traffic.js";

const TEXT_OPCODE = 1;

/** Reads a HAR file; the failure says where and what is wrong with it. Never throws. */
export function parseHar(text: string): Result<readonly TrafficConnection[]> {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return Result.failure(`is not JSON (line ${jsonFaultLine(text)}); save the HAR file again`);
  }
  const log = isJsonObject(value) ? value["log"] : undefined;
  const entries = isJsonObject(log) ? log["entries"] : undefined;
  if (!Array.isArray(entries)) return Result.failure("is no HAR file: it has no log.entries");
  const connections: TrafficConnection[] = [];
  for (const [index, entry] of (entries as readonly Json[]).entries()) {
    const messages = isJsonObject(entry) ? entry["_webSocketMessages"] : undefined;
    if (!isJsonObject(entry) || messages === undefined || !isOfHappn(entry)) continue;
    const where = `entry ${index + 1} of log.entries`;
    if (!Array.isArray(messages)) {
      return Result.failure(`has _webSocketMessages that are no list in ${where}`);
    }
    const items: TrafficItem[] = [];
    for (const [at, message] of (messages as readonly Json[]).entries()) {
      const item = itemOf(message);
      if (item === undefined) {
        return Result.failure(`has a WebSocket message that can't be read: ${at + 1} of ${where}`);
      }
      if (item !== null) items.push(item);
    }
    // Chrome lists messages in the order of its log; the clock of one message may be a little off.
    if (items.length > 0) {
      connections.push({ name: `ws${connections.length + 1}`, items: inOrder(items) });
    }
  }
  if (connections.length === 0) {
    return Result.failure(
      "holds no WebSocket messages; in Chrome's network panel, open the page with the panel open and save all as HAR with content",
    );
  }
  return Result.ok(connections);
}

/** Of a page's WebSockets, those of happn's path; one that doesn't tell its URL may be. */
function isOfHappn(entry: JsonObject): boolean {
  const request = entry["request"];
  const url = isJsonObject(request) ? request["url"] : undefined;
  return typeof url !== "string" || url.includes("/primus") || !/[/?]/.test(url.slice(8));
}

/** Null for what is no text frame; undefined for what can't be read. */
function itemOf(message: Json): TrafficItem | null | undefined {
  if (!isJsonObject(message)) return undefined;
  const { type, time, opcode = TEXT_OPCODE, data } = message;
  if (type !== "send" && type !== "receive") return undefined;
  if (typeof time !== "number" || typeof data !== "string") return undefined;
  if (opcode !== TEXT_OPCODE) return null;
  const direction = type === "send" ? "up" : "down";
  return { at: Math.floor(time * 1_000), what: { kind: "frame", direction, text: data } };
}

function inOrder(items: readonly TrafficItem[]): readonly TrafficItem[] {
  let latest = 0;
  return items.map((item) => {
    latest = Math.max(latest, item.at);
    return { ...item, at: latest };
  });
}
