/**
 * A history made ready for questions: frames parsed once, answers paired with their requests,
 * connections with their sessions.
 *
 * All instants used for judging are indices of events at the *server boundary* (`arrive`, `write`,
 * `open`, `end`): what lies in between is the network's, and a server can't know of it.
 *
 * @packageDocumentation
 */
import type { ClientFrame, ServerFrame } from "../protocol/index.js";
import type { History, HistoryEvent, HistoryHeader } from "./event.js";
import type { ConnectionRecord, Exchange, Publication, StrayAnswer } from "./exchange.js";
import { Pairing } from "./pairing.js";
import { Vantage } from "./vantage.js";

export class Recording {
  readonly header: HistoryHeader;
  readonly events: readonly HistoryEvent[];
  readonly exchanges: readonly Exchange[];
  readonly publications: readonly Publication[];
  readonly strays: readonly StrayAnswer[];
  readonly connections: ReadonlyMap<string, ConnectionRecord>;
  /** Index of the first crash, or null. */
  readonly crashIndex: number | null;
  readonly #pairing: Pairing;
  readonly #bySession = new Map<string, ConnectionRecord>();
  /** What can be told for certain from where this was seen. */
  readonly vantage: Vantage;

  constructor(history: History) {
    this.header = history.header;
    this.events = history.events;
    const pairing = new Pairing(history.events);
    this.vantage = new Vantage(history.header, pairing.roundTrips(), (index) => {
      const event = this.event(index);
      return "connection" in event ? event.connection : null;
    });
    pairing.learnSessions(this.vantage);
    this.#pairing = pairing;
    this.exchanges = pairing.exchanges;
    this.publications = pairing.publications;
    this.strays = pairing.strays;
    this.connections = pairing.connections;
    this.crashIndex = pairing.crashIndex;
    for (const record of pairing.connections.values()) {
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
    return this.#pairing.clientFrame(index);
  }

  /** The parsed frame of a `write`, or of the `write` that a `receive` names. */
  serverFrame(index: number): ServerFrame {
    return this.#pairing.serverFrame(index);
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
