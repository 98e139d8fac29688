/**
 * One connection of a client through the simulated network: two links, recorded at both ends.
 *
 * @packageDocumentation
 */
import type { ClientConnection, ClientConnectionEvents } from "../client/index.js";
import type { Cancel, Clock, Inlet, Link, Prng } from "../sim/index.js";
import type { ServerConnection } from "../targets/target.js";
import { UNAFFLICTED, type Affliction } from "./affliction.js";
import type { Recorder } from "./recorder.js";
import { Relay } from "./relay.js";
import type { ServerHost } from "./server-host.js";

/** How a connection can be broken from outside: see the fault `cut`. */
export type Break = "close" | "reset" | "half-close";

/** A frame on its way, with the event that put it there. */
interface FramePacket {
  readonly kind: "frame";
  readonly index: number;
  readonly text: string;
}

/** What travels from a client to the server. */
export type Upward =
  | { readonly kind: "open" }
  | FramePacket
  | { readonly kind: "end"; readonly how: "close" | "cut" | "half-close" };

/** What travels back. */
export type Downward =
  { readonly kind: "open" } | FramePacket | { readonly kind: "end"; readonly how: string };

export interface ConnectionParts {
  readonly id: string;
  readonly client: string;
  readonly events: ClientConnectionEvents;
  readonly clock: Clock;
  readonly recorder: Recorder;
  /** The server's process, if there is one. */
  host(): ServerHost | null;
  /** Both ends know that it is over. */
  gone(): void;
  /** Where its packets come in to an event loop that is explored; null where there is none. */
  inlet(chunk: (read: () => void) => void): Inlet | null;
  /** Chance of one purpose on this connection: `relay`, `up/faults`. */
  chance(purpose: string): Prng;
  up(deliver: (packet: Upward) => void): Link<Upward>;
  down(deliver: (packet: Downward) => void): Link<Downward>;
}

const encoder = new TextEncoder();

/** A whole packet, in the sixteenths that the event loop counts in. */
const WHOLE = 16;

export class SimulatedConnection implements ClientConnection {
  readonly id: string;
  readonly client: string;
  readonly #parts: ConnectionParts;
  readonly #up: Link<Upward>;
  readonly #down: Link<Downward>;
  readonly #relay: Relay;
  readonly #inlet: Inlet | null;
  /** What the server reads in one go. */
  #chunk: Uint8Array[] = [];
  #endsWhole = true;
  #host: ServerHost | null = null;
  #serverEnd: ServerConnection | null = null;
  #affliction: Affliction = UNAFFLICTED;
  /** Frames that are to reach the server in one piece, once the time of the first is over. */
  #merged: FramePacket[] = [];
  #cancelMerge: Cancel = () => undefined;
  /** Stops the pieces of a frame that are still to come. */
  #cancelPieces: Cancel = () => undefined;
  /** The client has left, or knows of the end: nothing more happens at its boundary. */
  #clientOver = false;
  /** What the client sends goes nowhere: the network has ended its half. */
  #isMuted = false;
  /** The server has ended it, or knows of the end: nothing more may happen at its boundary. */
  #serverOver = false;
  /** The server knows that the client sends no more, and has not ended its own half. */
  #isHalfClosed = false;

  constructor(parts: ConnectionParts) {
    this.id = parts.id;
    this.client = parts.client;
    this.#parts = parts;
    this.#inlet = parts.inlet((read) => this.#readChunk(read));
    this.#up = parts.up((packet) => this.#arrive(packet));
    this.#down = parts.down((packet) => this.#atClient(packet));
    this.#relay = new Relay(parts.clock, () => parts.chance("relay"));
  }

  get isHalfClosed(): boolean {
    return this.#isHalfClosed && !this.#clientOver;
  }

  start(): void {
    this.#up.send({ kind: "open" });
  }

