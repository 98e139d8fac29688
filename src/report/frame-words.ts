/**
 * A frame in a few words, for a place beside an arrow: `#4 set /a {"x":1}`.
 *
 * @packageDocumentation
 */
import {
  isJsonObject,
  type ClientFrame,
  type Json,
  type JsonObject,
  type Request,
  type ServerFrame,
} from "../protocol/index.js";
import { printable, shortened } from "./printable.js";
import type { EventGroup } from "./timeline/model.js";

export interface FrameWords {
  readonly label: string;
  readonly group: EventGroup;
  /** Paths, patterns and channels that it names, as they are. */
  readonly paths: readonly string[];
  /** True of an error, and of a frame that no server should write. */
  readonly isBad?: boolean;
}

/** Characters of a label; what draws it may shorten it further. */
const LABEL_MAX = 240;

/** What a client sent; `text` is the whole frame. */
export function clientFrameWords(frame: ClientFrame, text: string): FrameWords {
  switch (frame.kind) {
    case "request":
      return requestWords(frame.request);
    case "ack":
      return {
        label: label(`ack of publication ${wordOf(frame.publicationId)}`),
        group: "publication",
        paths: [],
      };
    case "ping":
    case "pong":
      return { label: frame.kind, group: "heartbeat", paths: [] };
    case "malformed":
      return { label: label(`${frame.reason}: ${text}`), group: "malformed", paths: [] };
  }
}

/** What a server wrote; `request` is the one that an answer is due to, where that is known. */
export function serverFrameWords(
  frame: ServerFrame,
  text: string,
  request: Request | null,
): FrameWords {
  switch (frame.kind) {
    case "response":
      return answerWords(frame, request);
    case "publication":
      return publicationWords(frame);
    case "publication-ack":
      return {
        label: label(`publication-ack ${wordOf(frame.status ?? null)} ${wordOf(frame.id ?? null)}`),
        group: "publication",
        paths: [],
      };
    case "system":
      return {
        label: label(`system: ${wordOf(frame.eventKey ?? null)}`),
        group: "server",
        paths: [],
      };
    case "server-close":
      return { label: "the server closes", group: "server", paths: [] };
    case "ping":
    case "pong":
      return { label: frame.kind, group: "heartbeat", paths: [] };
    case "transport":
      return { label: label(frame.text), group: "heartbeat", paths: [] };
    case "malformed":
      return {
        label: label(`${frame.reason}: ${text}`),
        group: "malformed",
        paths: [],
        isBad: true,
      };
  }
}

/** What a request with this action has to do with. */
export function groupOfAction(action: string): EventGroup {
  switch (action) {
    case "set":
    case "remove":
      return "write";
    case "get":
    case "count":
      return "read";
    case "on":
    case "off":
      return "subscription";
    case "ack":
      return "publication";
    case "configure-session":
    case "describe":
    case "login":
    case "disconnect":
      return "handshake";
    default:
      return "malformed";
  }
}

function requestWords({ action, eventId, path, data, options }: Request): FrameWords {
  const words = [
    `#${wordOf(eventId)}`,
    wordOf(action),
    ...(path === undefined ? [] : [wordOf(path)]),
    ...dataWords(action, data),
    ...optionWords(options),
  ];
  return {
    label: label(words.join(" ")),
    group: groupOfAction(action),
    paths: typeof path === "string" ? [path] : [],
  };
}

/** Actions whose data decide what they do. */
const CARRYING: ReadonlySet<string> = new Set(["set", "configure-session", "login"]);

function dataWords(action: string, data: Json | undefined): readonly string[] {
  if (data === undefined) return CARRYING.has(action) ? ["(no data)"] : [];
  // Clients send `null` where there is nothing to say.
  return data === null && !CARRYING.has(action) ? [] : [JSON.stringify(data)];
}

