/**
 * The whole server: session, store and subscription joined (PROTOCOL.md 1 to 6).
 *
 * `step` is pure and total: whatever the input, it answers with the next state and what the server
 * sends, in order, and never throws. Each input is handled at once and by itself; a server that
 * interleaves is a series of steps in another order.
 *
 * @packageDocumentation
 */
import {
  isTooDeep,
  parseClientFrame,
  type ClientFrame,
  type Json,
  type JsonObject,
  type SecurityDirectory,
} from "../src/protocol/index.js";
import { ACCESS_DENIED, denialOf, securelyLoggedIn } from "./authorisation.js";
import { acknowledged, expired, withoutPublisher } from "./acknowledgement.js";
import { bareAckAnswer, errorAnswer, malformedAnswer, okAnswer } from "./answer.js";
import type { ServerInput, ServerOutput } from "./boundary.js";
import { off, on } from "./listen-requests.js";
import type { Profile } from "./profile.js";
import { afterChange, initialSecurity, type SecurityState } from "./security.js";
import { count, get } from "./read-requests.js";
import { configured, loggedIn, openedSession, type Handshake, type Session } from "./session.js";
import { saying, type ServerState, type ServerStep } from "./state.js";
import { withoutConnection } from "./subscription.js";
import { remove, set, type Asked } from "./write-requests.js";

export type { FrameOutput, ServerInput, ServerOutput } from "./boundary.js";
export type { ServerState, ServerStep } from "./state.js";

export interface ServerOptions {
  readonly profile: Profile;
  readonly epochMs: number;
  /** `describe`'s `name` (SES-2). */
  readonly name: string;
  /** What else `describe` answers, or answers instead. */
  readonly describe?: JsonObject;
  /** Present for a server in secure mode (PROTOCOL.md 8). */
  readonly security?: SecurityDirectory;
}

/** A server that was just started, with nothing stored and nobody connected. */
export function initialServer(options: ServerOptions): ServerState {
  const { profile, epochMs, name, describe, security } = options;
  const full: JsonObject = {
    name,
    secure: security !== undefined,
    encryptPayloads: false,
    publicKey: "",
    ...describe,
  };
  const description = Object.fromEntries(
    profile.describeKeys.flatMap((key) => (key in full ? [[key, full[key] as string]] : [])),
  );
  return {
    profile,
    epochMs,
    description,
    sessions: new Map(),
    subscriptions: new Map(),
    store: new Map(),
    acknowledgements: [],
    idCount: 0,
    isStopped: false,
    security: security === undefined ? null : initialSecurity(security),
  };
}

export function step(state: ServerState, input: ServerInput): ServerStep {
  const { acknowledgements, outputs } = expired(state.acknowledgements, input.at);
  if (outputs.length === 0) return handled(state, input);
  const after = handled({ ...state, acknowledgements }, input);
  return saying(after.state, ...outputs, ...after.outputs);
}

/**
 * The step of a server that could not do what a request asks, and says so: nothing is done (COR-4).
 * Where the input is no request, the step is the one that changes nothing.
 */
export function refused(state: ServerState, input: ServerInput, reason: string): ServerStep {
  const frame = input.kind === "frame" ? parseClientFrame(input.text) : null;
  if (input.kind !== "frame" || frame?.kind !== "request") return saying(state);
  return saying(state, errorAnswer(input.connection, frame.request, reason));
}

function handled(state: ServerState, input: ServerInput): ServerStep {
  switch (input.kind) {
    case "open":
      if (state.isStopped) return saying(state, { kind: "close", connection: input.connection });
      return saying(
        withSession(state, input.connection, openedSession(input.sessionId, state.profile)),
      );
    case "frame":
      return state.sessions.has(input.connection)
        ? frame(state, input.connection, input.text, input.at)
        : saying(state);
    case "end":
      return saying(without(state, input.connection));
    case "stop":
      return stopped(state);
    case "administer": {
      const changed = state.security && afterChange(state.security, input.change);
      return saying(changed === null ? state : { ...state, security: changed });
    }
    case "tick":
      return saying(state);
  }
}

function frame(state: ServerState, connection: string, text: string, at: number): ServerStep {
  const frame = parseClientFrame(text);
  if (isTooDeep(text)) return saying(state, ...tooDeep(connection, frame));
  switch (frame.kind) {
    case "ping": {
      const pong = `primus::pong::${frame.stamp}`;
      return saying(state, { kind: "frame", connection, frame: pong });
    }
    case "pong":
      return saying(state);
    case "ack": {
      const { publicationId } = frame;
      const { acknowledgements, outputs } = acknowledged(
        state.acknowledgements,
        connection,
        publicationId,
      );
      const heard = bareAckAnswer(connection, frame.raw);
      return saying({ ...state, acknowledgements }, ...outputs, heard);
    }
    case "malformed":
      if (frame.eventId === undefined) return saying(state);
      return saying(state, malformedAnswer(connection, frame.eventId, frame.reason));
    case "request":
      return asked(state, { connection, request: frame.request, at });
  }
}

