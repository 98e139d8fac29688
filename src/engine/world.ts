/**
 * The network between the clients of a plan and the server: every connection is two FIFO links, and
 * both ends are recorded.
 *
 * @packageDocumentation
 */
import type { PatternRule, Profile } from "../../models/index.js";
import type { ClientConnection, ClientConnectionEvents, ClientWorld } from "../client/index.js";
import type { Latency, Plan, PlannedClient } from "../plan/index.js";
import { Link, type Clock, type EventLoop, type Inlet, type Streams } from "../sim/index.js";
import type { RunningTarget, ServerConnection } from "../targets/target.js";
import type { Recorder } from "./recorder.js";

/** What travels from a client to the server. */
type Upward =
  | { readonly kind: "open" }
  | { readonly kind: "frame"; readonly index: number; readonly text: string }
  | { readonly kind: "end"; readonly how: "close" | "cut" };

/** What travels back. */
type Downward =
  | { readonly kind: "open" }
  | { readonly kind: "frame"; readonly index: number; readonly text: string }
  | { readonly kind: "end"; readonly how: string };

interface WorldParts {
  readonly clock: Clock;
  readonly streams: Streams;
  readonly recorder: Recorder;
  /** By which the server reads what arrives; at once where there is none. */
  readonly loop: EventLoop | null;
}

export class World implements ClientWorld {
  readonly clock: Clock;
  /** What callers of the mesh subscribe depends on how far the server's patterns reach. */
  readonly subscriptionRule: PatternRule;
  readonly #streams: Streams;
  readonly #recorder: Recorder;
  readonly #loop: EventLoop | null;
  readonly #clients: ReadonlyMap<string, PlannedClient>;
  readonly #opened = new Map<string, number>();
  readonly #connections = new Set<SimulatedConnection>();
  #server: RunningTarget | null = null;

  constructor(plan: Plan, profile: Profile, parts: WorldParts) {
    const { clock, streams, recorder, loop } = parts;
    this.clock = clock;
    this.subscriptionRule = profile.subscriptionRule;
    this.#streams = streams;
    this.#recorder = recorder;
    this.#loop = loop;
    this.#clients = new Map(plan.clients.map((client) => [client.name, client]));
  }

  /** From now on connections reach this server. */
  serve(server: RunningTarget): void {
    this.#server = server;
  }

