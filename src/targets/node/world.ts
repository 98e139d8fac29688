/**
 * What the replaced globals of a simulated process are wired to.
 *
 * Node's globals are one a process, so there is at most one simulated process at a time, and the
 * replacements find it here.
 *
 * @packageDocumentation
 */
import type { Cancel, Prng, Timeline } from "../../sim/index.js";
import type { DiskCalls } from "./disk-calls.js";
import type { Root } from "./root.js";

export type ErrorCause = "uncaught-exception" | "unhandled-rejection";

export interface World {
  readonly clock: Timeline;
  /** Virtual milliseconds at which the process began. */
  readonly startedAt: number;
  /** Wall time at which the process began, in epoch milliseconds. */
  readonly startedWallMs: number;
  /** Wall time, in epoch milliseconds. */
  wallMs(): number;
  /** `fs` on the simulated disk; null where the server stores nothing there. */
  readonly disk: DiskCalls | null;
  /** Where the server's files are, and where it believes that they are. */
  readonly root: Root;
  /** Where `Math.random` draws. */
  readonly random: Prng;
  /** Where everything cryptographic draws. */
  readonly entropy: Prng;
  /** Runs a task of the target in the next round of immediates; the answer cancels it. */
  soon(task: () => void): Cancel;
  /** Runs a task of the target when what it asked of the system or of a thread has come back. */
  answer(task: () => void): Cancel;
  /** Runs a task of the target when the simulated disk has done what it was asked for. */
  diskAnswer(task: () => void): void;
  /** Runs code of the target at once; what it throws is an uncaught exception of the target. */
  guard(task: () => void): void;
  /** An error that nobody caught: its handlers for those are called, or the process ends. */
  uncaught(error: unknown, cause: ErrorCause): void;
  /** The target used a source of time or chance that is not simulated. */
  report(what: string): void;
  /** The target ends its own process. */
  exit(code: number): never;
  /** The target wrote to its standard output or error. */
  output(text: string): void;
}

let current: World | null = null;

/** The simulated process that is running. */
export function world(): World {
  if (current === null)
    throw new Error("a replaced global was used outside of a simulated process");
  return current;
}

/** Whether a simulated process is running now. */
export function isWorldSet(): boolean {
  return current !== null;
}

export function setWorld(next: World | null): void {
  current = next;
}
