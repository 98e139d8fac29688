/**
 * A client of a plan: turns planned operations into frames, and frames into their ends.
 *
 * It behaves as the real library does: `eventId` counts up over all its connections, a reconnect
 * carries the former session's id until the login answers a new one, publications that ask for it
 * are acknowledged, a heartbeat goes out every 25 s, an answer is matched by its `eventId`.
 *
 * @packageDocumentation
 */
import { emitRequest } from "../../models/index.js";
import type { PublicationFrame } from "../history/index.js";
import type {
  PlannedAction,
  PlannedChange,
  PlannedClient,
  PlannedCredentials,
  PlannedOperation,
} from "../plan/index.js";
import {
  FIRST_DIALECT,
  listenerNameOf,
  type DialectId,
  type DirectoryUser,
  type JsonObject,
  type SecurityChange,
} from "../protocol/index.js";
import type { Activity } from "./activity.js";
import { CallerRole } from "./caller-role.js";
import { Connection, type Identity } from "./connection.js";
import { NodeRole } from "./node-role.js";
import { draftOf, draftOfMesh, frameOf, type Draft, type RequestAction } from "./request.js";
import type { ClientWorld } from "./world.js";

/** A server that does not answer `disconnect` by then is left without an answer (SES-6). */
const DISCONNECT_MS_MAX = 1_000;

/** Dialects in which it is the server that sends heartbeats (DIA-6). */
const HEARTBEATS_FROM_SERVER: readonly DialectId[] = ["happn_4"];

type HandshakeKind = "full" | "login" | "none";

/** The requests of each kind of handshake, in order, each sent after the answer to the one before. */
const HANDSHAKES: Readonly<Record<HandshakeKind, readonly RequestAction[]>> = {
  full: [{ kind: "describe" }, { kind: "login" }],
  login: [{ kind: "login" }],
  none: [],
};

export interface ScriptedClientParts {
  readonly world: ClientWorld;
  readonly activity: Activity;
  /** The session id of a client's last login; null where it has none. */
  sessionOf(client: string): string | null;
  /** In secure mode, the token that a client was given last; null where it has none. */
  tokenOf(client: string): string | null;
  /** In secure mode, the user of that name, as the plan has it; null where there is none. */
  userOf(name: string): Pick<DirectoryUser, "name" | "password"> | null;
}

interface Listener {
  readonly channel: string;
  /** Null where no answer has told it. */
  name: string | null;
}

/** A token that nobody was ever given. */
const NO_TOKEN = "no-token";

export class ScriptedClient {
  readonly #parts: ScriptedClientParts;
  readonly #identity: Identity;
  readonly #user: string | null;
  readonly #dialect: DialectId;
  readonly #node: NodeRole | null;
  readonly #caller: CallerRole;
  #connection: Connection | null = null;
  /** What was subscribed to since the last planned connect, and not ended. */
  readonly #channels = new Map<string, JsonObject>();
  /** By operation, what it listens to since then, and under which name. */
  readonly #listeners = new Map<string, Listener>();

  constructor(planned: PlannedClient, parts: ScriptedClientParts) {
    const { name, node, user = null, dialect = FIRST_DIALECT } = planned;
    this.#parts = parts;
    this.#user = user;
    this.#dialect = dialect;
    this.#identity = { client: name, lastEventId: 0, sessionId: null, token: null };
    this.#caller = new CallerRole(parts.world.subscriptionRule ?? "crossing");
    this.#node = node === undefined ? null : new NodeRole(name, node, parts.activity);
  }

  /** Of the last login; null before the first. */
  get sessionId(): string | null {
    return this.#identity.sessionId;
  }

  /** In secure mode, of the last login; null before the first. */
  get token(): string | null {
    return this.#identity.token;
  }

  /** Its connection, where that is open. */
  get openConnection(): Connection | null {
    return this.#connection?.isOpen === true ? this.#connection : null;
  }

