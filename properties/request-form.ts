/**
 * Which requests are well-formed: those that COR-1 promises an answer.
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import { isJsonObject, parseChannel, type Json, type Request } from "../src/protocol/index.js";

/** Whether the server promises an answer; false where a clause leaves it open (COR-5, FRM-5, SES-6). */
export function isPromisedAnAnswer(request: Request, profile: Profile): boolean {
  if (!isWellFormed(request)) return false;
  return request.action !== "disconnect" || profile.answersDisconnect;
}

/** A known action with the fields that it needs, of the types that real clients send. */
export function isWellFormed({
  action,
  eventId,
  path,
  data,
  sessionId,
  options,
}: Request): boolean {
  if (typeof eventId !== "number" && typeof eventId !== "string") return false;
  if (sessionId !== undefined && typeof sessionId !== "string") return false;
  if (options !== undefined && !isJsonObject(options)) return false;
  switch (action) {
    case "configure-session":
      return hasText(data, "protocol");
    case "login":
      return isJsonObject(data);
    case "describe":
    case "disconnect":
      return true;
    case "set":
    case "get":
    case "remove":
      return isPath(path);
    case "on":
      return isChannel(path);
    case "off":
      return path === "*" || isChannel(path);
    default:
      return false;
  }
}

function isPath(path: Json | undefined): boolean {
  return typeof path === "string" && path !== "";
}

function isChannel(path: Json | undefined): boolean {
  return typeof path === "string" && isPath(parseChannel(path)?.path);
}

function hasText(data: Json | undefined, key: string): boolean {
  return isJsonObject(data) && typeof data[key] === "string";
}