  /** The server's process is gone: what it had written arrives, then the connections break. */
  serverGone(how: string): void {
    this.#server = null;
    for (const connection of [...this.#connections]) connection.serverGone(how);
  }

  connect(client: string, events: ClientConnectionEvents): ClientConnection {
    const planned = this.#clients.get(client);
    if (planned === undefined) throw new RangeError(`the plan has no client ${client}`);
    const count = (this.#opened.get(client) ?? 0) + 1;
    this.#opened.set(client, count);
    const id = `${client}#${count}`;
    const connection = new SimulatedConnection({
      id,
      events,
      recorder: this.#recorder,
      server: () => this.#server,
      gone: () => this.#connections.delete(connection),
      inlet: (chunk) => this.#loop?.inlet(`${id}/up`, chunk) ?? null,
      up: (deliver) => this.#link<Upward>(`network/${id}/up`, planned.link.up, deliver),
      down: (deliver) => this.#link<Downward>(`network/${id}/down`, planned.link.down, deliver),
    });
    this.#connections.add(connection);
    this.#recorder.record({ kind: "connect", connection: id, client });
    connection.start();
    return connection;
  }

  skip(operation: string, reason: string): void {
    this.#recorder.record({ kind: "skip", operation, reason });
  }

  #link<Packet>(name: string, latency: Latency, deliver: (packet: Packet) => void): Link<Packet> {
    return new Link(this.clock, this.#streams.stream(name), latency, deliver);
  }
}

interface ConnectionParts {
  readonly id: string;
  readonly events: ClientConnectionEvents;
  readonly recorder: Recorder;
  server(): RunningTarget | null;
  gone(): void;
  inlet(chunk: (read: () => void) => void): Inlet | null;
  up(deliver: (packet: Upward) => void): Link<Upward>;
  down(deliver: (packet: Downward) => void): Link<Downward>;
}

/** A whole packet, in the sixteenths that the event loop counts in. */
const WHOLE = 16;

class SimulatedConnection implements ClientConnection {
  readonly id: string;
  readonly #parts: ConnectionParts;
  readonly #up: Link<Upward>;
  readonly #down: Link<Downward>;
  readonly #inlet: Inlet | null;
  /** What the server reads in one go. */
  #chunk: Uint8Array[] = [];
  #endsWhole = true;
  #serverEnd: ServerConnection | null = null;
  /** The client has left, or knows of the end: nothing more happens at its boundary. */
  #clientOver = false;
  /** The server has ended it, or knows of the end: nothing more may happen at its boundary. */
  #serverOver = false;

  constructor(parts: ConnectionParts) {
    this.id = parts.id;
    this.#parts = parts;
    this.#inlet = parts.inlet((read) => this.#readChunk(read));
    this.#up = parts.up((packet) => this.#reach(packet));
    this.#down = parts.down((packet) => this.#atClient(packet));
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
    // A reset overtakes nothing, but takes with it what is still on its way.
    if (how === "cut") this.#up.drop();
    this.#up.send({ kind: "end", how });
  }

  serverGone(how: string): void {
    if (this.#serverOver) return;
    this.#serverOver = true;
    this.#serverEnd = null;
    this.#up.cut();
    this.#down.send({ kind: "end", how });
    this.#parts.gone();
  }

  /** The packet has come to the server's machine; its process reads it now or in its turn. */
  #reach(packet: Upward): void {
    if (this.#inlet === null) this.#atServer(packet);
    else {
      this.#inlet.arrive({
        isFrame: packet.kind === "frame" && this.#serverEnd?.bytes !== undefined,
        read: (from, to) => this.#read(packet, from, to),
      });
    }
  }

  #readChunk(read: () => void): void {
    this.#chunk = [];
    read();
    if (this.#chunk.length === 0) return;
    this.#serverEnd?.bytes?.receive(joined(this.#chunk), this.#endsWhole);
  }

  /** Reads those sixteenths of a packet; a frame has arrived with its last byte. */
  #read(packet: Upward, from: number, to: number): void {
    const bytes = this.#serverEnd?.bytes;
    if (packet.kind !== "frame" || bytes === undefined) {
      this.#atServer(packet);
      return;
    }
    if (this.#serverOver) return;
    const frame = bytes.encode(packet.text);
    this.#endsWhole = to === WHOLE;
    if (this.#endsWhole) this.#record({ kind: "arrive", connection: this.id, of: packet.index });
    this.#chunk.push(frame.subarray(cutOf(frame, from), cutOf(frame, to)));
  }

  #atServer(packet: Upward): void {
    if (this.#serverOver) return;
    switch (packet.kind) {
      case "open":
        this.#accept();
        return;
      case "frame":
        this.#record({ kind: "arrive", connection: this.id, of: packet.index });
        this.#serverEnd?.deliver(packet.text);
        return;
      case "end":
        this.#serverOver = true;
        this.#record({ kind: "end", connection: this.id, by: "client", how: packet.how });
        this.#serverEnd?.end(packet.how);
        this.#parts.gone();
        return;
    }
  }

  #accept(): void {
    const server = this.#parts.server();
    if (server === null) {
      this.#refuse("no server");
      return;
    }
    let isOpen = false;
    this.#serverEnd = server.connect({
      open: () => {
        if (this.#serverOver) return;
        isOpen = true;
        this.#record({ kind: "open", connection: this.id });
        this.#down.send({ kind: "open" });
      },
      frame: (text) => {
        // A write after the end is recorded: that a server does so is a finding (SES-5).
        const index = this.#record({ kind: "write", connection: this.id, frame: text });
        this.#down.send({ kind: "frame", index, text });
      },
      end: (how) => {
        if (this.#serverOver) return;
        if (!isOpen) {
          this.#refuse(how);
          return;
        }
        this.#serverOver = true;
        this.#record({ kind: "end", connection: this.id, by: "server", how });
        this.#down.send({ kind: "end", how });
        this.#parts.gone();
      },
    });
  }

  #refuse(reason: string): void {
    this.#serverOver = true;
    this.#record({ kind: "refused", connection: this.id, reason });
    this.#down.send({ kind: "end", how: `refused: ${reason}` });
    this.#parts.gone();
  }

  #atClient(packet: Downward): void {
    if (this.#clientOver) return;
    switch (packet.kind) {
      case "open":
        this.#parts.events.open();
        return;
      case "frame":
        this.#record({ kind: "receive", connection: this.id, of: packet.index });
        this.#parts.events.frame(packet.text);
        return;
      case "end":
        this.#clientOver = true;
        this.#record({ kind: "closed", connection: this.id, how: packet.how });
        this.#parts.events.closed(packet.how);
        return;
    }
  }

  #record(fact: Parameters<Recorder["record"]>[0]): number {
    return this.#parts.recorder.record(fact);
  }
}

/** How many bytes so many sixteenths are; what is cut leaves something on both sides. */
function cutOf({ length }: Uint8Array, sixteenths: number): number {
  if (sixteenths === 0 || sixteenths === WHOLE) return (length * sixteenths) / WHOLE;
  return Math.min(length - 1, Math.max(1, Math.round((length * sixteenths) / WHOLE)));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
}
