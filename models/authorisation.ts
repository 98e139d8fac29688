/**
 * What a session in secure mode may do and hear, and how it says who it is (SEC-1 to SEC-4).
 *
 * Where the clauses leave it to the server, the model refuses.
 *
 * @packageDocumentation
 */
import {
  isJsonObject,
  isPermissionAction,
  parseChannel,
  type Json,
  type JsonObject,
  type PermissionAction,
  type Request,
} from "../src/protocol/index.js";
import type { Match } from "./pattern.js";
import type { Profile } from "./profile.js";
import { permits, type SecurityState } from "./security.js";
import { loggedIn, type Session } from "./session.js";
import type { ServerState } from "./state.js";

/** Names of the errors by which a server refuses (SEC-1, SEC-2). */
export const INVALID_CREDENTIALS = "InvalidCredentials";
export const ACCESS_DENIED = "AccessDenied";

/** Why a session is not served; null where it is. */
export function denialOf(
  security: SecurityState,
  session: Session,
  request: Request,
  { permissionRule }: Profile,
): string | null {
  const { action, path } = request;
  if (action === "login") return null;
  if (!isPermissionAction(action)) return null;
  if (security.revoked.has(session.id)) return "the session is revoked";
  if (session.user === null) return "nobody has logged in";
  if (typeof path !== "string") return "there is no path to be allowed";
  const asked = action === "on" ? (parseChannel(path)?.path ?? path) : path;
  return permits(security, session.user, action, asked, permissionRule) === "must"
    ? null
    : `no permission allows ${action} on it`;
}

/** Whether a session hears of a path: `may` where the clauses leave that to the server. */
export function mayHear(
  security: SecurityState,
  session: Session,
  path: string,
  { permissionRule }: Profile,
): Match {
  if (security.revoked.has(session.id)) return "never";
  return permits(security, session.user, "on", path, permissionRule);
}

/** Of items, those that a session may see, by a permission for one of these actions. */
export function visible<Item extends { readonly path: string }>(
  { security, profile: { permissionRule } }: Pick<ServerState, "security" | "profile">,
  session: Session,
  items: readonly Item[],
  actions: readonly PermissionAction[],
): readonly Item[] {
  if (security === null) return items;
  return items.filter(({ path }) =>
    actions.some(
      (action) => permits(security, session.user, action, path, permissionRule) !== "never",
    ),
  );
}

/** What came of a login. */
export type SecureLogin =
  | { readonly security: SecurityState; readonly session: Session; readonly data: Json }
  | { readonly error: string; readonly name: string };

/** `login` in secure mode: by username and password, or by a token that was given out before (SEC-1). */
export function securelyLoggedIn(
  security: SecurityState,
  session: Session,
  request: Request,
  description: JsonObject,
): SecureLogin {
  const user = userOf(security, request.data);
  if (user === null) return { error: "Invalid credentials", name: INVALID_CREDENTIALS };
  if (security.revoked.has(session.id)) {
    return { error: "the session is revoked", name: ACCESS_DENIED };
  }
  const plain = loggedIn({ ...session, user }, request, description);
  if ("error" in plain) return { error: plain.error, name: INVALID_CREDENTIALS };
  const token = `${session.id}.${security.tokens.size}`;
  const tokens = new Map(security.tokens).set(token, { user, sessionId: session.id });
  return {
    security: { ...security, tokens },
    session: plain.session,
    data: { ...(plain.data as JsonObject), token, user: { username: user } },
  };
}

/** The user whose credentials these are; null where they are nobody's. */
function userOf(security: SecurityState, data: Json | undefined): string | null {
  if (!isJsonObject(data)) return null;
  const { username, password, token } = data;
  if (typeof token === "string") {
    const holder = security.tokens.get(token);
    if (holder === undefined || security.revoked.has(holder.sessionId)) return null;
    return security.users.has(holder.user) ? holder.user : null;
  }
  if (typeof username !== "string" || typeof password !== "string") return null;
  return security.users.get(username)?.password === password ? username : null;
}
