/**
 * Requests as the real client library writes them (SES-2, and the recorded transcript).
 *
 * @packageDocumentation
 */
import type { MeshRequest } from "../../models/index.js";
import type { PlannedAction, PlannedCredentials } from "../plan/index.js";
import type { DialectId, Json, JsonObject } from "../protocol/index.js";

/** A name that no server gives a listener: for one whose `on` told none. */
const NO_LISTENER = "no-listener";

/** What the library puts into `options.timeout` where the caller says nothing, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** A request without what its connection adds: `eventId` and `sessionId`. */
export interface Draft {
  readonly action: string;
  readonly path?: string;
  readonly data?: Json;
  readonly options?: JsonObject;
}

/** An action that is one request. */
export type RequestAction = Extract<
  PlannedAction,
  {
    readonly kind:
      | "configure-session"
      | "describe"
      | "login"
      | "set"
      | "get"
      | "remove"
      | "count"
      | "on"
      | "off"
      | "disconnect"
      | "revoke-session";
  }
>;

/** The frame's text; `sessionId` is null for a client that never logged in. */
export function formatRequest(draft: Draft, eventId: number, sessionId: string | null): string {
  const { action, path, data, options } = draft;
  return JSON.stringify({
    action,
    eventId,
    ...(path === undefined ? {} : { path }),
    ...(data === undefined ? {} : { data }),
    ...(sessionId === null ? {} : { sessionId }),
    ...(options === undefined ? {} : { options }),
  });
}

/** What a request says that depends on who makes it, and on what others were told. */
export interface DraftParts {
  /** The session id of a client's last login; null where it has none. */
  sessionOf(client: string): string | null;
  /** What the login of a plan says, where the server asks for it; nothing where it doesn't. */
  credentials(planned: PlannedCredentials | undefined): JsonObject;
  readonly revokeAction: string;
  /** What the client speaks. */
  readonly dialect: DialectId;
  /** The name of the listener that an operation of the client's was answered with; null where it wasn't. */
  listenerOf(operation: string): string | null;
}

/** The request of an action. */
export function draftOf(action: RequestAction, parts: DraftParts): Draft {
  const sessionOf = (client: string) => parts.sessionOf(client);
  switch (action.kind) {
    case "configure-session":
      return { action: "configure-session", data: { protocol: action.protocol } };
    case "describe":
      return { action: "describe" };
    case "login":
      return {
        action: "login",
        data: {
          info: { _browser: false, _local: false },
          protocol: parts.dialect,
          ...parts.credentials(action.credentials),
        },
        options: { timeout: TIMEOUT_MS },
      };
    case "set":
      return {
        action: "set",
        path: action.path,
        ...(action.data === undefined ? {} : { data: action.data }),
        options: withTimeout(withSessions(action.options, sessionOf)),
      };
    case "get":
    case "count":
      return {
        action: action.kind,
        path: action.path,
        data: null,
        options: withTimeout(action.options),
      };
    case "remove":
      return {
        action: "remove",
        path: action.path,
        data: null,
        options: withTimeout(withSessions(action.options, sessionOf)),
      };
    case "on":
    case "off":
      return {
        action: action.kind,
        path: action.channel,
        data: null,
        options: withTimeout({ ...action.options, ...listenerOf(action, parts) }),
      };
    case "revoke-session":
      return { action: parts.revokeAction, options: { timeout: TIMEOUT_MS } };
    case "disconnect":
      return { action: "disconnect", options: { timeout: TIMEOUT_MS } };
  }
}

function listenerOf(action: RequestAction, parts: DraftParts): JsonObject {
  if (action.kind !== "off" || action.listener === undefined) return {};
  return { referenceId: parts.listenerOf(action.listener) ?? NO_LISTENER };
}

function withTimeout(options: JsonObject): JsonObject {
  return "timeout" in options ? options : { ...options, timeout: TIMEOUT_MS };
}

/** `targetClients` with session ids for names; a name without a session stays: nobody has it as id. */
function withSessions(
  options: JsonObject,
  sessionOf: (client: string) => string | null,
): JsonObject {
  const targets = options["targetClients"];
  if (!Array.isArray(targets)) return options;
  const sessions = (targets as readonly Json[]).map((target) =>
    typeof target === "string" ? (sessionOf(target) ?? target) : target,
  );
  return { ...options, targetClients: sessions };
}

/** The text of a raw frame, with session ids for the clients that it mentions. */
export function frameOf(
  { frame, mentions = [] }: Extract<PlannedAction, { kind: "raw" }>,
  sessionOf: (client: string) => string | null,
): string {
  // Of `$c1` and `$c12`, the longer name is meant where both could be.
  const names = [...mentions].sort((left, right) => right.length - left.length);
  return names.reduce((text, name) => {
    const sessionId = sessionOf(name);
    return sessionId === null ? text : text.replaceAll(`$${name}`, () => sessionId);
  }, frame);
}

/** A request of the mesh layer, as its party sends it. */
export function draftOfMesh({ action, path, data, options }: MeshRequest): Draft {
  return { action, path, data, options: withTimeout(options) };
}
