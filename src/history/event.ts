/**
 * What was observed: the events of one case, in the one total order of the world.
 *
 * Frames are recorded at both boundaries. `send` and `receive` happen at the client, `arrive` and
 * `write` at the server; `arrive` and `receive` name the event that put the frame on its way. For a
 * recording without network (a transcript), both happen together.
 *
 * @packageDocumentation
 */

import type { JsonObject, SecurityChange, SecurityDirectory } from "../protocol/index.js";

/** The client that looks in by itself, beside those of the plan; the plan has none of that name. */
export const OBSERVER = "observer";

/** Version of the history's JSON lines; a reader refuses others. */
export const HISTORY_FORMAT = 1;

export interface HistoryHeader {
  readonly format: typeof HISTORY_FORMAT;
  /** Target id, as given on the command line: `happn-3@1.13.3`. */
  readonly target: string;
  /** Id of the profile to judge by (models/profile.ts). */
  readonly profile: string;
  /** How the operations were driven; `recorded` when somebody else did. */
  readonly mode: "lockstep" | "concurrent" | "recorded";
  /** Epoch milliseconds of the server's clock at `at: 0`; null when it is not known (a transcript). */
  readonly epochMs: number | null;
  /** False where the server was already in use, so that its store may hold what no event shows. */
  readonly fresh: boolean;
  /**
   * Where arrivals and writes were seen; absent: at the server. `client`: at the clients' ends of the
   * sockets. A frame arrived at the server when it was sent or later, and was written when it was
   * received or earlier (docs/adr/0013).
   */
  readonly boundary?: "client";
  /**
   * A segment that only this history's own paths and mesh nodes have (as a whole, or as an ending):
   * nothing was stored under them before it began, and nobody else writes there. Absent: none.
   */
  readonly namespace?: string;
  /** Present where clients that no event shows may use the server meanwhile. */
  readonly others?: true;
  /** What the server stores in; `memory` where absent. A file outlives the process. */
  readonly store?: "memory" | "file";
  /** Present where the server was started in secure mode, with this (PROTOCOL.md 8). */
  readonly security?: SecurityDirectory;
}

export interface History {
  readonly header: HistoryHeader;
  readonly events: readonly HistoryEvent[];
}

/** `at` is virtual milliseconds since the case began. Connections are `c1#1`, `c1#2` …, clients `c1`. */
export type HistoryEvent = { readonly at: number } & HistoryFact;

export type HistoryFact =
  /** The server accepts connections. */
  | { readonly kind: "started" }
  /** An orderly stop begins. */
  | { readonly kind: "stopping" }
  | { readonly kind: "stopped" }
  /** The server's process was ended in an instant, from outside; `machine`: with all that was not synced to its disk. */
  | { readonly kind: "killed"; readonly loses: "process" | "machine" }
  /** The client starts to open a connection. */
  | {
      readonly kind: "connect";
      readonly connection: string;
      readonly client: string;
      /** Present where the connection was in use before the history began: what went over it then is not known. */
      readonly partial?: true;
    }
  /** Server boundary: the WebSocket is open. */
  | { readonly kind: "open"; readonly connection: string }
  /** Server boundary: the connection was refused, with the reason. */
  | { readonly kind: "refused"; readonly connection: string; readonly reason: string }
  /** Client boundary: the invocation. `operation` is null for a heartbeat. A node's reaction is `<operation or c1>/r<n>`. */
  | {
      readonly kind: "send";
      readonly connection: string;
      readonly operation: string | null;
      readonly frame: string;
    }
  /** Between both: a relay sends the frame of `events[of]`, a `send`, on once more; its arrival names this event. */
  | { readonly kind: "relay"; readonly connection: string; readonly of: number }
  /** Server boundary: the frame of `events[of]` reaches the server. */
  | { readonly kind: "arrive"; readonly connection: string; readonly of: number }
  /** Server boundary: the server writes a frame. */
  | { readonly kind: "write"; readonly connection: string; readonly frame: string }
  /** Client boundary: the frame of `events[of]` reaches the client. */
  | { readonly kind: "receive"; readonly connection: string; readonly of: number }
  /** Client boundary: the client ends its connection. */
  | { readonly kind: "leave"; readonly connection: string; readonly how: "close" | "cut" }
  /** Server boundary: the connection is over for the server; nothing may be written after it. */
  | {
      readonly kind: "end";
      readonly connection: string;
      /** `network`: something between both reset the connection. */
      readonly by: "client" | "server" | "network";
      readonly how: string;
    }
  /** Client boundary: the client learns that the connection is over. */
  | { readonly kind: "closed"; readonly connection: string; readonly how: string }
  /** An operation (or a fault) that could not be started: its client has no connection, no session. */
  | { readonly kind: "skip"; readonly operation: string; readonly reason: string }
  /** The server's process ended by itself: an uncaught error, an unhandled rejection, an exit. */
  | {
      readonly kind: "crash";
      /** `hang`: it is busy for ever, or never does what was asked of its process. */
      readonly cause: "uncaught-exception" | "unhandled-rejection" | "exit" | "hang";
      /** `TypeError: …`, or `exit 1`. */
      readonly message: string;
      /** Top frames of the target's own code, as `package/file.js:line function`; paths of the machine are not in it. */
      readonly frames: readonly string[];
    }
  /** Something that the simulated world cannot make deterministic was used: what, and `file:line`. */
  | { readonly kind: "undeterministic"; readonly what: string; readonly site: string }
  /** Server boundary: the administrator asks for a change of who may do what. */
  | { readonly kind: "administer"; readonly operation: string; readonly change: SecurityChange }
  /** Server boundary: the change that `events[of]` asks for is made; or it can't be, and why. */
  | { readonly kind: "administered"; readonly of: number; readonly error: string | null }
  /** A fault of the plan begins; `what` is its data, with its `kind`. */
  | { readonly kind: "fault"; readonly fault: string; readonly what: JsonObject }
  /** A fault is over: from now on nothing is amiss because of it. */
  | { readonly kind: "healed"; readonly fault: string }
  /** From now on the server's wall clock is off: by `offsetMs` now, and by so many millionths of the time from here. */
  | { readonly kind: "clock"; readonly offsetMs: number; readonly perMillion: number }
  /** The operations are done, and every fault is healed: from now on everything is reachable. */
  | { readonly kind: "heal" }
  /** All operations are done and the world is quiet; what is unanswered now stays so. */
  | { readonly kind: "quiet" }
  /** Every client has left. */
  | { readonly kind: "left" }
  /** What the server's process holds while nobody is connected: timers that are set, sockets that are open. */
  | { readonly kind: "census"; readonly timers: number; readonly sockets: number };

export type HistoryEventKind = HistoryFact["kind"];
