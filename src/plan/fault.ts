/**
 * Faults: what goes wrong around the clients of a plan, as data.
 *
 * The names are Toxiproxy's where it has them: latency, jitter, bandwidth, slicer, reset_peer. Each
 * kind, its heal, and what it entitles a server to is described in docs/FAULTS.md.
 *
 * @packageDocumentation
 */
import type { Latency } from "./latency.js";

/**
 * One fault. Its moment and its length are as stable as the rest of the plan: they don't change when
 * other elements are left out.
 *
 * What a minimiser may do, and the plan stays one that can be run:
 * - leave any fault out;
 * - leave `operation` out, which makes the moment count from the start of the operations;
 * - lower `afterMs` and `durationMs`, to 0 at the least;
 * - leave clients out of `fault.clients`, but the last;
 * - change any number of `fault` within the bounds of its field; every field says what is plainest.
 *
 * An operation or a client that is left out leaves faults without their reference: `fitted` takes
 * such faults and references out as well, and `parsePlan` refuses a plan that has them.
 */
export interface PlannedFault {
  /** `f1`, `f2` … unique among faults and operations of the plan, kept when others are removed. */
  readonly id: string;
  /** The operation whose start (also where it is skipped) the moment is counted from; absent: the moment at which the clients begin. */
  readonly operation?: string;
  /** Virtual milliseconds from there to the fault. */
  readonly afterMs: number;
  /** Virtual milliseconds until it is healed; all is healed, at the latest, once the operations are done. */
  readonly durationMs: number;
  readonly fault: Fault;
}

/** `up`: from clients to the server. */
export type Direction = "up" | "down" | "both";

interface OfClients {
  /** Whose connections: those that are open, and those that they open while it lasts. Not empty. */
  readonly clients: readonly string[];
}

interface OfLinks extends OfClients {
  readonly direction: Direction;
}

export type Fault = LinkFault | ConnectionFault | ServerFault | DiskFault;

/** What delays frames, and neither loses, repeats nor reorders them (docs/adr/0003). */
export type LinkFault =
  /** Delays are drawn from these bounds instead of the link's. Plainest: both bounds alike, `uniform`. */
  | ({ readonly kind: "latency" } & OfLinks & Latency)
  /** Every frame is on its way for up to that much longer, in virtual milliseconds, 1 or more. */
  | ({ readonly kind: "jitter"; readonly jitterMsMax: number } & OfLinks)
  /** So many bytes of frames a virtual second, 1 or more; what comes faster waits. */
  | ({ readonly kind: "bandwidth"; readonly bytesPerSecond: number } & OfLinks)
  /** Nothing arrives; the heal releases what was held, in order. */
  | ({ readonly kind: "stall" } & OfLinks)
  /** As a stall both ways; the heal releases what was held, or ends the connections by a reset, as TCP does in the end. */
  | ({ readonly kind: "partition"; readonly ends: "release" | "reset" } & OfClients)
  /** The clients don't read: once `bufferBytesMax` bytes (0 or more) wait for one, the server's writes to it push back. The heal reads on. */
  | ({ readonly kind: "slow-reader"; readonly bufferBytesMax: number } & OfClients)
  /** Each frame reaches the server in pieces of at most `bytesMax` bytes (1 or more), `gapMs` virtual milliseconds apart. */
  | ({ readonly kind: "slice"; readonly bytesMax: number; readonly gapMs: number } & OfClients)
  /** Frames that come within `windowMs` virtual milliseconds (0 or more) of the first reach the server in one piece. */
  | ({ readonly kind: "merge"; readonly windowMs: number } & OfClients);

/** What ends connections, or sits between a client and the server. */
export type ConnectionFault =
  /**
   * The connections that are open end: with a close frame both ways, with a reset, or by the end of what
   * the client sends (FIN without a close frame), after which the server has the word. The heal
   * connects the clients again.
   */
  | ({ readonly kind: "cut"; readonly how: "close" | "reset" | "half-close" } & OfClients)
  /** Resets all these connections at once; the clients are back at once; again each `everyMs` (1 or more) until healed. */
  | ({ readonly kind: "reconnect-storm"; readonly everyMs: number } & OfClients)
  /**
   * A relay between client and server, which TCP says nothing of: each request is held for up to
   * `holdMsMax` virtual milliseconds by itself, so that requests overtake one another, and is sent
   * on once more `repeatsOfTen` times of ten. The heal takes it out.
   */
  | ({
      readonly kind: "relay";
      readonly holdMsMax: number;
      readonly repeatsOfTen: number;
    } & OfClients);

/** What happens to the server's process and its clock. */
export type ServerFault =
  /** The process does nothing; what arrives waits, timers fire late. */
  | { readonly kind: "pause" }
  /** The wall clock of the server jumps, forward or (negative) backward; the heal sets it right. */
  | { readonly kind: "clock-jump"; readonly jumpMs: number }
  /** The wall clock goes too fast, or (negative, above -1,000,000) too slow, by that many in a million; the heal sets it right. */
  | { readonly kind: "clock-skew"; readonly perMillion: number }
  /** An orderly stop; the heal starts a new process on the same store. */
  | { readonly kind: "stop" }
  /**
   * The process ends in an instant. `process`: what it had given to the operating system is kept.
   * `machine`: power fails, and writes that were not synced are lost or torn. The heal starts a new
   * process on the same store.
   */
  | { readonly kind: "kill"; readonly loses: "process" | "machine" };

/** What happens to the disk of a server that stores in a file; others don't notice. */
export type DiskFault =
  /** There is no space left: writes fail with ENOSPC, the last one half done. */
  | { readonly kind: "disk-full" }
  /** Calls of that sort fail with EIO. */
  | { readonly kind: "disk-error"; readonly on: "read" | "write" | "sync" };

export type FaultKind = Fault["kind"];

/** Which kinds the plans of a campaign have; `swarm`: half of them, those that are drawn for each. */
export type FaultChoice = readonly FaultKind[] | "swarm";

/** All kinds, in the order of docs/FAULTS.md. */
export const FAULT_KINDS: readonly FaultKind[] = [
  "latency",
  "jitter",
  "bandwidth",
  "stall",
  "partition",
  "slow-reader",
  "slice",
  "merge",
  "cut",
  "reconnect-storm",
  "relay",
  "pause",
  "clock-jump",
  "clock-skew",
  "stop",
  "kill",
  "disk-full",
  "disk-error",
];
