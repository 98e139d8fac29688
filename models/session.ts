/**
 * Sessions: one per connection, from its opening to its end (PROTOCOL.md 2).
 *
 * @packageDocumentation
 */
import { isJsonObject, type Json, type JsonObject, type Request } from "../src/protocol/index.js";

export interface Session {
  /** Fixed for the life of the connection (SES-1). */
  readonly id: string;
  /** As configured; the protocol's first name until then. */
  readonly protocol: string;
  /** True once `disconnect` was asked for: whether it still hears anything is the server's choice (SES-6). */
  readonly isLeaving: boolean;
  /** In secure mode, who has logged in (SEC-1); null for nobody. */
  readonly user: string | null;
}

/** What came of a request of the handshake; `error` says why it was refused. */
export type Handshake =
  { readonly session: Session; readonly data: Json } | { readonly error: string };

const FIRST_PROTOCOL = "happn";

/** The protocols of the 1.x generation, under all the names they go by. */
const KNOWN_PROTOCOL = /^(happn|happn_1|(happn_)?1\.[0-3]\.0)$/;

export function openedSession(id: string): Session {
  return { id, protocol: FIRST_PROTOCOL, isLeaving: false, user: null };
}

/** `configure-session`: takes the protocol, and refuses one that it does not know (SES-4, SES-8). */
export function configured(session: Session, request: Request): Handshake {
  const protocol = isJsonObject(request.data) ? request.data["protocol"] : undefined;
  if (typeof protocol !== "string" || !KNOWN_PROTOCOL.test(protocol)) {
    return { error: `unknown protocol: ${JSON.stringify(protocol ?? null)}` };
  }
  return { session: { ...session, protocol }, data: null };
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
