/**
 * A history made ready for questions: frames parsed once, answers paired with their requests,
 * connections with their sessions.
 *
 * All instants used for judging are indices of events at the *server boundary* (`arrive`, `write`,
 * `open`, `end`): what lies in between is the network's, and a server can't know of it.
 *
 * @packageDocumentation
 */
import {
  canonical,
  isJsonObject,
  parseClientFrame,
  parseServerFrame,
  publicationIdOf,
  type ClientFrame,
  type Json,
  type Request,
  type ServerFrame,
} from "../protocol/index.js";
import type { History, HistoryEvent, HistoryHeader } from "./event.js";
import { Vantage, type RoundTrip } from "./vantage.js";

export type ResponseFrame = Extract<ServerFrame, { kind: "response" }>;
export type PublicationFrame = Extract<ServerFrame, { kind: "publication" }>;

/** One answer to a request, as the server wrote it. */
export interface Answer {
  readonly writeIndex: number;
  readonly at: number;
  readonly frame: ResponseFrame;
}

/** A request that a client sent, and what came back. */
export interface Exchange {
  readonly connection: string;
  readonly client: string;
  /** The plan's operation; null where nobody planned it. */
  readonly operation: string | null;
  readonly request: Request;
  /** Where it was sent: by its client, or by a relay that sent it once more (then it is a request by itself). */
  readonly sendIndex: number;
  /** Null when it never reached the server: then it had no effect. */
  readonly arriveIndex: number | null;
  readonly arriveAt: number | null;
  /** Answers with this request's eventId (and action, where several requests share the eventId); none, one, or by mistake more. */
  readonly answers: readonly Answer[];
}

/** A publication as the server wrote it to one connection. */
export interface Publication {
  readonly connection: string;
  readonly client: string;
  readonly writeIndex: number;
  readonly at: number;
  readonly frame: PublicationFrame;
}

/** A response that answers no well-formed request of its connection. */
export interface StrayAnswer {
  readonly connection: string;
  readonly client: string;
  readonly writeIndex: number;
  readonly frame: ResponseFrame;
}

/** One connection from `connect` to its end. */
export interface ConnectionRecord {
  readonly connection: string;
  readonly client: string;
  /** As answered by the first `login`; else as the publications of its writes show it; null when nothing does. */
  readonly sessionId: string | null;
  readonly openIndex: number | null;
  /** Server boundary: the index of `end` (or of the end of the process that took it), null while it lives. */
  readonly endIndex: number | null;
  /** Client boundary: the index of `leave`, null where the client never left by itself. */
  readonly leaveIndex: number | null;
  /** Whether it was in use before the history began. */
  readonly isPartial: boolean;
}

export class Recording {
  readonly header: HistoryHeader;
  readonly events: readonly HistoryEvent[];
  readonly exchanges: readonly Exchange[];
  readonly publications: readonly Publication[];
  readonly strays: readonly StrayAnswer[];
  readonly connections: ReadonlyMap<string, ConnectionRecord>;
  /** Index of the first crash, or null. */
  readonly crashIndex: number | null;
  readonly #clientFrames = new Map<number, ClientFrame>();
  readonly #serverFrames = new Map<number, ServerFrame>();
  readonly #bySession = new Map<string, ConnectionRecord>();
  /** What can be told for certain from where this was seen. */
  readonly vantage: Vantage;

  constructor(history: History) {
    this.header = history.header;
    this.events = history.events;
    const pairing = new Pairing(this);
    this.vantage = new Vantage(history.header, pairing.roundTrips(), (index) => {
      const event = this.event(index);
      return "connection" in event ? event.connection : null;
    });
    const found = pairing.learnSessions(this.vantage);
    this.exchanges = found.exchanges;
    this.publications = found.publications;
    this.strays = found.strays;
    this.connections = found.connections;
    this.crashIndex = found.crashIndex;
    for (const record of found.connections.values()) {
      if (record.sessionId !== null) this.#bySession.set(record.sessionId, record);
    }
  }

  /** The event at an index; the index must exist. */
  event(index: number): HistoryEvent {
    const event = this.events[index];
    if (event === undefined) throw new RangeError(`the history has no event ${index}`);
    return event;
  }

  /** The parsed frame of a `send`, or of the `send` that an `arrive` or a `relay` names. */
  clientFrame(index: number): ClientFrame {
    const event = this.event(index);
    if (event.kind === "arrive" || event.kind === "relay") return this.clientFrame(event.of);
    if (event.kind !== "send") throw new TypeError(`event ${index} carries no client frame`);
    let frame = this.#clientFrames.get(index);
    if (frame === undefined) {
      frame = parseClientFrame(event.frame);
      this.#clientFrames.set(index, frame);
    }
    return frame;
  }