  send(operation: string | null, frame: string): void {
    if (this.#clientOver) return;
    const index = this.#record({ kind: "send", connection: this.id, operation, frame });
    if (this.#isMuted) return;
    const { relay } = this.#affliction;
    // A relay knows requests; what a client says by itself (heartbeats) passes it by.
    if (relay === null || operation === null) this.#sendUp(index, frame);
    else {
      this.#relay.take(
        relay,
        () => this.#sendUp(index, frame),
        () => {
          const copy = this.#record({ kind: "relay", connection: this.id, of: index });
          this.#sendUp(copy, frame);
        },
      );
    }
  }

  leave(how: "close" | "cut"): void {
    if (this.#clientOver) return;
    this.#clientOver = true;
    this.#record({ kind: "leave", connection: this.id, how });
    this.#down.cut();
    if (how === "cut") this.#relay.drop();
    else this.#relay.flush();
    // A reset overtakes nothing, but takes with it what is still on its way.
    if (how === "cut") this.#dropUp();
    this.#up.send({ kind: "end", how });
    this.#goneIfOver();
  }

  /** From now on it fares like that. */
  under(affliction: Affliction): void {
    const before = this.#affliction;
    this.#affliction = affliction;
    const conditionsOf = (way: "up" | "down") =>
      affliction[way].length === 0
        ? null
        : { all: affliction[way], prng: this.#parts.chance(`${way}/faults`) };
    this.#up.under(conditionsOf("up"));
    this.#down.under(conditionsOf("down"));
    if (before.relay !== null && affliction.relay === null) this.#relay.flush();
    if (before.slowReader !== affliction.slowReader) this.#pushBack(affliction.slowReader);
    if (!before.holdsUp && affliction.holdsUp) this.#up.hold();
    if (before.holdsUp && !affliction.holdsUp) this.#up.release();
    if (!before.holdsDown && affliction.holdsDown) this.#down.hold();
    if (before.holdsDown && !affliction.holdsDown) this.#down.release();
  }

  /** The network ends it. */
  break(how: Break): void {
    if (how === "reset") this.#reset();
    else if (!this.#isMuted && !this.#clientOver) {
      this.#isMuted = true;
      this.#relay.flush();
      this.#up.send({ kind: "end", how });
      if (how === "close") this.#down.send({ kind: "end", how: "close 1001" });
    }
  }

  /** The server's process is gone: what it had written arrives, then the connection breaks. */
  serverGone(how: string): void {
    if (this.#serverOver && !this.#isHalfClosed) return;
    this.#serverIsOver();
    this.#serverEnd = null;
    this.#relay.drop();
    this.#up.cut();
    this.#down.send({ kind: "end", how });
    this.#goneIfOver();
  }

  #sendUp(index: number, text: string): void {
    const bytes = this.#affliction.up.length === 0 ? 0 : encoder.encode(text).length;
    this.#up.send({ kind: "frame", index, text }, bytes);
  }

  #sendDown(index: number, text: string): void {
    const bytes = this.#affliction.down.length === 0 ? 0 : encoder.encode(text).length;
    this.#down.send({ kind: "frame", index, text }, bytes);
  }

  #pushBack(slowReader: Affliction["slowReader"]): void {
    if (slowReader === null) this.#serverEnd?.readOn?.();
    else this.#serverEnd?.pushBack?.(slowReader.bufferBytesMax);
  }

  #reset(): void {
    this.#relay.drop();
    this.#dropUp();
    this.#up.cut();
    this.#down.cut();
    if (!this.#serverOver || this.#isHalfClosed) {
      const wasOver = this.#serverOver;
      this.#serverIsOver();
      // It is over for the server when its process hears of it: one that is paused may answer before.
      const end = () => {
        if (!wasOver) {
          this.#record({ kind: "end", connection: this.id, by: "network", how: "reset" });
        }
        this.#serverEnd?.end("cut");
      };
      if (this.#host === null) end();
      else this.#host.pass(end);
    }
    if (!this.#clientOver) {
      this.#clientOver = true;
      this.#record({ kind: "closed", connection: this.id, how: "reset" });
      this.#parts.events.closed("reset");
    }
    this.#goneIfOver();
  }

  #dropUp(): void {
    this.#cancelMerge();
    this.#merged = [];
    this.#cancelPieces();
    this.#up.drop();
  }

  /** The packet has come to the server's machine, or is held back by what is amiss there. */
  #arrive(packet: Upward): void {
    if (this.#isDeaf()) return;
    const { merge, slice } = this.#affliction;
    if (packet.kind !== "frame") {
      this.#arriveMerged();
      this.#reach(packet);
    } else if (merge !== null || this.#merged.length > 0) this.#merge(packet, merge?.windowMs ?? 0);
    else if (slice !== null) this.#slice(packet, slice);
    else this.#reach(packet);
  }

  /** The server's process reads the packet: now or in its turn. */
  #reach(packet: Upward): void {
    const hasBytes = packet.kind === "frame" && this.#serverEnd?.bytes !== undefined;
    this.#pass(hasBytes, (from, to) => this.#read(packet, from, to));
  }

