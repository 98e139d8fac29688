/**
 * The network between the clients of a plan and a server in real time: the plan's delays are waited
 * at our end of the sockets, and both sides of that wait are recorded.
 *
 * `arrive` is when a frame is put on the socket, `write` is when one comes from it (docs/adr/0013).
 *
 * @packageDocumentation
 */
import type { PatternRule, Profile } from "../../models/index.js";
import type { ClientConnection, ClientConnectionEvents, ClientWorld } from "../client/index.js";
import type { HistoryFact } from "../history/index.js";
import type { Plan, PlannedClient } from "../plan/index.js";
import { Link, type Clock, type Pace, type Streams } from "../sim/index.js";
import type { RunningTarget, ServerConnection } from "../targets/target.js";
import type { Recorder } from "./recorder.js";

type Upward =
  | { readonly kind: "open" }
  | { readonly kind: "frame"; readonly index: number; readonly text: string }
  | { readonly kind: "end"; readonly how: "close" | "cut" };

type Downward =
  | { readonly kind: "open" }
  | { readonly kind: "frame"; readonly index: number; readonly text: string }
  | { readonly kind: "end"; readonly how: string };

export interface LiveNetworkParts {
  readonly clock: Clock;
  readonly pace: Pace;
  readonly streams: Streams;
  readonly recorder: Recorder;
  readonly server: RunningTarget;
  /** How long clients wait for an answer before they go on without it, in milliseconds. */
  readonly patienceMsMax: number;
}

export class LiveNetwork implements ClientWorld {
  readonly clock: Clock;
  readonly isLive = true;
  readonly subscriptionRule: PatternRule;
  readonly patienceMsMax: number;
  readonly #parts: LiveNetworkParts;
  readonly #clients: ReadonlyMap<string, PlannedClient>;
  readonly #opened = new Map<string, number>();
  #isGone = false;

  constructor(plan: Plan, profile: Profile, parts: LiveNetworkParts) {
    this.clock = parts.clock;
    this.subscriptionRule = profile.subscriptionRule;
    this.patienceMsMax = parts.patienceMsMax;
    this.#parts = parts;
    this.#clients = new Map(plan.clients.map((client) => [client.name, client]));
  }

  /** The server's process is gone: what still comes of its connections belongs to its end. */
  serverGone(): void {
    this.#isGone = true;
  }

  connect(client: string, events: ClientConnectionEvents): ClientConnection {
    const planned = this.#clients.get(client);
    if (planned === undefined) throw new RangeError(`the plan has no client ${client}`);
    const count = (this.#opened.get(client) ?? 0) + 1;
    this.#opened.set(client, count);
    const connection = new LiveConnection(`${client}#${count}`, planned, events, {
      ...this.#parts,
      isGone: () => this.#isGone,
    });
    this.#parts.recorder.record({ kind: "connect", connection: connection.id, client });
    connection.start();
    return connection;
  }

  skip(operation: string, reason: string): void {
    this.#parts.recorder.record({ kind: "skip", operation, reason });
  }
}

interface ConnectionParts extends LiveNetworkParts {
  isGone(): boolean;
}

class LiveConnection implements ClientConnection {
  readonly id: string;
  readonly #events: ClientConnectionEvents;
  readonly #parts: ConnectionParts;
  readonly #up: Link<Upward>;
  readonly #down: Link<Downward>;
  #serverEnd: ServerConnection | null = null;
  #isOpen = false;
  /** The client has left, or knows of the end. */
  #clientOver = false;
  /** Nothing more happens on the socket. */
  #serverOver = false;

  constructor(
    id: string,
    { link }: PlannedClient,
    events: ClientConnectionEvents,
    parts: ConnectionParts,
  ) {
    const { clock, streams } = parts;
    this.id = id;
    this.#events = events;
    this.#parts = parts;
    this.#up = new Link(clock, streams.stream(`network/${id}/up`), link.up, (packet) =>
      this.#atSocket(packet),
    );
    this.#down = new Link(clock, streams.stream(`network/${id}/down`), link.down, (packet) =>
      this.#atClient(packet),
    );
  }

  start(): void {
    this.#up.send({ kind: "open" });
  }

  send(operation: string | null, frame: string): void {
    if (this.#clientOver) return;
    const index = this.#record({ kind: "send", connection: this.id, operation, frame });
    this.#up.send({ kind: "frame", index, text: frame });
  }

  leave(how: "close" | "cut"): void {
    if (this.#clientOver) return;
    this.#clientOver = true;
    this.#record({ kind: "leave", connection: this.id, how });
    this.#down.cut();
    if (how === "cut") this.#up.drop();
    this.#up.send({ kind: "end", how });
  }

  #atSocket(packet: Upward): void {
    if (this.#serverOver || this.#parts.isGone()) return;
    switch (packet.kind) {
      case "open":
        this.#open();
        return;
      case "frame":
        // Recorded before it is put on the socket: it can't have arrived any sooner.
        this.#record({ kind: "arrive", connection: this.id, of: packet.index });
        this.#serverEnd?.deliver(packet.text);
        return;
      case "end":
        this.#serverOver = true;
        this.#record({ kind: "end", connection: this.id, by: "client", how: packet.how });
        this.#serverEnd?.end(packet.how);
        return;
    }
  }

  #open(): void {
    const { pace, server } = this.#parts;
    const inTurn = (run: () => void) =>
      pace.happen(() => {
        if (!this.#serverOver && !this.#parts.isGone()) run();
      });
    this.#serverEnd = server.connect({
      open: () => inTurn(() => this.#opened()),
      frame: (text) => inTurn(() => this.#written(text)),
      end: (how) => inTurn(() => this.#ended(how)),
    });
  }

  #opened(): void {
    this.#isOpen = true;
    this.#record({ kind: "open", connection: this.id });
    this.#down.send({ kind: "open" });
  }

  #written(text: string): void {
    const index = this.#record({ kind: "write", connection: this.id, frame: text });
    this.#down.send({ kind: "frame", index, text });
  }

  #ended(how: string): void {
    this.#serverOver = true;
    if (this.#isOpen) this.#record({ kind: "end", connection: this.id, by: "server", how });
    else this.#record({ kind: "refused", connection: this.id, reason: how });
    this.#down.send({ kind: "end", how: this.#isOpen ? how : `refused: ${how}` });
  }

  #atClient(packet: Downward): void {
    if (this.#clientOver) return;
    switch (packet.kind) {
      case "open":
        this.#events.open();
        return;
      case "frame":
        this.#record({ kind: "receive", connection: this.id, of: packet.index });
        this.#events.frame(packet.text);
        return;
      case "end":
        this.#clientOver = true;
        this.#record({ kind: "closed", connection: this.id, how: packet.how });
        this.#events.closed(packet.how);
        return;
    }
  }

  #record(fact: HistoryFact): number {
    return this.#parts.recorder.record(fact);
  }
}