  /** The parsed frame of a `write`, or of the `write` that a `receive` names. */
  serverFrame(index: number): ServerFrame {
    const event = this.event(index);
    if (event.kind === "receive") return this.serverFrame(event.of);
    if (event.kind !== "write") throw new TypeError(`event ${index} carries no server frame`);
    let frame = this.#serverFrames.get(index);
    if (frame === undefined) {
      frame = parseServerFrame(event.frame);
      this.#serverFrames.set(index, frame);
    }
    return frame;
  }

  /** The connection that has this session id, or null. */
  connectionOfSession(sessionId: string): ConnectionRecord | null {
    return this.#bySession.get(sessionId) ?? null;
  }

  connection(id: string): ConnectionRecord {
    const record = this.connections.get(id);
    if (record === undefined) throw new RangeError(`the history has no connection ${id}`);
    return record;
  }
}

/** The id of the session in a login answer; null when it isn't one. */
export function sessionIdOf(data: Json | undefined): string | null {
  if (!isJsonObject(data)) return null;
  const id = data["id"];
  return typeof id === "string" ? id : null;
}

type Open<T> = { -readonly [Key in keyof T]: T[Key] };
type OpenExchange = Omit<Open<Exchange>, "answers"> & { answers: Answer[] };

/** One pass over the events. */
class Pairing {
  readonly #recording: Recording;
  readonly exchanges: OpenExchange[] = [];
  readonly publications: Publication[] = [];
  readonly strays: StrayAnswer[] = [];
  readonly connections = new Map<string, Open<ConnectionRecord>>();
  crashIndex: number | null = null;
  readonly #bySend = new Map<number, OpenExchange>();
  readonly #byEventId = new Map<string, OpenExchange[]>();
  /** Malformed requests that have an eventId, by their `send`; and how many of each are unanswered. */
  readonly #malformed = new Map<number, string>();
  readonly #malformedAsking = new Map<string, number>();
  /** Unanswered pings by connection and stamp, and those that were answered. */
  readonly #pings = new Map<string, number[]>();
  readonly #pingTrips: RoundTrip[] = [];

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /** Requests with their first answers, and pings with their pongs. */
  roundTrips(): readonly RoundTrip[] {
    this.#recording.events.forEach((event, index) => this.#take(event, index));
    const trips: RoundTrip[] = [...this.#pingTrips];
    for (const { connection, arriveIndex, answers } of this.exchanges) {
      const [answer] = answers;
      if (arriveIndex === null || answer === undefined) continue;
      trips.push({ connection, startIndex: arriveIndex, endIndex: answer.writeIndex });
    }
    return trips;
  }

  /** A session that never logged in (SES-3) is named by the publications of its writes (PUB-2). */
  learnSessions(vantage: Vantage): this {
    const known = new Set<string | null>();
    for (const { sessionId } of this.connections.values()) known.add(sessionId);
    for (const { frame, writeIndex } of this.publications) {
      const { sessionId, publicationId, path, action } = frame.meta;
      if (typeof sessionId !== "string" || known.has(sessionId)) continue;
      // Where others write as well, it may be the session of one of them.
      if (vantage.hasOthers && !(typeof path === "string" && vantage.isOwn(path))) continue;
      const publishers = new Set<string>();
      for (const { connection, request, arriveIndex } of this.exchanges) {
        if (arriveIndex === null || arriveIndex > writeIndex) continue;
        if (this.#of(connection).sessionId !== null || request.path !== path) continue;
        if (request.action !== "set" && request.action !== "remove") continue;
        // Initial values (SUB-6) are publications too, of the subscriber's own request.
        if (typeof path !== "string") continue;
        if (action !== `/${request.action.toUpperCase()}@${path}`) continue;
        if (publicationIdOf(sessionId, request.eventId) === publicationId) {
          publishers.add(connection);
        }
      }
      const [publisher] = publishers;
      if (publisher === undefined || publishers.size > 1) continue;
      this.#of(publisher).sessionId = sessionId;
      known.add(sessionId);
    }
    return this;
  }

  #take(event: HistoryEvent, index: number): void {
    switch (event.kind) {
      case "connect":
        this.connections.set(event.connection, {
          connection: event.connection,
          client: event.client,
          sessionId: null,
          openIndex: null,
          endIndex: null,
          leaveIndex: null,
          isPartial: event.partial === true,
        });
        return;
      case "open":
        this.#of(event.connection).openIndex = index;
        return;
      case "refused":
      case "end":
        this.#of(event.connection).endIndex ??= index;
        return;
      case "leave":
        this.#of(event.connection).leaveIndex ??= index;
        return;
      case "crash":
        this.crashIndex ??= index;
        this.#endAll(index);
        return;
      case "killed":
        this.#endAll(index);
        return;
      case "started":
        // What a process left open is over with it, at the latest when the next one begins. Who was
        // on the way when there was none comes to this one.
        this.#endAll(index, ({ openIndex }) => openIndex !== null);
        return;
      case "send":
        this.#send(event.connection, event.operation, index);
        return;
      case "relay": {
        const sent = this.#recording.event(event.of);
        const operation = sent.kind === "send" ? sent.operation : null;
        this.#send(event.connection, operation, index);
        return;
      }
      case "arrive": {
        this.#pinged(event.connection, index);
        const key = this.#malformed.get(event.of);
        if (key !== undefined) this.#countMalformed(key, 1);
        const exchange = this.#bySend.get(event.of);
        if (exchange === undefined) return;
        exchange.arriveIndex = index;
        exchange.arriveAt = event.at;
        return;
      }
      case "write":
        this.#write(event.connection, event.at, index);
        return;
      case "stopping":
      case "stopped":
      case "receive":
      case "closed":
      case "skip":
      case "undeterministic":
      case "fault":
      case "healed":
      case "clock":
      case "heal":
      case "quiet":
      case "left":
      case "census":
      case "administer":
      case "administered":
        return;
    }
  }

  #endAll(index: number, isMeant: (record: ConnectionRecord) => boolean = () => true): void {
    for (const record of this.connections.values()) {
      if (isMeant(record)) record.endIndex ??= index;
    }
  }

