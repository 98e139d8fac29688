/**
 * What connections speak: the dialect that each asked for first, and from when on it asked for
 * another one, or for what is none (SES-8, DIA-1).
 *
 * @packageDocumentation
 */
import { dialectNamed, type Dialect, type Profile } from "../../models/index.js";
import type { Exchange, Recording } from "../../src/history/index.js";
import { isJsonObject, type Json } from "../../src/protocol/index.js";
import { workedOutOnce } from "../worked-out.js";

const NAME_OF_ONE = /^happn(_\d+(\.\d+)*)?$/;

/** The protocol that a `configure-session` asks for; null where it isn't one or names none. */
export function protocolAsked({ request }: Pick<Exchange, "request">): string | null {
  if (request.action !== "configure-session") return null;
  const protocol: Json | undefined = isJsonObject(request.data)
    ? request.data["protocol"]
    : undefined;
  return typeof protocol === "string" ? protocol : null;
}

/** Whether a name has the form of a protocol's: `happn_1.3.0`, `happn_4`. */
export function isProtocolName(name: string): boolean {
  return NAME_OF_ONE.test(name);
}

/** The dialects of a recording's connections. */
export class Spoken {
  /**
   * By connection, the index from which what the server makes of it is open: it should go on as before
   * (SES-8), or speak otherwise. What one asked for before the history began, nobody knows.
   */
  readonly foreignSince: ReadonlyMap<string, number>;
  readonly #profile: Profile;
  readonly #dialects = new Map<string, Dialect>();
  /** By connection, all that it has asked for. */
  readonly #asked = new Map<string, Set<Dialect>>();

  constructor(recording: Recording, profile: Profile) {
    this.#profile = profile;
    const since = new Map<string, number>();
    for (const { connection, isPartial } of recording.connections.values()) {
      if (isPartial) since.set(connection, -1);
    }
    for (const exchange of firstOfEach(recording)) {
      const dialect = this.#agreedOn(exchange);
      if (dialect !== null) this.#dialects.set(exchange.connection, dialect);
    }
    for (const exchange of recording.exchanges) {
      const { request, connection, arriveIndex } = exchange;
      if (request.action !== "configure-session" || arriveIndex === null) continue;
      const name = protocolAsked(exchange);
      const dialect = name === null ? null : dialectNamed(profile.dialects, name);
      if (dialect !== null) {
        this.#asked.set(connection, (this.#asked.get(connection) ?? new Set()).add(dialect));
      }
      if (name === this.of(connection).id) continue;
      since.set(connection, Math.min(arriveIndex, since.get(connection) ?? Infinity));
    }
    this.foreignSince = since;
  }

  /** What a connection speaks, as long as it isn't foreign. */
  of(connection: string): Dialect {
    return this.#dialects.get(connection) ?? this.#profile.dialects[0];
  }

  /** What a connection speaks when an event happens; the first dialect, of which least is known, where that is open. */
  dialectAt(connection: string, index: number): Dialect {
    return this.isForeignAt(connection, index) ? this.#profile.dialects[0] : this.of(connection);
  }

  /** Whether it is open by then what a connection speaks. */
  isForeignAt(connection: string, index: number): boolean {
    return (this.foreignSince.get(connection) ?? Infinity) <= index;
  }

  /** All that a connection may speak at one time or another, if the server does what it asks. */
  possible(connection: string): readonly Dialect[] {
    const dialect = this.of(connection);
    return [dialect, ...(this.#asked.get(connection) ?? [])];
  }

  /** Who asks for a dialect before anything else, and isn't refused, speaks it from the beginning. */
  #agreedOn(exchange: Exchange): Dialect | null {
    const asked = protocolAsked(exchange);
    const dialect = asked === null ? null : dialectNamed(this.#profile.dialects, asked);
    const isRefused = exchange.answers.some(({ frame }) => frame.meta["status"] === "error");
    return dialect === null || dialect.id !== asked || isRefused ? null : dialect;
  }
}

/** Of each connection the request that arrived first. */
function firstOfEach({ exchanges }: Recording): Iterable<Exchange> {
  const first = new Map<string, Exchange>();
  for (const exchange of exchanges) {
    const { connection, arriveIndex } = exchange;
    if (arriveIndex === null) continue;
    const known = first.get(connection)?.arriveIndex ?? Infinity;
    if (arriveIndex < known) first.set(connection, exchange);
  }
  return first.values();
}

/** What the connections of a recording speak. */
export const spokenIn = workedOutOnce((recording, profile) => new Spoken(recording, profile));
