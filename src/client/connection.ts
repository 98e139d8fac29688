/**
 * One connection of a scripted client, from its opening to its end: requests and their answers,
 * heartbeats, acknowledgements.
 *
 * @packageDocumentation
 */
import { sessionIdOf, type PublicationFrame, type ResponseFrame } from "../history/index.js";
import { isJsonObject, parseServerFrame } from "../protocol/index.js";
import type { Cancel } from "../sim/index.js";
import type { Activity } from "./activity.js";
import { formatRequest, type Draft } from "./request.js";
import type { ClientConnection, ClientWorld } from "./world.js";

/** How often a real client sends a heartbeat (FRM-2), in virtual milliseconds. */
const HEARTBEAT_MS = 25_000;

/** `options.consistency` that asks recipients to acknowledge (PUB-4). */
const ACKNOWLEDGED = 3;

/** What a client keeps from one of its connections to the next, as the real library does. */
export interface Identity {
  readonly client: string;
  /** Counts up from 1, over all connections. */
  lastEventId: number;
  /** Of the last login; it goes into requests until the next login answers another. */
  sessionId: string | null;
  /** In secure mode, that of the last login. */
  token: string | null;
}

export interface ConnectionParts {
  readonly world: ClientWorld;
  readonly identity: Identity;
  readonly activity: Activity;
  /** False where it answers those of the server instead. */
  readonly sendsHeartbeats: boolean;
  /** Every publication, after it was acknowledged where that was asked for. */
  publication(frame: PublicationFrame): void;
}

