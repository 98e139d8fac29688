/**
 * How a particular server is had and started; the rest of the Node target is the same for all.
 *
 * @packageDocumentation
 */
import type { ProfileId } from "../../../models/index.js";
import type { StoreKind } from "../target.js";
import type { SecurityChange, SecurityDirectory } from "../../protocol/index.js";
import type { KeptModules } from "./kept-graph.js";

export interface Recipe {
  readonly id: string;
  readonly profile: ProfileId;
  /**
   * Packages that are run once, not anew for each process: only such as keep no state that a server
   * could notice, and draw neither time nor chance when loaded.
   */
  readonly sharedPackages?: readonly string[];
  /** What can be kept from process to process, but for these; where absent, nothing is known to. */
  readonly keptModules?: KeptModules;
  /** What it can be told to store in; in memory alone where absent. */
  readonly stores?: readonly StoreKind[];
  /** Whether it can be started in secure mode. */
  readonly hasSecureMode?: true;
  /** The port that the server listens on, or is asked to. */
  readonly port: number;
  /**
   * Present where the entry is the server: a script that is run as it is, in the working folder of the
   * tool, finds its own port, and ends as a process does that is sent SIGTERM.
   */
  readonly isScript?: true;
  /**
   * Makes the code available; the file that the simulated process is started with (which need not
   * exist: modules are looked up from its folder).
   * @throws TargetUnavailableError
   */
  prepare(progress: (line: string) => void): Promise<string>;
  /** Starts the server; runs as the first code of the simulated process. */
  boot(boot: Boot): void;
}

export interface Boot {
  /** The path of the file to store in; null where it stores in memory. */
  readonly dataFile: string | null;
  /** Loads a module, as `require` in the file that the process was started with. */
  readonly load: (request: string) => unknown;
  /** Runs the entry itself, as `node <entry>` does. */
  readonly runMain: () => void;
  /** The server accepts connections. */
  readonly started: (stop: Stop, administer?: Administer) => void;
  /** Present: it starts in secure mode, with these users and groups. */
  readonly security?: SecurityDirectory;
  /** From now on connections go to that port. */
  readonly reachedAt: (port: number) => void;
  /** The server could not start: its process ends with this error, uncaught. */
  readonly failed: (error: unknown) => void;
}

/** Has the administrator of a server in secure mode make a change. */
export type Administer = (change: SecurityChange, made: (error: string | null) => void) => void;

/** Begins an orderly stop of a server, and calls back at its end. */
export type Stop = (stopped: (error?: unknown) => void) => void;