  /** Lets the server's process read, once it runs; `isFrame`: what it reads are bytes of one frame. */
  #pass(isFrame: boolean, read: (from: number, to: number) => void): void {
    const inlet = this.#inlet;
    const unlessDeaf = (from: number, to: number) => {
      if (!this.#isDeaf()) read(from, to);
    };
    const arrive = () => {
      if (inlet === null) unlessDeaf(0, WHOLE);
      else inlet.arrive({ isFrame, read: unlessDeaf });
    };
    const host = this.#host ?? this.#parts.host();
    if (host === null) arrive();
    else host.pass(arrive);
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
    if (packet.kind === "open") this.#accept();
    else if (packet.kind === "end") this.#endAtServer(packet.how);
    else if (this.#inlet === null || bytes === undefined) {
      this.#record({ kind: "arrive", connection: this.id, of: packet.index });
      this.#serverEnd?.deliver(packet.text);
    } else {
      const frame = bytes.encode(packet.text);
      this.#endsWhole = to === WHOLE;
      if (this.#endsWhole) this.#record({ kind: "arrive", connection: this.id, of: packet.index });
      this.#chunk.push(frame.subarray(cutOf(frame, from), cutOf(frame, to)));
    }
  }

  /** Nothing reaches the server any more, but the end of a connection that is half closed. */
  #isDeaf(): boolean {
    return this.#serverOver && !this.#isHalfClosed;
  }

  #merge(packet: FramePacket, windowMs: number): void {
    this.#merged.push(packet);
    if (this.#merged.length > 1) return;
    this.#cancelMerge = this.#parts.clock.after(windowMs, () => this.#arriveMerged());
  }

  #arriveMerged(): void {
    this.#cancelMerge();
    const packets = this.#merged;
    this.#merged = [];
    if (packets.length > 0) this.#pass(false, () => this.#readTogether(packets));
  }

  #readTogether(packets: readonly FramePacket[]): void {
    for (const { index } of packets) {
      this.#record({ kind: "arrive", connection: this.id, of: index });
    }
    const bytes = this.#serverEnd?.bytes;
    if (bytes === undefined) for (const { text } of packets) this.#serverEnd?.deliver(text);
    else bytes.receive(joined(packets.map(({ text }) => bytes.encode(text))), true);
  }

  /** Piece by piece; what comes behind waits for the last one. */
  #slice(packet: FramePacket, { bytesMax, gapMs }: NonNullable<Affliction["slice"]>): void {
    const frame = this.#serverEnd?.bytes?.encode(packet.text);
    if (frame === undefined || frame.length <= bytesMax) {
      this.#reach(packet);
      return;
    }
    this.#up.hold();
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      this.#up.release();
    };
    this.#cancelPieces = end;
    const deliver = (from: number): void => {
      if (isOver) return;
      const piece = frame.subarray(from, from + bytesMax);
      const isLast = from + bytesMax >= frame.length;
      this.#pass(false, () => {
        if (isOver) return;
        if (isLast) this.#record({ kind: "arrive", connection: this.id, of: packet.index });
        this.#serverEnd?.bytes?.receive(piece, isLast);
        if (isLast) end();
      });
      if (!isLast) this.#parts.clock.after(gapMs, () => deliver(from + bytesMax));
    };
    deliver(0);
  }

  #endAtServer(how: "close" | "cut" | "half-close"): void {
    const wasHalfClosed = this.#isHalfClosed;
    this.#serverIsOver();
    if (wasHalfClosed) {
      this.#serverEnd?.end("cut");
      this.#goneIfOver();
      return;
    }
    this.#isHalfClosed = how === "half-close";
    this.#record({ kind: "end", connection: this.id, by: "client", how });
    this.#serverEnd?.end(how);
    this.#goneIfOver();
  }

  #accept(): void {
    const host = this.#parts.host();
    if (host === null) {
      this.#refuse("no server");
      return;
    }
    this.#host = host;
    let isOpen = false;
    this.#serverEnd = host.connect({
      open: () => {
        if (this.#serverOver) return;
        isOpen = true;
        this.#record({ kind: "open", connection: this.id });
        this.#down.send({ kind: "open" });
      },
      frame: (text) => {
        // A write after the end is recorded: that a server does so is a finding (SES-5).
        const index = this.#record({ kind: "write", connection: this.id, frame: text });
        this.#sendDown(index, text);
      },
      end: (how) => {
        if (this.#serverOver && !this.#isHalfClosed) return;
        if (!isOpen) {
          this.#refuse(how);
          return;
        }
        if (!this.#isHalfClosed) {
          this.#record({ kind: "end", connection: this.id, by: "server", how });
        }
        this.#serverIsOver();
        this.#down.send({ kind: "end", how });
        this.#goneIfOver();
      },
    });
    if (this.#affliction.slowReader !== null) this.#pushBack(this.#affliction.slowReader);
  }

  #refuse(reason: string): void {
    this.#serverIsOver();
    this.#record({ kind: "refused", connection: this.id, reason });
    this.#down.send({ kind: "end", how: `refused: ${reason}` });
    this.#goneIfOver();
  }

  #serverIsOver(): void {
    this.#serverOver = true;
    this.#isHalfClosed = false;
  }

  #goneIfOver(): void {
    if (this.#clientOver && this.#serverOver && !this.#isHalfClosed) this.#parts.gone();
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
        this.#goneIfOver();
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
