/**
 * Traffic that somebody else recorded, as a history, so that it is judged like any other.
 *
 * What is known of it is what went by: frames of connections with their times, seen somewhere
 * between clients and server. Others may have used the server, and a connection may have been in use
 * before the recording began; a history says both (docs/adr/0013), and nothing is judged that these
 * could explain.
 *
 * @packageDocumentation
 */
import { HISTORY_FORMAT, type History, type HistoryEvent } from "../history/index.js";
import {
  isJsonObject,
  parseClientFrame,
  parseServerFrame,
  type ServerFrame,
} from "../protocol/index.js";
import type { ProfileId } from "../../models/index.js";

/** `up`: from the client to the server. */
export type TrafficDirection = "up" | "down";

export interface TrafficItem {
  /** Whole milliseconds since any fixed moment. */
  readonly at: number;
  readonly what:
    | { readonly kind: "frame"; readonly direction: TrafficDirection; readonly text: string }
    | { readonly kind: "close"; readonly by: "client" | "server" };
}

/** One connection: its items in the order in which they went by; times never go back. */
export interface TrafficConnection {
  readonly name: string;
  readonly items: readonly TrafficItem[];
}

export interface TrafficOptions {
  /** What to call the target. */
  readonly target: string;
  /** Null: as the answers tell. */
  readonly profile: ProfileId | null;
  /** Whether everybody who uses the server is in the recording. */
  readonly isAlone: boolean;
}

export function historyOfTraffic(
  connections: readonly TrafficConnection[],
  { target, profile, isAlone }: TrafficOptions,
): History {
  const writer = new Writer(connections);
  return {
    header: {
      format: HISTORY_FORMAT,
      target,
      profile: profile ?? profileIn(connections),
      mode: "recorded",
      epochMs: null,
      fresh: false,
      boundary: "client",
      ...(isAlone ? {} : { others: true }),
    },
    events: writer.write(),
  };
}

interface Lane {
  readonly connection: TrafficConnection;
  /** Of its items, the one to be written next. */
  next: number;
}

class Writer {
  readonly #lanes: readonly Lane[];
  readonly #events: HistoryEvent[] = [];
  readonly #known = new Set<string>();
  readonly #beginAt: number;

  constructor(connections: readonly TrafficConnection[]) {
    this.#lanes = connections.map((connection) => ({ connection, next: 0 }));
    this.#beginAt = connections.reduce(
      (begin, { items }) => Math.min(begin, items[0]?.at ?? begin),
      Infinity,
    );
  }

  write(): readonly HistoryEvent[] {
    this.#events.push({ at: 0, kind: "started" });
    for (;;) {
      const lane = this.#nextLane();
      if (lane === null) return this.#events;
      const item = lane.connection.items[lane.next] as TrafficItem;
      lane.next += 1;
      this.#take(lane.connection, item);
    }
  }

  /**
   * The earliest item; of equals, one to the server: that it was sent before the other was received
   * is what may be assumed without saying too much.
   */
  #nextLane(): Lane | null {
    let best: Lane | null = null;
    for (const lane of this.#lanes) {
      const item = lane.connection.items[lane.next];
      if (item === undefined) continue;
      const leader = best?.connection.items[best.next];
      const isBefore =
        leader === undefined ||
        item.at < leader.at ||
        (item.at === leader.at && isUp(item) && !isUp(leader));
      if (isBefore) best = lane;
    }
    return best;
  }

  #take(connection: TrafficConnection, { at: time, what }: TrafficItem): void {
    const id = `${connection.name}#1`;
    const at = time - this.#beginAt;
    if (!this.#known.has(id)) {
      this.#known.add(id);
      const isWhole = isFromTheBeginning(connection.items);
      this.#events.push({
        ...{ at, kind: "connect", connection: id, client: connection.name },
        ...(isWhole ? {} : { partial: true }),
      });
      this.#events.push({ at, kind: "open", connection: id });
    }
    if (what.kind === "close") {
      const how = "close";
      if (what.by === "client") this.#events.push({ at, kind: "leave", connection: id, how });
      this.#events.push({ at, kind: "end", connection: id, by: what.by, how });
      return;
    }
    const of = this.#events.length;
    if (what.direction === "up") {
      this.#events.push({ at, kind: "send", connection: id, operation: null, frame: what.text });
      this.#events.push({ at, kind: "arrive", connection: id, of });
    } else {
      this.#events.push({ at, kind: "write", connection: id, frame: what.text });
      this.#events.push({ at, kind: "receive", connection: id, of });
    }
  }
}

function isUp({ what }: TrafficItem): boolean {
  return what.kind === "frame" && what.direction === "up";
}

const HANDSHAKE = ["configure-session", "describe", "login"];

/** Whether a connection begins with the handshake of a client, so that nothing went before. */
function isFromTheBeginning(items: readonly TrafficItem[]): boolean {
  for (const { what } of items) {
    if (what.kind === "close") return false;
    if (what.direction === "down") {
      if (isOfTransport(parseServerFrame(what.text))) continue;
      return false;
    }
    const frame = parseClientFrame(what.text);
    if (frame.kind === "ping" || frame.kind === "pong") continue;
    return frame.kind === "request" && HANDSHAKE.includes(frame.request.action);
  }
  return false;
}

function isOfTransport({ kind }: ServerFrame): boolean {
  return kind === "ping" || kind === "pong" || kind === "transport";
}

/** What the server's generation is, by the first answer that tells. */
function profileIn(connections: readonly TrafficConnection[]): ProfileId {
  for (const { items } of connections) {
    for (const { what } of items) {
      if (what.kind !== "frame" || what.direction !== "down") continue;
      const frame = parseServerFrame(what.text);
      if (frame.kind !== "response" || frame.meta["action"] !== "describe") continue;
      if (!isJsonObject(frame.data)) continue;
      return "encryptPayloads" in frame.data ? "1.x" : "13.x";
    }
  }
  return "1.x";
}
