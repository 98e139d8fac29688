/**
 * Requests paired with their answers, and connections with their sessions, event by event.
 *
 * @packageDocumentation
 */
import {
  canonical,
  parseClientFrame,
  parseServerFrame,
  type ClientFrame,
  type Json,
  type ServerFrame,
} from "../protocol/index.js";
import type { HistoryEvent } from "./event.js";
import {
  publicationIdOf,
  sessionIdOf,
  type Answer,
  type ConnectionRecord,
  type Exchange,
  type Publication,
  type ResponseFrame,
  type StrayAnswer,
} from "./exchange.js";
import type { RoundTrip, Vantage } from "./vantage.js";

type Open<T> = { -readonly [Key in keyof T]: T[Key] };
type OpenExchange = Omit<Open<Exchange>, "answers"> & { answers: Answer[] };

/**
 * One pass over the events, which may still be coming: what is asked for meanwhile holds for those
 * that have come.
 */
export class Pairing {
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

  readonly #events: readonly HistoryEvent[];
  /** How many events have been paired. */
  #taken = 0;
  readonly #clientFrames = new Map<number, ClientFrame>();
  readonly #serverFrames = new Map<number, ServerFrame>();

  /** @param events a list that may still grow */
  constructor(events: readonly HistoryEvent[]) {
    this.#events = events;
  }

  /** The parsed frame of a `send`, or of the `send` that an `arrive` or a `relay` names. */
  clientFrame(index: number): ClientFrame {
    const event = this.#event(index);
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
    const event = this.#event(index);
    if (event.kind === "receive") return this.serverFrame(event.of);
    if (event.kind !== "write") throw new TypeError(`event ${index} carries no server frame`);
    let frame = this.#serverFrames.get(index);
    if (frame === undefined) {
      frame = parseServerFrame(event.frame);
      this.#serverFrames.set(index, frame);
    }
    return frame;
  }

  /** Whether a request has reached the server, is not answered, and still can be. */
  hasUnanswered(): boolean {
    this.#catchUp();
    return this.exchanges.some(
      ({ arriveIndex, answers, connection }) =>
        arriveIndex !== null && answers.length === 0 && this.#of(connection).endIndex === null,
    );
  }

  /** Requests with their first answers, and pings with their pongs. */
  roundTrips(): readonly RoundTrip[] {
    this.#catchUp();
    const trips: RoundTrip[] = [...this.#pingTrips];
    for (const { connection, arriveIndex, answers } of this.exchanges) {
      const [answer] = answers;
      if (arriveIndex === null || answer === undefined) continue;
      trips.push({ connection, startIndex: arriveIndex, endIndex: answer.writeIndex });
    }
    return trips;
  }

  /** A session that never logged in (SES-3) is named by the publications of its writes (PUB-2). */
  learnSessions(vantage: Vantage): void {
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
  }

  #catchUp(): void {
    for (; this.#taken < this.#events.length; this.#taken += 1) {
      this.#take(this.#event(this.#taken), this.#taken);
    }
  }

  #event(index: number): HistoryEvent {
    const event = this.#events[index];
    if (event === undefined) throw new RangeError(`the history has no event ${index}`);
    return event;
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
      case "started":
        // What a process left open is over with it, at the latest when the next one begins.
        this.#endAll(index);
        return;
      case "send":
        this.#send(event.connection, event.operation, index);
        return;
      case "relay": {
        const sent = this.#event(event.of);
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
        return;
    }
  }

  #endAll(index: number): void {
    for (const record of this.connections.values()) record.endIndex ??= index;
  }

  #of(connection: string): Open<ConnectionRecord> {
    const record = this.connections.get(connection);
    if (record === undefined) throw new RangeError(`connection ${connection} was never opened`);
    return record;
  }

  #send(connection: string, operation: string | null, index: number): void {
    const frame = this.clientFrame(index);
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
    const frame = this.clientFrame(index);
    if (frame.kind !== "ping") return;
    const key = keyOf(connection, frame.stamp);
    const waiting = this.#pings.get(key);
    if (waiting === undefined) this.#pings.set(key, [index]);
    else waiting.push(index);
  }

  #write(connection: string, at: number, index: number): void {
    const frame = this.serverFrame(index);
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