/** What every client sends along, and what changes nothing. */
const USUAL: Readonly<Record<string, (value: Json) => boolean>> = {
  timeout: (value) => typeof value === "number",
  listenerId: (value) => typeof value === "number",
  event_type: (value) => value === "all",
  count: (value) => typeof value === "number",
  refCount: (value) => value === 1,
};

/** `(merge, refCount 2)`; of no options, or of usual ones, nothing. */
function optionWords(options: Json | undefined): readonly string[] {
  if (options === undefined) return [];
  if (!isJsonObject(options)) return [`(options ${JSON.stringify(options)})`];
  const words = Object.entries(options)
    .filter(([name, value]) => !(Object.hasOwn(USUAL, name) && USUAL[name]?.(value) === true))
    .map(([name, value]) => (value === true ? name : `${name} ${JSON.stringify(value)}`));
  return words.length === 0 ? [] : [`(${words.join(", ")})`];
}

function answerWords(
  { data, isList, meta }: Extract<ServerFrame, { kind: "response" }>,
  request: Request | null,
): FrameWords {
  const action = typeof meta["action"] === "string" ? meta["action"] : (request?.action ?? "");
  const group = groupOfAction(request?.action ?? action);
  const isOk = meta["status"] === "ok";
  const path = request?.path;
  const said = isOk ? contentWords(data, isList, group) : errorWords(meta);
  const words = [
    `#${wordOf(meta["eventId"] ?? null)}`,
    action,
    ...(path === undefined ? [] : [wordOf(path)]),
    wordOf(meta["status"] ?? "no status"),
  ];
  return {
    label: label([...words, ...said].join(" ")),
    group,
    paths: typeof path === "string" ? [path] : [],
    ...(isOk ? {} : { isBad: true }),
  };
}

function contentWords(
  data: Json | undefined,
  isList: boolean,
  group: EventGroup,
): readonly string[] {
  if (group === "handshake" || data === undefined) return [];
  if (!isList || !Array.isArray(data)) {
    const isEmpty = isJsonObject(data) && Object.keys(data).length === 0;
    return isEmpty && group === "subscription" ? [] : [JSON.stringify(data)];
  }
  const items = data as readonly Json[];
  const count = items.length === 1 ? "1 item" : `${items.length} items`;
  return items.length === 0 ? ["no items"] : [`${count}: ${items.map(itemWords).join(", ")}`];
}

/** `/a {"x":1}`: an item of a pattern `get`. */
function itemWords(item: Json): string {
  if (!isJsonObject(item)) return JSON.stringify(item);
  const { _meta: meta } = item;
  const path = isJsonObject(meta) ? meta["path"] : undefined;
  const document = Object.entries(item).filter(([key]) => key !== "_meta" && key !== "_id");
  return `${path === undefined ? "" : `${wordOf(path)} `}${JSON.stringify(Object.fromEntries(document))}`;
}

function errorWords(meta: JsonObject): readonly string[] {
  const { error } = meta;
  if (!isJsonObject(error)) return error === undefined ? [] : [JSON.stringify(error)];
  const { name, message } = error;
  return [name, message].filter((word) => typeof word === "string");
}

function publicationWords({
  data,
  meta,
}: Extract<ServerFrame, { kind: "publication" }>): FrameWords {
  const { action, channel, path } = meta;
  const named = typeof action === "string" ? /^\/(SET|REMOVE)@/.exec(action)?.[1] : undefined;
  const words = [
    `heard on ${wordOf(channel ?? null)}:`,
    (named ?? "a write").toLowerCase(),
    wordOf(path ?? null),
    ...(data === undefined ? [] : [JSON.stringify(data)]),
  ];
  const paths = [path, channel].filter((text) => typeof text === "string");
  return { label: label(words.join(" ")), group: "publication", paths };
}

/** A text as it is where nothing is peculiar about it; else quoted, as JSON. */
function wordOf(value: Json): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return /^[\w/.*@:$+{}()<>=~-]+$/.test(value) ? value : JSON.stringify(value);
}

function label(text: string): string {
  return shortened(printable(text), LABEL_MAX);
}
