/**
 * Which requests are well-formed: those that COR-1 promises an answer. And which are clear: those of
 * which the clauses say what they do.
 *
 * @packageDocumentation
 */
import { gaugeOf, type Dialect } from "../models/index.js";
import { isJsonObject, parseChannel, type Json, type Request } from "../src/protocol/index.js";

/** Whether the server promises an answer; false where a clause leaves it open (COR-5, FRM-5, SES-6). */
export function isPromisedAnAnswer(request: Request, dialect: Dialect): boolean {
  // Not every server knows it (DIA-8).
  if (!isWellFormed(request) || request.action === "count") return false;
  return request.action !== "disconnect" || dialect.answersDisconnect;
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
    case "count":
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

/** Whether a request asks for an answer without data, in a dialect in which it may be given so (DIA-5). */
export function mayBeBare({ action, options }: Request, possible: readonly Dialect[]): boolean {
  if (action !== "set" || !isJsonObject(options)) return false;
  if (!possible.some(({ knowsNoDataResponse }) => knowsNoDataResponse)) return false;
  const { noDataResponse = false } = options;
  return noDataResponse !== null && noDataResponse !== false;
}

/** Values by which an option means what the clauses say. */
const MEANINGS: Readonly<Record<string, (value: Json) => boolean>> = {
  noStore: isBoolean,
  noPublish: isBoolean,
  merge: isBoolean,
  publishResults: isBoolean,
  nullValue: isBoolean,
  meta: isJsonObject,
  consistency: (value) => value === 0 || value === 1 || value === 2 || value === 3,
  targetClients: (value) => Array.isArray(value) && value.every((id) => typeof id === "string"),
  set_type: (value) => typeof value === "string",
};

/** Options that some servers know, and no clause: what they do is theirs to say. */
const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  set: ["increment", "upsertType", "archiveId", "noCluster", "onBehalfOf"],
  get: ["archiveId", "onBehalfOf"],
  remove: ["criteria", "archiveId", "noCluster", "onBehalfOf"],
};

/**
 * Whether the clauses say what a `set`, `get` or `remove` does: its eventId can be a name, its options
 * are of the types that the clauses give them, and none is beyond the clauses. Of any other a server
 * may make what it likes (FRM-5).
 */
export function isClear(request: Request, dialect?: Dialect): boolean {
  const { action, eventId, data, options } = request;
  if (typeof eventId !== "number" && typeof eventId !== "string") return false;
  if (options === undefined) return true;
  if (!isJsonObject(options)) return false;
  if (options["nullValue"] === true && data !== null) return false;
  const foreign = (Object.hasOwn(FOREIGN, action) && FOREIGN[action]) || [];
  return Object.entries(options).every(([name, value]) => {
    if (name === "increment" && dialect !== undefined && gaugeOf(request, dialect) !== null) {
      return true;
    }
    if (foreign.includes(name)) return false;
    return !Object.hasOwn(MEANINGS, name) || MEANINGS[name]?.(value) === true;
  });
}

function isBoolean(value: Json): boolean {
  return typeof value === "boolean";
}