/** What nests too deep is refused, and of it only what is not deep itself is said again. */
function tooDeep(connection: string, frame: ClientFrame): readonly ServerOutput[] {
  const reason = "the request nests too deep";
  if (frame.kind === "malformed") {
    const { eventId } = frame;
    return isScalar(eventId) ? [malformedAnswer(connection, eventId, reason)] : [];
  }
  if (frame.kind !== "request" || !isScalar(frame.request.eventId)) return [];
  const { action, eventId, sessionId } = frame.request;
  const echoed = { action, eventId, ...(isScalar(sessionId) ? { sessionId } : {}) };
  return [errorAnswer(connection, echoed, reason)];
}

function isScalar(value: Json | undefined): value is Json {
  return value === null || (value !== undefined && typeof value !== "object");
}

function asked(state: ServerState, question: Asked): ServerStep {
  const { connection, request } = question;
  const session = state.sessions.get(connection) as Session;
  if (state.security !== null) {
    const denial = denialOf(state.security, session, request, state.profile);
    if (denial !== null) {
      return saying(state, errorAnswer(connection, request, denial, ACCESS_DENIED));
    }
  }
  switch (request.action) {
    case "configure-session":
      return shaken(state, question, configured(session, request, state.profile));
    case "describe":
      return saying(state, okAnswer(connection, request, state.description));
    case "login":
      if (state.security !== null) return secureLogin(state, question, state.security);
      return shaken(state, question, loggedIn(session, request, state.description));
    case "set":
      return set(state, question);
    case "get":
      return get(state, question);
    case "remove":
      return remove(state, question);
    case "count":
      // Which permission it takes is not known.
      if (!session.dialect.knowsCount || state.security !== null) break;
      return count(state, question);
    case "on":
      return on(state, question);
    case "off":
      return off(state, question);
    case "ack": {
      const publicationId = request.data ?? null;
      const heard = acknowledged(state.acknowledgements, connection, publicationId);
      const next = { ...state, acknowledgements: heard.acknowledgements };
      return saying(next, ...heard.outputs, okAnswer(connection, request, null));
    }
    case "disconnect": {
      const leaving = withSession(state, connection, { ...session, isLeaving: true });
      return session.dialect.answersDisconnect
        ? saying(leaving, okAnswer(connection, request, null))
        : saying(leaving);
    }
    default:
      if (state.security !== null && request.action === state.profile.revokeAction) {
        return revokedItself(state, question, state.security);
      }
  }
  return saying(state, errorAnswer(connection, request, "there is no such action"));
}

function shaken(state: ServerState, { connection, request }: Asked, handshake: Handshake) {
  if ("error" in handshake) return saying(state, errorAnswer(connection, request, handshake.error));
  const next = withSession(state, connection, handshake.session);
  return saying(next, okAnswer(connection, request, handshake.data));
}

function secureLogin(
  state: ServerState,
  { connection, request }: Asked,
  security: SecurityState,
): ServerStep {
  const session = state.sessions.get(connection) as Session;
  const login = securelyLoggedIn(security, session, request, state.description);
  if ("error" in login) {
    return saying(state, errorAnswer(connection, request, login.error, login.name));
  }
  const next = withSession({ ...state, security: login.security }, connection, login.session);
  return saying(next, okAnswer(connection, request, login.data));
}

/** A session that is logged in may end itself for good (SEC-4). */
function revokedItself(
  state: ServerState,
  { connection, request }: Asked,
  security: SecurityState,
): ServerStep {
  const { id: sessionId, user } = state.sessions.get(connection) as Session;
  if (user === null) {
    return saying(state, errorAnswer(connection, request, "nobody has logged in", ACCESS_DENIED));
  }
  const revoked = afterChange(security, { kind: "revoke-session", sessionId });
  return saying({ ...state, security: revoked }, okAnswer(connection, request, null));
}

/** Tells every connection, and closes it (SES-7). */
function stopped(state: ServerState): ServerStep {
  const outputs = [...state.sessions.keys()].flatMap((connection): ServerOutput[] => [
    ...(state.profile.sendsStopFrame
      ? [{ kind: "frame" as const, connection, frame: STOP_FRAME }]
      : []),
    { kind: "close", connection },
  ]);
  const left = [...state.sessions.keys()].reduce(without, state);
  return saying({ ...left, isStopped: true }, ...outputs);
}

const STOP_FRAME: JsonObject = {
  _meta: { type: "system" },
  eventKey: "server-side-disconnect",
  data: "server-side-disconnect",
};

function withSession(state: ServerState, connection: string, session: Session): ServerState {
  return { ...state, sessions: new Map(state.sessions).set(connection, session) };
}

/** Whatever the way a connection ended, its session and its subscriptions end with it (SES-5). */
function without(state: ServerState, connection: string): ServerState {
  const sessions = new Map(state.sessions);
  if (!sessions.delete(connection)) return state;
  return {
    ...state,
    sessions,
    subscriptions: withoutConnection(state.subscriptions, connection),
    acknowledgements: withoutPublisher(state.acknowledgements, connection),
  };
}