  #of(connection: string): Open<ConnectionRecord> {
    const record = this.connections.get(connection);
    if (record === undefined) throw new RangeError(`connection ${connection} was never opened`);
    return record;
  }

  #send(connection: string, operation: string | null, index: number): void {
    const frame = this.#recording.clientFrame(index);
    if (frame.kind === "malformed" && frame.eventId !== undefined) {
      this.#malformed.set(index, keyOf(connection, frame.eventId));
    }
    if (frame.kind !== "request") return;
    const exchange: OpenExchange = {
      connection,
      client: this.#of(connection).client,
      operation,
      request: frame.request,
      sendIndex: index,
      arriveIndex: null,
      arriveAt: null,
      answers: [],
    };
    this.exchanges.push(exchange);
    this.#bySend.set(index, exchange);
    const key = keyOf(connection, frame.request.eventId);
    const sharing = this.#byEventId.get(key);
    if (sharing === undefined) this.#byEventId.set(key, [exchange]);
    else sharing.push(exchange);
  }

  #pinged(connection: string, index: number): void {
    const frame = this.#recording.clientFrame(index);
    if (frame.kind !== "ping") return;
    const key = keyOf(connection, frame.stamp);
    const waiting = this.#pings.get(key);
    if (waiting === undefined) this.#pings.set(key, [index]);
    else waiting.push(index);
  }

  #write(connection: string, at: number, index: number): void {
    const frame = this.#recording.serverFrame(index);
    if (frame.kind === "pong") {
      const startIndex = this.#pings.get(keyOf(connection, frame.stamp))?.shift();
      if (startIndex === undefined) return;
      this.#pingTrips.push({ connection, startIndex, endIndex: index });
      return;
    }
    const record = this.#of(connection);
    if (frame.kind === "publication") {
      this.publications.push({
        connection,
        client: record.client,
        writeIndex: index,
        at,
        frame,
      });
      return;
    }
    if (frame.kind !== "response") return;
    const exchange = this.#askedBy(connection, frame);
    if (exchange === undefined || exchange === "malformed") {
      this.strays.push({ connection, client: record.client, writeIndex: index, frame });
      return;
    }
    exchange.answers.push({ writeIndex: index, at, frame });
    if (exchange.request.action === "login") record.sessionId ??= sessionIdOf(frame.data);
  }

  #countMalformed(key: string, change: 1 | -1): void {
    this.#malformedAsking.set(key, (this.#malformedAsking.get(key) ?? 0) + change);
  }

  /**
   * Of the requests with that eventId, the first unanswered one of that action; else a malformed
   * one (FRM-5), whose answer is nobody else's; else any that fits.
   */
  #askedBy(connection: string, frame: ResponseFrame): OpenExchange | "malformed" | undefined {
    const key = keyOf(connection, frame.meta["eventId"]);
    const sharing = this.#byEventId.get(key) ?? [];
    const arrived = sharing.filter(({ arriveIndex }) => arriveIndex !== null);
    const action = frame.meta["action"];
    const asking = arrived.find(
      ({ request, answers }) => answers.length === 0 && request.action === action,
    );
    if (asking !== undefined) return asking;
    if ((this.#malformedAsking.get(key) ?? 0) > 0) {
      this.#countMalformed(key, -1);
      return "malformed";
    }
    return (
      arrived.find(({ answers }) => answers.length === 0) ??
      arrived.findLast(({ request }) => request.action === action) ??
      arrived.at(-1)
    );
  }
}

function keyOf(connection: string, eventId: Json | undefined): string {
  return `${connection} ${canonical(eventId)}`;
}
