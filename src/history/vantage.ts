/**
 * What a history tells for certain, by where it was seen from (docs/adr/0006, docs/adr/0013).
 *
 * Seen at the server, an event's index is its moment. Seen at a client's end of a socket, an arrival
 * came about at its index or later, and a write at its index or earlier: intervals are wider than
 * they were, which is sound wherever a judgement asks what was over before something else began.
 * Where it asks for more (which of two writes to two clients came first; whether a client was still
 * listening), a round trip tells: what the server wrote to a connection after a request of it was
 * sent, it wrote after all that was known to anybody when the request was sent.
 *
 * @packageDocumentation
 */
import type { HistoryHeader } from "./event.js";

/** A frame of a client's and what answered it, both on one connection. */
export interface RoundTrip {
  readonly connection: string;
  /** Index of its arrival. */
  readonly startIndex: number;
  /** Index of the answer's `write`. */
  readonly endIndex: number;
}

export class Vantage {
  readonly #header: HistoryHeader;
  readonly #connectionOf: (index: number) => string | null;
  readonly #byConnection = new Map<string, RoundTrip[]>();

  /** @param connectionOf the connection of an event; null where it has none */
  constructor(
    header: HistoryHeader,
    roundTrips: Iterable<RoundTrip>,
    connectionOf: (index: number) => string | null,
  ) {
    this.#header = header;
    this.#connectionOf = connectionOf;
    if (this.isAtServer) return;
    for (const trip of roundTrips) {
      const known = this.#byConnection.get(trip.connection);
      if (known === undefined) this.#byConnection.set(trip.connection, [trip]);
      else known.push(trip);
    }
  }

  get isAtServer(): boolean {
    return this.#header.boundary === undefined;
  }

  /** Whether clients that no event shows may use the server meanwhile. */
  get hasOthers(): boolean {
    return this.#header.others === true;
  }

  /**
   * Whether all that the server had written to a connection by the moment of an event is in the
   * history, or in that part of it which ends before an index.
   */
  showsAllBefore(connection: string, index: number, endsBefore = Infinity): boolean {
    if (this.isAtServer) return true;
    return this.#tripsOf(connection).some(
      ({ startIndex, endIndex }) => startIndex > index && endIndex < endsBefore,
    );
  }

  /** Whether one `write` certainly came after another one. */
  isWrittenAfter(later: number, earlier: number): boolean {
    const connection = this.#connectionOf(later);
    if (this.isAtServer || connection === null || connection === this.#connectionOf(earlier)) {
      return later > earlier;
    }
    return this.#tripsOf(connection).some(
      ({ startIndex, endIndex }) => startIndex > earlier && endIndex < later,
    );
  }

  /**
   * Whether nothing was stored at a path, or at any path of a pattern, before this history began,
   * and nobody writes there whom it does not show.
   */
  isOwn(path: string): boolean {
    const { fresh, namespace } = this.#header;
    if (namespace !== undefined && isWithin(path, namespace)) return true;
    return fresh && !this.hasOthers;
  }

  #tripsOf(connection: string): readonly RoundTrip[] {
    return this.#byConnection.get(connection) ?? [];
  }
}

/** Whether the namespace is a whole segment, or ends one, before the first `*`. */
function isWithin(path: string, namespace: string): boolean {
  const star = path.indexOf("*");
  const literal = star < 0 ? `${path}/` : path.slice(0, star);
  return literal.includes(`${namespace}/`);
}
