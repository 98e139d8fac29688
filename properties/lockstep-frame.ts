/**
 * What of a frame is promised: the part of it that a prediction is held against.
 *
 * Left out is what differs by version (FRM-4) and what the clauses leave open. Times are compared
 * as present or absent: `write-times` judges them.
 *
 * @packageDocumentation
 */
import { gaugeOf, isOwn, mayReachOwn, type Dialect, type Profile } from "../models/index.js";
import type { PublicationFrame, ResponseFrame } from "../src/history/index.js";
import {
  canonical,
  isJsonObject,
  isPattern,
  type Json,
  type JsonObject,
  type Request,
} from "../src/protocol/index.js";
import { isTransactional } from "./hearing/index.js";
import { mayBeBare } from "./request-form.js";
import { pathOfItem } from "./store-operation.js";
import { storedFormOf } from "./stored-form.js";

export type NormalForm = Readonly<Record<string, Json>>;

export interface Reading {
  readonly request: Request;
  readonly options: JsonObject;
  readonly profile: Profile;
  /** What its session speaks. */
  readonly dialect: Dialect;
  /** Paths of which the prediction is known to differ from what the server holds. */
  readonly tainted: ReadonlySet<string>;
}

/** What is promised of an answer whatever its request: everything but its content. */
export function echoOf({ meta }: ResponseFrame, { request, dialect }: Reading): NormalForm {
  const said = { status: meta["status"] ?? null, eventId: meta["eventId"] ?? null };
  // Who wants no data may be spared the rest as well (DIA-5).
  if (mayBeBare(request, [dialect])) return said;
  const isOpen = dialect.mayNameSession && SESSIONLESS.includes(request.action);
  return {
    ...said,
    action: meta["action"] ?? null,
    ...(isOpen ? {} : given("sessionId", meta["sessionId"])),
  };
}

/** Actions whose answers name no session, but in some dialects (COR-3, DIA-1). */
const SESSIONLESS = ["login", "describe"];

/** What is promised of the content of an answer with status `ok`. */
export function contentOf(frame: ResponseFrame, reading: Reading): NormalForm {
  const { request } = reading;
  switch (request.action) {
    case "login":
      return loginOf(frame);
    case "describe":
      return { keys: presentKeys(frame.data, reading.profile.describeKeys) };
    case "set":
      return setOf(frame, reading);
    case "get":
      return getOf(frame, reading);
    case "remove":
      return removeOf(frame, reading);
    case "count":
      return reading.tainted.size === 0 ? { data: frame.data ?? null } : {};
    case "on":
      return isInitial(reading.options) && reading.tainted.size === 0
        ? { items: itemsOf(frame.data, reading) }
        : {};
    default:
      return {};
  }
}

/** What is promised of a publication; of an item sent at first (SUB-6) less. */
export function publicationOf({ data, meta }: PublicationFrame, reading: Reading): NormalForm {
  const { request, options, tainted } = reading;
  const path = meta["path"] ?? null;
  const isOpen = isIn(tainted, path) || (request.action === "remove" && isCountOpen(request));
  if (request.action === "on") {
    const content = isOpen ? {} : { data: itemOf({ data }) ?? null };
    return { ...content, path, channel: meta["channel"] ?? null };
  }
  return {
    ...(isOpen ? {} : { data: writtenOf(data, reading) }),
    path,
    channel: meta["channel"] ?? null,
    action: meta["action"] ?? null,
    sessionId: meta["sessionId"] ?? null,
    publicationId: meta["publicationId"] ?? null,
    ...(isAsked(options, "consistency") ? {} : { consistency: meta["consistency"] ?? null }),
    ...(request.action === "set" ? timesOf(meta) : {}),
    meta: ownMetaOf(meta, options),
  };
}

/** An item that is sent at first may bring a `_meta` of its own in its data, as one in a list does (SUB-6). */
export function itemOf({ data }: Pick<PublicationFrame, "data">): Json | undefined {
  if (!isJsonObject(data) || !Object.hasOwn(data, "_meta")) return data;
  return Object.fromEntries(Object.entries(data).filter(([key]) => key !== "_meta"));
}

function loginOf({ data }: ResponseFrame): NormalForm {
  const login = isJsonObject(data) ? data : {};
  return { id: login["id"] ?? null, info: login["info"] ?? null };
}

