/**
 * Dialects: what a session speaks, as its `configure-session` asks for it (PROTOCOL.md 9).
 *
 * Which dialects a generation of servers speaks, and what each of them is there, is data of its
 * profile. All that is not here holds in every dialect.
 *
 * @packageDocumentation
 */

import { FIRST_DIALECT, type DialectId } from "../src/protocol/index.js";

export interface Dialect {
  readonly id: DialectId;
  /**
   * How a session holds a channel: `counted`, so often as it asked (SUB-4), or `named`, each `on` by
   * itself, which `off` ends by the name that the answer gave it (DIA-2, DIA-3).
   */
  readonly listening: "counted" | "named";
  /** `data` of the answer to an `on`: `{}`, or `{id:<reference>}` (SUB-1, DIA-2). */
  readonly onAnswer: "empty" | "reference";
  /** `data` of the answer to an `off`: `{}`, or `{id, removed:[…]}`. */
  readonly offAnswer: "empty" | "removed";
  /** Where `initialEmit` puts what is there: published before or after the answer, or in it (SUB-6, DIA-4). */
  readonly initialEmit: "before-answer" | "after-answer" | "in-answer";
  /** Whether `disconnect` is answered (SES-6). */
  readonly answersDisconnect: boolean;
  /** Whether the answer to a `login` or `describe` with a sessionId may have it (DIA-1). */
  readonly mayNameSession: boolean;
  /** Who sends heartbeats: the client, or the server, which closes where they stay unanswered (FRM-2, DIA-6). */
  readonly heartbeats: "from-client" | "from-server";
  /** Whether a `set` with `noDataResponse` may be answered without its data (DIA-5). */
  readonly knowsNoDataResponse: boolean;
  /** Whether `set` counts gauges (DIA-7); else it is open what `increment` does. */
  readonly knowsGauges: boolean;
  /** Whether `count` may be answered with a number (DIA-8). */
  readonly knowsCount: boolean;
}

/** The dialect of those that a server speaks which a session asks for by its name; null where it is none of them. */
export function dialectNamed(dialects: readonly Dialect[], name: string): Dialect | null {
  const id = FIRST_NAMES.test(name) ? FIRST_DIALECT : name;
  return dialects.find((dialect) => dialect.id === id) ?? null;
}

/** The protocols of the 1.x generation, under all the names they go by. */
const FIRST_NAMES = /^(happn|happn_1|(happn_)?1\.[0-3]\.0)$/;
