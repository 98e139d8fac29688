/**
 * A history as text: JSON lines, the header first, then one event a line.
 *
 * The header's line also says how many events follow (`"events": 120`), so that a file cut off
 * between two lines is told from a whole one. A line without it (written by hand) is accepted.
 *
 * @packageDocumentation
 */
import {
  canonical,
  isJsonObject,
  PERMISSION_ACTIONS,
  type Json,
  type JsonObject,
} from "../protocol/index.js";
import { HISTORY_FORMAT, type History, type HistoryEvent, type HistoryHeader } from "./event.js";

export type ParsedHistory =
  | { readonly ok: true; readonly history: History }
  /** One sentence or two for a person: the line, what is wrong with it, and what to do. */
  | { readonly ok: false; readonly message: string };

/** The JSON lines of a history; ends with a newline. */
export function formatHistory(history: History): string {
  const header = { ...history.header, events: history.events.length };
  return [header, ...history.events].map((line) => `${JSON.stringify(line)}\n`).join("");
}

/**
 * The text that the trace hash is computed over: every event, and of the header what judging
 * depends on. `target` is left out: it is how the target was called (a name, a path, a URL), and
 * the same server called otherwise has the same trace. Keys are sorted, frames stand as sent.
 */
export function canonicalHistory(history: History): string {
  const { format, profile, mode, epochMs, fresh } = history.header;
  const { boundary, namespace, others, store, security } = history.header;
  const header: JsonObject = {
    ...{ format, profile, mode, epochMs, fresh },
    ...(boundary === undefined ? {} : { boundary }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(others === undefined ? {} : { others }),
    ...(store === undefined ? {} : { store }),
    ...(security === undefined ? {} : { security: security as unknown as Json }),
  };
  const lines = [header, ...(history.events as unknown as readonly JsonObject[])];
  return lines.map((line) => `${canonical(line)}\n`).join("");
}

/** Reads JSON lines. Total: whatever the text, it answers, and never throws. */
export function parseHistory(text: string): ParsedHistory {
  try {
    return { ok: true, history: new Reader().read(text) };
  } catch (error) {
    if (error instanceof LineError) return { ok: false, message: error.message };
    throw error;
  }
}

/** Private to this file: carries a message out of the reader. */
class LineError extends Error {}

type Check = (value: Json) => boolean;

const isText: Check = (value) => typeof value === "string";
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isWhole: Check = (value) => Number.isSafeInteger(value);
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isTextOrNull: Check = (value) => value === null || isText(value);
const oneOf =
  (...names: readonly string[]): Check =>
  (value) =>
    names.includes(value as string);

const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && (value as readonly Json[]).every(check);
const isRecordOf =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isJsonObject(value) &&
    Object.entries(fields).every(([name, check]) => check(value[name] as Json)) &&
    Object.keys(value).every((name) => Object.hasOwn(fields, name));

const isActions = isListOf(oneOf(...PERMISSION_ACTIONS));
const isDirectory = isRecordOf({
  groups: isListOf(
    isRecordOf({
      name: isText,
      permissions: isListOf(isRecordOf({ path: isText, actions: isActions })),
    }),
  ),
  users: isListOf(isRecordOf({ name: isText, password: isText, groups: isTexts })),
});
const CHANGES: readonly Check[] = [
  isRecordOf({
    kind: oneOf("grant", "withdraw"),
    group: isText,
    path: isText,
    actions: isActions,
  }),
  isRecordOf({ kind: oneOf("link", "unlink"), user: isText, group: isText }),
  isRecordOf({ kind: oneOf("set-password"), user: isText, password: isText }),
  isRecordOf({ kind: oneOf("remove-user"), user: isText }),
  isRecordOf({ kind: oneOf("revoke-session"), sessionId: isText }),
];
const isChange: Check = (value) => CHANGES.some((check) => check(value));

const HEADER: Readonly<Record<string, Check>> = {
  format: (value) => value === HISTORY_FORMAT,
  target: isText,
  profile: isText,
  mode: oneOf("lockstep", "concurrent", "recorded"),
  epochMs: (value) => value === null || isCount(value),
  fresh: (value) => typeof value === "boolean",
};

/** Fields of the header that may be absent. */
const HEADER_OPTIONS: Readonly<Record<string, Check>> = {
  boundary: (value) => value === "client",
  namespace: (value) => isText(value) && value !== "",
  others: (value) => value === true,
  store: oneOf("memory", "file"),
  security: isDirectory,
};

/** Fields of events that may be absent. */
const EVENT_OPTIONS: Readonly<
  Partial<Record<HistoryEvent["kind"], Readonly<Record<string, Check>>>>
> = {
  connect: { partial: (value) => value === true },
};

/** The fields of each kind of event, `at` and `kind` aside. */
const FIELDS: Readonly<Record<HistoryEvent["kind"], Readonly<Record<string, Check>>>> = {
  started: {},
  stopping: {},
  stopped: {},
  killed: { loses: oneOf("process", "machine") },
  connect: { connection: isText, client: isText },
  open: { connection: isText },
  refused: { connection: isText, reason: isText },
  send: { connection: isText, operation: isTextOrNull, frame: isText },
  relay: { connection: isText, of: isCount },
  arrive: { connection: isText, of: isCount },
  write: { connection: isText, frame: isText },
  receive: { connection: isText, of: isCount },
  leave: { connection: isText, how: oneOf("close", "cut") },
  end: { connection: isText, by: oneOf("client", "server", "network"), how: isText },
  closed: { connection: isText, how: isText },
  skip: { operation: isText, reason: isText },
  crash: {
    cause: oneOf("uncaught-exception", "unhandled-rejection", "exit", "hang"),
    message: isText,
    frames: isTexts,
  },
  undeterministic: { what: isText, site: isText },
  administer: { operation: isText, change: isChange },
  administered: { of: isCount, error: isTextOrNull },
  fault: { fault: isText, what: (value) => isJsonObject(value) && isText(value["kind"] ?? null) },
  healed: { fault: isText },
  clock: { offsetMs: isWhole, perMillion: isWhole },
  heal: {},
  quiet: {},
  left: {},
  census: { timers: isCount, sockets: isCount },
};

class Reader {
  readonly #events: HistoryEvent[] = [];
  readonly #connections = new Set<string>();
  readonly #arrived = new Set<number>();
  #line = 1;

  read(text: string): History {
    const lines = text.split("\n");
    const rest = lines.pop();
    if (lines.length === 0 && rest === "") this.#fail("is missing: the history is empty");
    const [first = rest ?? "", ...others] = lines;
    if (lines.length > 0 && rest !== "") others.push(rest as string);
    const { header, eventCount } = this.#header(this.#object(first));
    others.forEach((line, index) => {
      this.#line = index + 2;
      this.#event(this.#object(line));
    });
    this.#line = lines.length + 1;
    if (eventCount !== null && eventCount !== this.#events.length) {
      this.#fail(
        `is missing or one too many: the header promises ${eventCount} events, the file has ${this.#events.length}`,
      );
    }
    return { header, events: this.#events };
  }

  #header(value: JsonObject): { header: HistoryHeader; eventCount: number | null } {
    if (typeof value["format"] === "number" && value["format"] !== HISTORY_FORMAT) {
      this.#fail(
        `has format ${value["format"]}, and this version reads format ${HISTORY_FORMAT}`,
        "Read it with the version that wrote it.",
      );
    }
    const { events: eventCount = null, ...header } = value;
    if (eventCount !== null && !isCount(eventCount)) this.#fail(`has no whole number of "events"`);
    this.#fields(header, HEADER, "a header", HEADER_OPTIONS);
    return {
      header: header as unknown as HistoryHeader,
      eventCount: eventCount as number | null,
    };
  }

  #event(value: JsonObject): void {
    const kind = value["kind"];
    if (typeof kind !== "string" || !Object.hasOwn(FIELDS, kind)) {
      this.#fail(`is an event of no known kind: ${canonical(kind)}`);
    }
    const fields = FIELDS[kind as HistoryEvent["kind"]];
    const options = EVENT_OPTIONS[kind as HistoryEvent["kind"]] ?? {};
    this.#fields(value, { at: isCount, kind: isText, ...fields }, `an event "${kind}"`, options);
    const event = value as unknown as HistoryEvent;
    const before = this.#events.at(-1)?.at ?? 0;
    if (event.at < before) this.#fail(`goes back in time, from ${before} to ${event.at} ms`);
    this.#references(event);
    this.#events.push(event);
  }

  /** Connections are opened before they are used; `of` points back to a frame of the same connection. */
  #references(event: HistoryEvent): void {
    if (event.kind === "administered") {
      if (this.#events[event.of]?.kind !== "administer") {
        this.#fail(`says that event ${event.of} is made, which is no earlier "administer"`);
      }
      if (this.#arrived.has(event.of)) this.#fail(`says that event ${event.of} is made once more`);
      this.#arrived.add(event.of);
      return;
    }
    if (!("connection" in event)) return;
    if (event.kind === "connect") {
      if (this.#connections.has(event.connection)) {
        this.#fail(`opens connection "${event.connection}" a second time`);
      }
      this.#connections.add(event.connection);
      return;
    }
    if (!this.#connections.has(event.connection)) {
      this.#fail(`uses connection "${event.connection}", which no "connect" opened`);
    }
    if (event.kind !== "arrive" && event.kind !== "receive" && event.kind !== "relay") return;
    const wanted = event.kind === "receive" ? "write" : "send";
    const origin = this.#events[event.of];
    const isRelayed = event.kind === "arrive" && origin?.kind === "relay";
    if ((origin?.kind !== wanted && !isRelayed) || origin.connection !== event.connection) {
      const what = event.kind === "relay" ? "was relayed" : "arrived";
      this.#fail(
        `says that event ${event.of} ${what}, which is no earlier "${wanted}" of "${event.connection}"`,
      );
    }
    if (event.kind === "relay") return;
    if (this.#arrived.has(event.of)) this.#fail(`says that event ${event.of} arrived once more`);
    this.#arrived.add(event.of);
  }

  #fields(
    value: JsonObject,
    fields: Readonly<Record<string, Check>>,
    what: string,
    options: Readonly<Record<string, Check>> = {},
  ): void {
    for (const [name, check] of [...Object.entries(fields), ...Object.entries(options)]) {
      const field = Object.hasOwn(value, name) ? value[name] : undefined;
      if (field === undefined && Object.hasOwn(options, name)) continue;
      if (field === undefined) this.#fail(`is ${what} without "${name}"`);
      else if (!check(field))
        this.#fail(`is ${what} whose "${name}" cannot be ${canonical(field)}`);
    }
    for (const name of Object.keys(value)) {
      if (Object.hasOwn(fields, name) || Object.hasOwn(options, name)) continue;
      this.#fail(`is ${what} with an unknown field "${name}"`);
    }
  }

  #object(line: string): JsonObject {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      this.#fail("is not JSON");
    }
    if (!isJsonObject(value)) this.#fail("is not a JSON object");
    return value;
  }

  #fail(what: string, remedy = "The file is truncated or was edited; record it again."): never {
    throw new LineError(`line ${this.#line} of the history ${what}. ${remedy}`);
  }
}
