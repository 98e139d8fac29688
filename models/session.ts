/**
 * Sessions: one per connection, from its opening to its end (PROTOCOL.md 2).
 *
 * @packageDocumentation
 */
import { isJsonObject, type Json, type JsonObject, type Request } from "../src/protocol/index.js";
import { dialectNamed, type Dialect } from "./dialect.js";
import type { Profile } from "./profile.js";

export interface Session {
  /** Fixed for the life of the connection (SES-1). */
  readonly id: string;
  /** As configured; the protocol's first name until then. */
  readonly protocol: string;
  /** What it speaks (DIA-1). */
  readonly dialect: Dialect;
  /** True once `disconnect` was asked for: whether it still hears anything is the server's choice (SES-6). */
  readonly isLeaving: boolean;
  /** In secure mode, who has logged in (SEC-1); null for nobody. */
  readonly user: string | null;
}

/** What came of a request of the handshake; `error` says why it was refused. */
export type Handshake =
  { readonly session: Session; readonly data: Json } | { readonly error: string };

const FIRST_PROTOCOL = "happn";

export function openedSession(id: string, { dialects }: Pick<Profile, "dialects">): Session {
  const [dialect] = dialects;
  return { id, protocol: FIRST_PROTOCOL, dialect, isLeaving: false, user: null };
}

/** `configure-session`: takes the protocol, and refuses one that it does not know (SES-4, SES-8, DIA-1). */
export function configured(
  session: Session,
  request: Request,
  { dialects }: Pick<Profile, "dialects">,
): Handshake {
  const protocol = isJsonObject(request.data) ? request.data["protocol"] : undefined;
  const dialect = typeof protocol === "string" ? dialectNamed(dialects, protocol) : null;
  if (typeof protocol !== "string" || dialect === null) {
    return { error: `unknown protocol: ${JSON.stringify(protocol ?? null)}` };
  }
  return { session: { ...session, protocol, dialect }, data: null };
}

/** `login`: says who the session is; repeating it changes nothing (SES-2, SES-4). */
export function loggedIn(session: Session, request: Request, description: JsonObject): Handshake {
  if (request.data !== undefined && !isJsonObject(request.data)) {
    return { error: "the data of a login is an object" };
  }
  const info = request.data?.["info"];
  return {
    session,
    data: {
      id: session.id,
      protocol: session.protocol,
      happn: description,
      ...(info === undefined ? {} : { info }),
    },
  };
}
