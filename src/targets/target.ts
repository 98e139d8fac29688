/**
 * What a server under test must offer to be driven by the engine.
 *
 * Adapters live in folders beside this file. The engine knows this file and none of them.
 *
 * @packageDocumentation
 */
import type { ProfileId } from "../../models/index.js";
import type { DrawnDialect, SecurityChange, SecurityDirectory } from "../protocol/index.js";
import type { Disk, EventLoop, LoopProcess, RealTime, Streams, Timeline } from "../sim/index.js";

export interface Target {
  /** As given on the command line: `reference`, `happn-3@1.13.3`. */
  readonly id: string;
  readonly profile: ProfileId;
  /** `virtual`: the same plan gives the same history. `wall`: it may not, and replay is best effort. */
  readonly time: "virtual" | "wall";
  /** What it can be told to store in; in memory alone where absent. */
  readonly stores?: readonly StoreKind[];
  /** Present where it can be started in secure mode (PROTOCOL.md 8). */
  readonly hasSecureMode?: true;
  /** Present where the plans that are drawn for it are in secure mode. */
  readonly drawsSecure?: true;
  /** Present where the clients of plans that are drawn for it ask for that dialect, or different ones (PROTOCOL.md 9). */
  readonly drawsDialect?: DrawnDialect;
  /** Present where the target lives in real time. */
  readonly wall?: WallFacts;
  /** Present where nobody knows that it starts: if it doesn't, it isn't available, and that is no finding. */
  readonly mayNotStart?: true;
  /**
   * Makes the target runnable in this process (installs, loads, compiles); cheap when done already.
   * @throws TargetUnavailableError when it cannot be had
   */
  prepare(progress: (line: string) => void): Promise<void>;
  /**
   * Runs one case: calls `body` once, from a fresh macrotask, in a process whose time and chance are
   * the target's virtual ones where it needs that, and restores everything after.
   */
  enter<T>(body: () => T): Promise<T>;
  /**
   * Starts a server in the given world; only inside `enter`. Calls `observer.started` once it accepts
   * connections. The one before, if any, was disposed of: what it had stored is on the disk.
   */
  start(environment: Environment, observer: ServerObserver): RunningTarget;
}

export type StoreKind = "memory" | "file";

/**
 * What a simulated process's modules are: `fresh`, every one run anew, as in a process just started;
 * or `kept` from the case before where they have no state, which is faster, and the same as far as
 * is known.
 */
export type ModuleTier = "fresh" | "kept";

/** What the engine has to know of a target that lives in real time. */
export interface WallFacts {
  /** Real time, from zero now. */
  realTime(): RealTime;
  /** A name that no other case has ever had, for the paths of this one: small letters and digits. */
  newNamespace(): string;
  /** Whether each case has a server of its own, that nobody else can know of. */
  readonly isAlone: boolean;
  /** The plan's waits and delays are divided by it. */
  readonly speed: number;
  /** What the server owes and has not given by then, in real milliseconds, it never will. */
  readonly patienceMs: number;
}

/** The world that a virtual target lives in. */
export interface Environment {
  /** All time. */
  readonly clock: Timeline;
  /** The server's wall clock, in epoch milliseconds: it may jump, and go too fast or too slow. */
  wallMs(): number;
  /** One of the target's `stores`. */
  readonly store: StoreKind;
  /** Present: it starts in secure mode, and has these users and groups before it accepts connections. */
  readonly security?: SecurityDirectory;
  /** Outlives the server's process, and ends with the case. */
  readonly disk: Disk;
  /** All chance: a target draws only from streams whose names start with `target/`. */
  readonly streams: Streams;
  /** Where the answers of the operating system and of threads come in, if the event loop is explored. */
  readonly loop?: Pick<EventLoop, "isExploring" | "answer">;
}

export interface ServerObserver {
  started(): void;
  /** `isOrderly` is false where the process was only ended, and no promise was made of how: nothing is judged then. */
  stopped(isOrderly?: boolean): void;
  /** The server's process ended by itself. Nothing follows; connections are gone without a word. */
  crashed(crash: Crash): void;
  /** A source of chance or time that the world does not control was used. */
  undeterministic(what: string, site: string): void;
}

export interface Crash {
  /** `hang`: it is busy for ever, or never does what was asked of its process. */
  readonly cause: "uncaught-exception" | "unhandled-rejection" | "exit" | "hang";
  readonly message: string;
  readonly frames: readonly string[];
}

export interface RunningTarget {
  /** A connection attempt reaches the server now; `events.open` or `events.end` answers it. */
  connect(events: ConnectionEvents): ServerConnection;
  /** Runs what is due at this very moment (microtasks, immediates) until nothing is left. Called by the engine after every event of the clock. */
  drain(): void;
  /** What `drain` does, step by step, for a target that has an event loop: its schedule can be explored. */
  readonly loop?: LoopProcess;
  /** What the server's process has printed so far; absent where nobody can know. */
  log?(): string;
  /**
   * In secure mode: its administrator, in its own process, makes a change. Calls back once, when it is
   * made, or with the reason why it can't be.
   */
  administer?(change: SecurityChange, made: (error: string | null) => void): void;
  /** Begins an orderly stop; `observer.stopped` tells its end. */
  stop(): void;
  /** False where there is no orderly stop at this moment: what asks for one ends the process. */
  readonly isStoppable?: boolean;
  /** Ends the simulated process at once and lets go of everything. Nothing is called back after. */
  dispose(): void;
  /** What the process holds at this moment; absent where that can't be seen from outside. */
  census?(): Census;
}

/** What must not grow while clients come and go. */
export interface Census {
  /** Timers and intervals that are set. */
  readonly timers: number;
  /** Sockets of clients that are open. */
  readonly sockets: number;
}

/** The server's end of one connection, at the server boundary: no network in between. */
export interface ServerConnection {
  /** A frame of the client's reaches the server: text, or bytes of a binary frame. */
  deliver(frame: string | Uint8Array): void;
  /** The stream beneath the frames, for a target that has one: what is received here is not delivered. */
  readonly bytes?: ByteStream;
  /**
   * The client's closing handshake (`close`), a reset of the TCP connection (`cut`), or the end of
   * what the client sends without a closing handshake (`half-close`) reaches the server. After a
   * half-close the server may still end the connection, and may be told of a reset.
   */
  end(how: "close" | "cut" | "half-close"): void;
  /** The client stops reading: once so many bytes wait for it, writes push back. Absent where the target has no say in that. */
  pushBack?(waitingBytesMax: number): void;
  /** The client reads what waits, and goes on reading. */
  readOn?(): void;
}

/** The bytes that carry frames to the server, in chunks that may begin and end anywhere. */
export interface ByteStream {
  /** What travels for one frame; at least two bytes. */
  encode(frame: string | Uint8Array): Uint8Array;
  /** A chunk reaches the server, all of it in one go; `isWhole`: it ends where a frame does. */
  receive(chunk: Uint8Array, isWhole: boolean): void;
}

export interface ConnectionEvents {
  /** The WebSocket handshake is answered; frames may be delivered from now on. */
  open(): void;
  /** The server writes a text frame. */
  frame(text: string): void;
  /** The server ended the connection (or refused it, when never opened). Called at most once, never after `ServerConnection.end` but for a half-close; `how` is short: `close 1000`, `reset`, `http 400`. */
  end(how: string): void;
}

/** The target cannot be had: not installed and not installable, not there, not happn. Exit code 69. */
export class TargetUnavailableError extends Error {
  readonly code = "E_TARGET_UNAVAILABLE";
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TargetUnavailableError";
  }
}