  /**
   * Starts an operation. `ended` is called once: when it is answered, when an answer has not come
   * for `patienceMs`, when the connection ended, or at once where nothing is waited for or the
   * operation could not be started.
   */
  perform({ id, action }: PlannedOperation, patienceMs: number, ended: () => void): void {
    if (action.kind === "connect") {
      this.#channels.clear();
      this.#listeners.clear();
      this.#connect(id, this.#handshake(action.handshake), patienceMs, ended);
      return;
    }
    if (action.kind === "administer") {
      this.#administer(id, action.change, patienceMs, ended);
      return;
    }
    const connection = this.#connection;
    if (connection === null || connection.isOver) {
      this.#skip(id, `${this.#identity.client} is not connected`, ended);
      return;
    }
    this.#act(id, action, connection, patienceMs, ended);
  }

  /** Connects again where the connection was lost, with a full handshake and all subscriptions. */
  reconnectIfLost(id: string, patienceMs: number, ended: () => void): void {
    if (this.#connection?.isLost !== true) {
      ended();
      return;
    }
    this.#connect(id, this.#handshake("full"), patienceMs, () => {
      ended();
      const connection = this.#connection;
      if (connection === null || connection.isOver) return;
      for (const [channel, options] of this.#channels) {
        this.#request(
          id,
          { kind: "on", channel, options },
          connection,
          patienceMs,
          () => undefined,
          // Whoever listened to it goes by its new name.
          (name) => {
            for (const listener of this.#listeners.values()) {
              if (listener.channel === channel) listener.name = name;
            }
          },
        );
      }
    });
  }

  /** Ends the connection, if there is one. */
  leave(how: "close" | "cut"): void {
    this.#connection?.leave(how);
  }

  #act(
    id: string,
    action: Exclude<PlannedAction, { kind: "connect" | "administer" }>,
    connection: Connection,
    patienceMs: number,
    ended: () => void,
  ): void {
    const { client } = this.#identity;
    switch (action.kind) {
      case "close":
      case "cut":
        connection.leave(action.kind);
        ended();
        return;
      case "raw":
        connection.raw(
          id,
          frameOf(action, (name) => this.#parts.sessionOf(name)),
        );
        ended();
        return;
      case "disconnect":
        this.#request(id, action, connection, DISCONNECT_MS_MAX, () => {
          connection.leave("close");
          ended();
        });
        return;
      case "call": {
        const { sessionId } = connection;
        if (sessionId === null) this.#skip(id, `${client} has no session`, ended);
        else this.#caller.call(id, connection, sessionId, action, ended);
        return;
      }
      case "emit": {
        if (this.#node === null) {
          this.#skip(id, `${client} plays no node`, ended);
          return;
        }
        const { component, event, data } = action;
        const version = this.#node.versionOf(component);
        const request = emitRequest(this.#node.name, component, event, data, version);
        connection.request(id, draftOfMesh(request), patienceMs, () => ended());
        return;
      }
      default:
        this.#request(id, action, connection, patienceMs, ended, (name) => {
          const listener = this.#listeners.get(id);
          if (listener !== undefined) listener.name = name;
        });
        // What an off ends has its name until then.
        this.#remember(id, action);
    }
  }

  /** Keeps what the client listens to, for the time after a reconnect. */
  #remember(id: string, action: RequestAction): void {
    if (action.kind === "on") {
      this.#channels.set(action.channel, action.options);
      this.#listeners.set(id, { channel: action.channel, name: null });
    }
    if (action.kind !== "off") return;
    if (action.channel === "*") this.#channels.clear();
    else if (!this.#hasOthers(action)) this.#channels.delete(action.channel);
  }

  /** Whether more of the client's listens to the channel than the one that an `off` ends. */
  #hasOthers({ channel, listener }: Extract<RequestAction, { kind: "off" }>): boolean {
    if (listener === undefined) return false;
    if (this.#listeners.get(listener)?.channel === channel) this.#listeners.delete(listener);
    return [...this.#listeners.values()].some((other) => other.channel === channel);
  }

  /** In the first dialect a client can do without asking for it. */
  #handshake(kind: HandshakeKind): readonly RequestAction[] {
    const asks = kind === "full" || this.#dialect !== FIRST_DIALECT;
    const asking = { kind: "configure-session", protocol: this.#dialect } as const;
    return asks ? [asking, ...HANDSHAKES[kind]] : HANDSHAKES[kind];
  }

  #request(
    id: string,
    action: RequestAction,
    connection: Connection,
    patienceMs: number,
    ended: () => void,
    named: (listener: string) => void = () => undefined,
  ): void {
    const draft = this.#draft(action);
    connection.request(id, draft, patienceMs, (answer) => {
      const name = action.kind === "on" ? listenerNameOf(answer ?? undefined) : null;
      if (name !== null) named(name);
      ended();
    });
  }

  #connect(
    id: string,
    handshake: readonly RequestAction[],
    patienceMs: number,
    ended: () => void,
  ): void {
    this.#connection?.leave("close");
    const { world, activity } = this.#parts;
    const connection: Connection = new Connection({
      world,
      activity,
      identity: this.#identity,
      sendsHeartbeats: !HEARTBEATS_FROM_SERVER.includes(this.#dialect),
      publication: (frame) => this.#hear(connection, frame),
    });
    this.#connection = connection;
    connection.whenOpen(patienceMs, (isOpen) => {
      if (isOpen) this.#shakeHands(id, connection, handshake, patienceMs, ended);
      else ended();
    });
  }

  #shakeHands(
    id: string,
    connection: Connection,
    [next, ...rest]: readonly RequestAction[],
    patienceMs: number,
    ended: () => void,
  ): void {
    if (next === undefined) {
      if (this.#node !== null && connection.sessionId !== null) {
        this.#node.announce(connection, ended);
      } else ended();
      return;
    }
    const draft = this.#draft(next);
    connection.request(id, draft, patienceMs, (answer) => {
      // The real library gives up at the first error, and stays connected.
      if (answer?.meta["status"] !== "ok") ended();
      else this.#shakeHands(id, connection, rest, patienceMs, ended);
    });
  }

  #draft(action: RequestAction): Draft {
    return draftOf(action, {
      sessionOf: (client) => this.#parts.sessionOf(client),
      credentials: (planned) => this.#credentials(planned),
      revokeAction: this.#parts.world.revokeAction ?? "revoke-session",
      dialect: this.#dialect,
      listenerOf: (operation) => this.#listeners.get(operation)?.name ?? null,
    });
  }

  #credentials(planned: PlannedCredentials | undefined): JsonObject {
    if (planned === undefined) {
      const user = this.#user === null ? null : this.#parts.userOf(this.#user);
      return user === null ? {} : { username: user.name, password: user.password };
    }
    if ("user" in planned) return { username: planned.user, password: planned.password };
    if ("token" in planned) return { token: planned.token };
    return { token: this.#parts.tokenOf(planned.tokenOf) ?? NO_TOKEN };
  }

  /** What the administrator is asked for; whoever asks needs no connection. */
  #administer(id: string, planned: PlannedChange, patienceMs: number, ended: () => void): void {
    const { world, activity } = this.#parts;
    const change = this.#changeOf(planned);
    if (typeof change === "string") {
      this.#skip(id, change, ended);
      return;
    }
    if (world.administer === undefined) {
      this.#skip(id, "nobody administers this server", ended);
      return;
    }
    let isEnded = false;
    const end = () => {
      if (isEnded) return;
      isEnded = true;
      cancel();
      activity.touch();
      ended();
    };
    const cancel = world.clock.after(patienceMs, end);
    activity.touch();
    world.administer(id, change, end);
  }

  /** The change; why there is none, where it is about a session that isn't there. */
  #changeOf(planned: PlannedChange): SecurityChange | string {
    if (planned.kind !== "revoke-session") return planned;
    const sessionId = this.#parts.sessionOf(planned.client);
    return sessionId === null
      ? `${planned.client} has no session`
      : { kind: planned.kind, sessionId };
  }

  #hear(connection: Connection, frame: PublicationFrame): void {
    this.#caller.hear(frame);
    this.#node?.hear(connection, frame);
  }

  #skip(id: string, reason: string, ended: () => void): void {
    this.#parts.world.skip(id, reason);
    ended();
  }
}
