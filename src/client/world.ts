/**
 * What the engine offers to the clients of a plan: connections, recorded and delayed.
 *
 * @packageDocumentation
 */
import type { PatternRule } from "../../models/index.js";
import type { SecurityChange } from "../protocol/index.js";
import type { Clock } from "../sim/index.js";

export interface ClientWorld {
  readonly clock: Clock;
  /** How the server reads subscription patterns, for clients that choose theirs by it; `crossing` when absent. */
  readonly subscriptionRule?: PatternRule;
  /** An operation is about to start; also where it is skipped. */
  begins?(operation: string): void;
  /**
   * Present where time is real, and silence proves nothing: before the next operation of a lockstep
   * plan, and before all counts as quiet, each connection has to answer a heartbeat.
   */
  readonly isLive?: true;
  /** Present where clients wait for answers no longer than that, whatever they wait for otherwise. */
  readonly patienceMsMax?: number;
  /** Opens a connection for that client; the engine records it, delays it, and calls back later. */
  connect(client: string, events: ClientConnectionEvents): ClientConnection;
  /** By which action a client ends its own session for good; `revoke-session` when absent. */
  readonly revokeAction?: string;
  /**
   * Has the administrator make a change, records it, and calls back once, when it is made or can't be.
   * Absent where nobody can be asked.
   */
  administer?(operation: string, change: SecurityChange, ended: () => void): void;
  /** Records that an operation could not be started. */
  skip(operation: string, reason: string): void;
}

export interface ClientConnection {
  /** `c1#2`: the second connection of c1. */
  readonly id: string;
  /** `operation` is null for what no operation asked for: heartbeats and acknowledgements. */
  send(operation: string | null, frame: string): void;
  /** Ends the connection; no event follows. */
  leave(how: "close" | "cut"): void;
}

export interface ClientConnectionEvents {
  open(): void;
  frame(text: string): void;
  /** Refused, closed by the server, or crashed: once, and nothing follows. */
  closed(how: string): void;
}
