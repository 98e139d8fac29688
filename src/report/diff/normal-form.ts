/**
 * What of an event is compared across servers: everything but what each run, and each generation of
 * servers, is free to choose.
 *
 * Left out are times, ids that servers make up (a session is called by its connection), keys that
 * come and go between versions (FRM-4), and what profiles are entitled to differ in
 * (docs/PROTOCOL.md, "Profiles"): the data of handshakes and of `on` and `off`, the words of errors,
 * the frames of a stop, heartbeats. Frames are told apart by what they are about, not by when they
 * were written: in which order answers and publications come may depend on how fast a server is.
 *
 * @packageDocumentation
 */
import type { HistoryEvent, Recording, ResponseFrame } from "../../history/index.js";
import {
  FRAME_DEPTH_MAX,
  canonical,
  isJsonObject,
  type Json,
  type JsonObject,
} from "../../protocol/index.js";

export interface NormalEvent {
  /** What the event is about, the same in both histories; the nth event with a key meets the nth. */
  readonly key: string;
  readonly content: Json;
}

/** The normal forms of a history's events; null for what is not compared. */
export function normalEvents(recording: Recording): readonly (NormalEvent | null)[] {
  const names = new Names(recording);
  return recording.events.map((event, index) => {
    const form = formOf(recording, event, index);
    if (form === null) return null;
    return { key: names.in(form.key), content: names.of(form.content) };
  });
}

function formOf(recording: Recording, event: HistoryEvent, index: number): NormalEvent | null {
  switch (event.kind) {
    case "send":
      return sent(recording, event.connection, index);
    case "write":
      return written(recording, event.connection, index);
    case "crash":
      return { key: "server", content: { kind: event.kind, cause: event.cause } };
    case "started":
    case "stopping":
    case "stopped":
    case "killed":
    case "heal":
    case "quiet":
    case "left":
      return { key: "server", content: { kind: event.kind } };
    case "skip":
      return { key: `skip ${event.operation}`, content: { kind: event.kind } };
    case "connect":
    case "open":
    case "refused":
    case "leave":
    case "end":
      return { key: `${event.connection} ${event.kind}`, content: { kind: event.kind } };
    // That a frame came in follows from what the network of the plan does.
    default:
      return null;
  }
}

function sent(recording: Recording, connection: string, index: number): NormalEvent | null {
  const frame = recording.clientFrame(index);
  if (frame.kind === "ping" || frame.kind === "pong") return null;
  const event = recording.event(index);
  const text = event.kind === "send" ? event.frame : "";
  if (frame.kind !== "request") {
    return { key: `${connection} sends ${frame.kind}`, content: { kind: "send", frame: text } };
  }
  const { action, eventId } = frame.request;
  return {
    key: `${connection} sends ${action} ${canonical(eventId)}`,
    content: { kind: "send", request: frame.request as unknown as JsonObject },
  };
}

function written(recording: Recording, connection: string, index: number): NormalEvent | null {
  const frame = recording.serverFrame(index);
  switch (frame.kind) {
    case "response": {
      const { meta } = frame;
      const about = `${canonical(meta["action"])} ${canonical(meta["eventId"])}`;
      return {
        key: `${connection} answer ${about}`,
        content: { kind: "response", ...answerContent(frame) },
      };
    }
    case "publication": {
      const { data = null, meta } = frame;
      const about = [meta["channel"], meta["path"], meta["publicationId"]].map(canonical).join(" ");
      return {
        key: `${connection} publication ${about}`,
        content: { kind: "publication", data, meta: metaOf(meta) },
      };
    }
    case "publication-ack": {
      const { id = null, status = null, result = null } = frame;
      return {
        key: `${connection} publication-ack ${canonical(id)}`,
        content: { kind: "publication-ack", id, status, result },
      };
    }
    case "malformed":
      return {
        key: `${connection} malformed`,
        content: { kind: "malformed", reason: frame.reason },
      };
    case "ping":
    case "pong":
    case "system":
    case "server-close":
    case "transport":
      return null;
  }
}

/** Actions whose answers' data a profile decides, or the run. */
const FREE_DATA: ReadonlySet<unknown> = new Set([
  ...["configure-session", "describe", "login", "on", "off", "disconnect"],
]);

function answerContent({ data, isList, meta }: ResponseFrame): JsonObject {
  const { action, status } = meta;
  if (status !== "ok") return { status: status ?? null };
  const isFree = FREE_DATA.has(action) && !Array.isArray(data);
  // The answer to an `on` may hold what is there (SUB-6): items as those of a `get`.
  const hasItems = Array.isArray(data) && (isList || action === "on");
  const items = hasItems ? (data as readonly Json[]).map(itemOf) : null;
  return { status, ...(isFree ? {} : { data: items ?? data ?? null }), meta: metaOf(meta) };
}

/** An item of a pattern `get`: without the ids of the store. */
function itemOf(item: Json): Json {
  if (!isJsonObject(item)) return item;
  const fields = Object.entries(item).filter(([key]) => key !== "_id" && key !== "_meta");
  const { _meta: meta } = item;
  return {
    ...Object.fromEntries(fields),
    path: isJsonObject(meta) ? (meta["path"] ?? null) : null,
  };
}

/** Keys of a `_meta` that the run or the version decides. */
const FREE_META: ReadonlySet<string> = new Set([
  ...["created", "modified", "timestamp", "protocol", "error", "_id"],
]);

function metaOf(meta: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(meta).filter(([key]) => !FREE_META.has(key)));
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Names that both histories share, for ids that each makes up. */
class Names {
  readonly #recording: Recording;
  /** Paths that servers made up for siblings (STO-9), with the path that was asked for. */
  readonly #siblings: readonly (readonly [string, string])[];

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#siblings = recording.exchanges.flatMap(({ request, answers }) => {
      const { options, path } = request;
      if (!isJsonObject(options) || options["set_type"] !== "sibling") return [];
      const made = answers[0]?.frame.meta["path"];
      return typeof made === "string" && typeof path === "string" && made !== path
        ? [[made, `${path}/<sibling>`] as const]
        : [];
    });
  }

  in(text: string): string {
    let named = text;
    for (const [made, name] of this.#siblings) named = named.replaceAll(made, name);
    return named.replace(UUID, (id) => {
      const connection = this.#recording.connectionOfSession(id)?.connection;
      return `<session ${connection ?? "unknown"}>`;
    });
  }

  /** What nests deeper than any data may (FRM-5) has no names in it. */
  of(value: Json, levels = FRAME_DEPTH_MAX): Json {
    if (typeof value === "string") return this.in(value);
    if (levels === 0) return value;
    if (Array.isArray(value)) {
      return (value as readonly Json[]).map((item) => this.of(item, levels - 1));
    }
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.in(key), this.of(item, levels - 1)]),
    );
  }
}