function setOf({ data, meta }: ResponseFrame, reading: Reading): NormalForm {
  const { request, options, tainted, dialect } = reading;
  const isBased = options["merge"] === true && isIn(tainted, request.path ?? null);
  const isPublished = isTransactional(options) && options["noPublish"] !== true;
  const isBare = mayBeBare(request, [dialect]);
  const published = isPublished ? { published: meta["published"] === true } : {};
  if (gaugeOf(request, dialect) !== null) {
    const isOpen = isBare || isIn(tainted, request.path ?? null);
    return { ...published, ...(isOpen ? {} : { data: data ?? null }) };
  }
  return {
    ...(isBased || isBare ? {} : { data: writtenOf(data, reading) }),
    path: meta["path"] ?? null,
    ...published,
    ...(isBare ? {} : timesOf(meta)),
  };
}

/** What isn't stored may be told as it was sent, where what is stored has another form (STO-1, STO-3). */
function writtenOf(data: Json | undefined, { request, options }: Reading): Json {
  const isAsSent =
    options["noStore"] === true &&
    data !== undefined &&
    canonical(data) === canonical(request.data);
  return (isAsSent ? storedFormOf(data) : data) ?? null;
}

function getOf(frame: ResponseFrame, reading: Reading): NormalForm {
  const { path = null } = reading.request;
  if (typeof path === "string" && isPattern(path)) {
    return { isList: frame.isList, items: itemsOf(frame.data, reading) };
  }
  return isIn(reading.tainted, path) ? {} : { isList: frame.isList, data: frame.data ?? null };
}

function removeOf({ data, meta }: ResponseFrame, { request, tainted }: Reading): NormalForm {
  return {
    ...(tainted.size === 0 && !isCountOpen(request) ? { data: data ?? null } : {}),
    path: meta["path"] ?? null,
    timestamp: meta["timestamp"] === undefined ? "absent" : "present",
  };
}

/** Whether a remove may have taken items of the server's own with it (STO-6). */
function isCountOpen({ path }: Request): boolean {
  return typeof path === "string" && mayReachOwn(path);
}

/** Items by path, which is how they are told apart; the server's own and tainted ones are left out. */
function itemsOf(data: Json | undefined, { tainted }: Reading): Json {
  if (!Array.isArray(data)) return null;
  const items: [string, Json][] = [];
  for (const item of data as readonly Json[]) {
    const path = pathOfItem(item);
    if (path === null || !isJsonObject(item)) return null;
    if (isOwn(path) || tainted.has(path)) continue;
    const fields = Object.entries(item).filter(([key]) => key !== "_meta" && key !== "_id");
    items.push([path, Object.fromEntries(fields)]);
  }
  return Object.fromEntries(items);
}

function timesOf(meta: JsonObject): NormalForm {
  const present = (key: string) => (meta[key] === undefined ? "absent" : "present");
  return { created: present("created"), modified: present("modified") };
}

/** Keys that a publication has by itself, which the request's `meta` should not replace (PUB-3). */
const PUBLICATION_KEYS = [
  "created",
  "modified",
  "path",
  "channel",
  "action",
  "type",
  "published",
  "status",
  "eventId",
  "sessionId",
  "consistency",
  "publicationId",
  "timestamp",
];

function ownMetaOf(meta: JsonObject, options: JsonObject): Json {
  const asked = options["meta"];
  if (!isJsonObject(asked)) return {};
  const keys = Object.keys(asked).filter((key) => !PUBLICATION_KEYS.includes(key));
  return Object.fromEntries(
    keys.flatMap((key) => (Object.hasOwn(meta, key) ? [[key, meta[key] as Json]] : [])),
  );
}

/** Whether a publication's own channel or id may be replaced by the request's `meta`: that it isn't is a `should` (PUB-3). */
export function mayMisname(options: JsonObject): boolean {
  return isAsked(options, "channel") || isAsked(options, "publicationId");
}

function isAsked(options: JsonObject, key: string): boolean {
  const asked = options["meta"];
  return isJsonObject(asked) && Object.hasOwn(asked, key);
}

function isInitial(options: JsonObject): boolean {
  return options["initialCallback"] === true || options["initialEmit"] === true;
}

function presentKeys(data: Json | undefined, keys: readonly string[]): Json {
  return keys.filter((key) => isJsonObject(data) && Object.hasOwn(data, key));
}

function given(key: string, value: Json | undefined): NormalForm {
  return value === undefined ? {} : { [key]: value };
}

function isIn(tainted: ReadonlySet<string>, path: Json): boolean {
  return typeof path === "string" && tainted.has(path);
}

/** The first field in which two normal forms differ; null where they don't. */
export function differingField(expected: NormalForm, actual: NormalForm): string | null {
  const fields = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
  return fields.find((field) => canonical(expected[field]) !== canonical(actual[field])) ?? null;
}