export class Connection {
  readonly #parts: ConnectionParts;
  readonly #wire: ClientConnection;
  /** What was sent before the connection was open. */
  readonly #held: (() => void)[] = [];
  readonly #answered = new Map<number, (answer: ResponseFrame) => void>();
  /** Everything that is waited for; a wait that is given up settles with null. */
  readonly #waits = new Set<() => void>();
  /** By stamp, who waits for a pong. */
  readonly #pinged = new Map<string, ((isAnswered: true) => void)[]>();
  readonly #opened: ((isOpen: true) => void)[] = [];
  #sessionId: string | null = null;
  #stopHeartbeat: Cancel = () => undefined;
  #state: "opening" | "open" | "over" = "opening";
  #isLost = false;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    parts.activity.touch();
    this.#wire = parts.world.connect(parts.identity.client, {
      open: () => this.#open(),
      frame: (text) => this.#receive(text),
      closed: () => {
        this.#isLost = true;
        parts.activity.touch();
        this.#end();
      },
    });
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  get isOver(): boolean {
    return this.#state === "over";
  }

  /** Over, and not because the client left. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** As answered by a login on this connection; null before. */
  get sessionId(): string | null {
    return this.#sessionId;
  }

  /** Calls back once: true when the connection is open, null when it ended or patience did. */
  whenOpen(patienceMs: number, settled: (isOpen: true | null) => void): void {
    const settle = this.wait<true>(patienceMs, settled);
    if (this.#state === "open") settle(true);
    else this.#opened.push(settle);
  }

  /**
   * Sends a request, or holds it until the connection is open. Calls back once: with the answer, or
   * with null when the connection ended or patience did. The request then stays open at the server.
   */
  request(
    operation: string,
    draft: Draft,
    patienceMs: number,
    settled: (answer: ResponseFrame | null) => void,
  ): void {
    const { identity } = this.#parts;
    identity.lastEventId += 1;
    const eventId = identity.lastEventId;
    this.#answered.set(
      eventId,
      this.wait<ResponseFrame>(patienceMs, (answer) => {
        this.#answered.delete(eventId);
        if (draft.action === "login" && answer !== null) this.#loggedIn(answer);
        settled(answer);
      }),
    );
    this.#send(() => {
      this.#wire.send(operation, formatRequest(draft, eventId, identity.sessionId));
    });
  }

  /** Sends a frame as it stands; nothing is waited for. */
  raw(operation: string, frame: string): void {
    this.#send(() => this.#wire.send(operation, frame));
  }

  /**
   * Sends a heartbeat, and calls back once it is answered, or with null when patience or the
   * connection ended. What the server wrote before it was asked has come in by then.
   */
  ping(patienceMs: number, settled: (isAnswered: true | null) => void): void {
    if (this.#state !== "open") {
      settled(null);
      return;
    }
    const stamp = String(this.#parts.world.clock.now());
    const settle = this.#wait<true>(patienceMs, settled);
    this.#pinged.set(stamp, [...(this.#pinged.get(stamp) ?? []), settle]);
    this.#wire.send(null, JSON.stringify(`primus::ping::${stamp}`));
  }

  /** Ends the connection; what is waited for is given up. */
  leave(how: "close" | "cut"): void {
    if (this.#state === "over") return;
    this.#parts.activity.touch();
    this.#wire.leave(how);
    this.#end();
  }

  /**
   * Waits for something that belongs to this connection. Calls back once: with what the returned
   * function is given, or with null when the connection ended or patience did.
   */
  wait<Value>(
    patienceMs: number,
    settled: (value: Value | null) => void,
  ): (value: Value | null) => void {
    const { patienceMsMax = patienceMs } = this.#parts.world;
    return this.#wait(Math.min(patienceMs, patienceMsMax), settled);
  }

  #wait<Value>(
    patienceMs: number,
    settled: (value: Value | null) => void,
  ): (value: Value | null) => void {
    let isSettled = false;
    let cancel: Cancel = () => undefined;
    const settle = (value: Value | null) => {
      if (isSettled) return;
      isSettled = true;
      cancel();
      this.#waits.delete(giveUp);
      settled(value);
    };
    const giveUp = () => settle(null);
    if (this.#state === "over") giveUp();
    else {
      this.#waits.add(giveUp);
      cancel = this.#parts.world.clock.after(patienceMs, giveUp);
    }
    return settle;
  }

  #send(send: () => void): void {
    if (this.#state === "opening") this.#held.push(send);
    if (this.#state !== "open") return;
    this.#parts.activity.touch();
    send();
  }

  #open(): void {
    this.#parts.activity.touch();
    this.#state = "open";
    if (this.#parts.sendsHeartbeats) this.#beat();
    // The handshake goes first: it has been waiting for this moment, the rest came after it.
    for (const settle of this.#opened.splice(0)) settle(true);
    for (const send of this.#held.splice(0)) this.#send(send);
  }

  #beat(): void {
    const { clock } = this.#parts.world;
    this.#stopHeartbeat = clock.after(HEARTBEAT_MS, () => {
      // Not activity: nobody answers a heartbeat with anything but its echo.
      this.#wire.send(null, JSON.stringify(`primus::ping::${clock.now()}`));
      this.#beat();
    });
  }

  #receive(text: string): void {
    const frame = parseServerFrame(text);
    if (frame.kind === "pong") {
      const [settle, ...others] = this.#pinged.get(frame.stamp) ?? [];
      this.#pinged.set(frame.stamp, others);
      settle?.(true);
      return;
    }
    if (frame.kind === "ping" && !this.#parts.sendsHeartbeats) {
      // Not activity either.
      this.#wire.send(null, JSON.stringify(`primus::pong::${frame.stamp}`));
      return;
    }
    this.#parts.activity.touch();
    if (frame.kind === "publication") this.#hear(frame);
    if (frame.kind !== "response") return;
    const eventId = frame.meta["eventId"];
    if (typeof eventId === "number") this.#answered.get(eventId)?.(frame);
  }

  #hear(frame: PublicationFrame): void {
    const { consistency, publicationId } = frame.meta;
    if (consistency === ACKNOWLEDGED && publicationId !== undefined) {
      // A request like any other, as the real library makes it; nobody waits for its answer.
      const { identity } = this.#parts;
      identity.lastEventId += 1;
      const draft: Draft = { action: "ack", data: publicationId };
      this.#wire.send(null, formatRequest(draft, identity.lastEventId, identity.sessionId));
    }
    this.#parts.publication(frame);
  }

  #loggedIn(answer: ResponseFrame): void {
    const sessionId = sessionIdOf(answer.data);
    if (sessionId === null || answer.meta["status"] !== "ok") return;
    this.#sessionId = sessionId;
    this.#parts.identity.sessionId = sessionId;
    const token = isJsonObject(answer.data) ? answer.data["token"] : undefined;
    if (typeof token === "string") this.#parts.identity.token = token;
  }

  #end(): void {
    this.#state = "over";
    this.#stopHeartbeat();
    this.#held.length = 0;
    for (const giveUp of [...this.#waits]) giveUp();
  }
}
