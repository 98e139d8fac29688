/**
 * Small histories for the tests of properties, written like scripts. Each step takes one virtual
 * millisecond and happens at both boundaries; every method returns the index of the event that the
 * properties name as evidence.
 *
 * @packageDocumentation
 */
import {
  Recording,
  type HistoryEvent,
  type HistoryFact,
  type HistoryHeader,
} from "../src/history/index.js";
import {
  isJsonObject,
  type Json,
  type JsonObject,
  type LaterDialect,
} from "../src/protocol/index.js";

/** A request under way. */
export interface Sent {
  readonly connection: string;
  readonly frame: JsonObject;
  /** Index of `arrive`. */
  readonly arriveIndex: number;
}

export class HistoryBuilder {
  readonly #header: HistoryHeader;
  readonly #events: HistoryEvent[] = [];
  readonly #connections = new Map<string, string>();
  readonly #eventIds = new Map<string, number>();
  #at = 0;

  constructor(header: Partial<HistoryHeader> = {}) {
    this.#header = {
      format: 1,
      target: "reference",
      profile: "1.x",
      mode: "concurrent",
      epochMs: 1_000_000,
      fresh: true,
      ...header,
    };
  }

  /** Opens a connection of a client's and logs it in. Session ids count up: see `sessionOf`. */
  connect(...clients: readonly string[]): this {
    for (const client of clients) {
      const connection = this.open(client);
      const login = this.send(client, { action: "login", data: { info: {} } });
      this.answer(login, { data: { id: this.sessionOf(connection) } });
    }
    return this;
  }

  /** The same, of clients that ask for a dialect first. */
  speak(dialect: LaterDialect, ...clients: readonly string[]): this {
    for (const client of clients) {
      const connection = this.open(client);
      const data = { protocol: dialect };
      this.answer(this.send(client, { action: "configure-session", data }), { data: null });
      const login = this.send(client, { action: "login", data: { protocol: dialect } });
      this.answer(login, { data: { id: this.sessionOf(connection) } });
    }
    return this;
  }

  /** Opens a connection of a client's, without login; its name is the client's with `#n`. */
  open(client: string): string {
    const before = this.#connections.get(client);
    const connection = `${client}#${before === undefined ? 1 : Number(before.split("#")[1]) + 1}`;
    this.#connections.set(client, connection);
    this.#eventIds.set(connection, 0);
    this.event({ kind: "connect", connection, client });
    this.event({ kind: "open", connection });
    return connection;
  }

  /** The session id that `connect` gives to a connection: `c1#1`, or a client's present one. */
  sessionOf(connection: string): string {
    const name = connection.includes("#") ? connection : this.#of(connection);
    const digits = name.replaceAll(/[^0-9]/g, "").padStart(12, "0");
    return `00000000-0000-4000-8000-${digits}`;
  }

  event(fact: HistoryFact): number {
    this.#at += 1;
    this.#events.push({ at: this.#at, ...fact });
    return this.#events.length - 1;
  }

  /** A request that is sent and arrives; `eventId` and `sessionId` are added where absent. */
  send(client: string, request: JsonObject): Sent {
    const connection = this.#of(client);
    const eventId = (this.#eventIds.get(connection) ?? 0) + 1;
    this.#eventIds.set(connection, eventId);
    const hasSession = request["action"] !== "login" && request["action"] !== "describe";
    const frame = {
      eventId,
      ...(hasSession ? { sessionId: this.sessionOf(connection) } : {}),
      ...request,
    };
    return { connection, frame, arriveIndex: this.raw(client, JSON.stringify(frame)) };
  }

  /** Any text that is sent and arrives. */
  raw(client: string, frame: string): number {
    const connection = this.#of(client);
    const of = this.event({ kind: "send", connection, operation: null, frame });
    return this.event({ kind: "arrive", connection, of });
  }

  /** The answer that the protocol wants to a request; `changed` replaces its `data` and adds to its `_meta`. */
  answer(sent: Sent, changed: { data?: Json; meta?: JsonObject } = {}): number {
    const { action, eventId, sessionId, path, data, options } = sent.frame;
    const stores = !(isJsonObject(options) && options["noStore"] === true);
    const isWrite = action === "set";
    const meta = {
      ...(isWrite && stores ? { created: 5, modified: 6 } : {}),
      ...(isWrite || action === "remove" ? { path: path ?? null } : {}),
      ...(action === "remove" ? { timestamp: 6 } : {}),
      published: isWrite || action === "remove",
      type: "response",
      status: "ok",
      eventId: eventId ?? null,
      ...(sessionId === undefined ? {} : { sessionId }),
      action: action ?? null,
      ...changed.meta,
    };
    const usual: Json = isWrite
      ? data === undefined
        ? {}
        : data
      : action === "remove"
        ? { removed: 1 }
        : {};
    return this.write(sent.connection, {
      data: changed.data === undefined ? usual : changed.data,
      _meta: meta,
    });
  }

  /** The publication that the protocol wants of a `set` or `remove`, to a client on a channel. */
  publish(
    client: string,
    channel: string,
    sent: Sent,
    changed: { data?: Json; meta?: JsonObject } = {},
  ): number {
    const { action, eventId, path, data, options } = sent.frame;
    const { noStore = false, meta = {}, consistency = 2 } = isJsonObject(options) ? options : {};
    const session = this.sessionOf(sent.connection);
    const isSet = action === "set";
    const usual = {
      ...(isSet && noStore !== true ? { created: 5, modified: 6 } : {}),
      path: path ?? null,
      channel,
      action: `/${isSet ? "SET" : "REMOVE"}@${textOf(path)}`,
      type: "data",
      sessionId: session,
      consistency,
      publicationId: `${session}-${textOf(eventId)}`,
      ...(meta as JsonObject),
      ...changed.meta,
    };
    return this.write(this.#of(client), {
      data: changed.data ?? (isSet ? (data === undefined ? {} : data) : { removed: 1 }),
      _meta: usual,
    });
  }

  /** A frame that the server writes and the client gets. */
  write(connection: string, frame: Json): number {
    const text = JSON.stringify(frame);
    const index = this.event({ kind: "write", connection, frame: text });
    this.event({ kind: "receive", connection, of: index });
    return index;
  }

  /** A request and its answer. */
  request(
    client: string,
    frame: JsonObject,
    changed: { data?: Json; meta?: JsonObject } = {},
  ): Sent {
    const sent = this.send(client, frame);
    this.answer(sent, changed);
    return sent;
  }

  on(client: string, channel: string, options: JsonObject = {}): Sent {
    return this.request(client, { action: "on", path: channel, options });
  }

  off(client: string, channel: string, options: JsonObject = {}): Sent {
    return this.request(client, { action: "off", path: channel, options });
  }

  /** A `set` that is under way; `answer` it. */
  set(client: string, path: string, data: Json, options: JsonObject = {}): Sent {
    return this.send(client, { action: "set", path, data, options });
  }

  /** A `remove` that is under way; `answer` it. */
  remove(client: string, path: string, options: JsonObject = {}): Sent {
    return this.send(client, { action: "remove", path, options });
  }

  /** The client closes its connection, and the server learns of it. */
  leave(client: string): number {
    const connection = this.#of(client);
    this.event({ kind: "leave", connection, how: "close" });
    return this.event({ kind: "end", connection, by: "client", how: "close 1000" });
  }

  /** Lets that many milliseconds pass. */
  pass(durationMs: number): this {
    this.#at += durationMs;
    return this;
  }

  quiet(): this {
    this.event({ kind: "quiet" });
    return this;
  }

  recording(): Recording {
    return new Recording({ header: this.#header, events: this.#events });
  }

  #of(client: string): string {
    const connection = this.#connections.get(client);
    if (connection === undefined) throw new RangeError(`${client} has no connection`);
    return connection;
  }
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/** An error's `_meta` (COR-4). */
export const REFUSED: JsonObject = { status: "error", error: { name: "Error", message: "no" } };
