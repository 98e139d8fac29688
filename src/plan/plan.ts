/**
 * A plan: all that is needed to run a case again.
 *
 * Plans, not seeds, are kept (docs/adr/0002): a seed makes a plan only with the same generator
 * version. A plan is plain JSON; nothing in it depends on a target, and every element of it can be
 * left out by a minimiser.
 *
 * @packageDocumentation
 */
import type {
  DirectoryChange,
  Json,
  JsonObject,
  LaterDialect,
  SecurityDirectory,
} from "../protocol/index.js";
import type { PlannedFault } from "./fault.js";
import type { Latency } from "./latency.js";
import type { PlannedSchedule } from "./schedule.js";

/** Version of the plan's JSON; a reader refuses others. */
export const PLAN_FORMAT = 1;

/**
 * `lockstep`: one operation in flight at a time, in the order of `operations`; the next starts once
 * the world is quiet. `concurrent`: every client works through its own operations by itself.
 */
export type PlanMode = "lockstep" | "concurrent";

export interface Plan {
  readonly format: typeof PLAN_FORMAT;
  /** Version of the generator that made it; 0 when written by hand. */
  readonly generator: number;
  /** Root of all chance in the world that runs this plan. */
  readonly seed: string;
  readonly mode: PlanMode;
  /** Present: the server is started in secure mode, with these users and groups (PROTOCOL.md 8). */
  readonly security?: SecurityDirectory;
  /** How the server is started; absent: as it starts by itself, with its store in memory. */
  readonly server?: PlannedServer;
  /**
   * Present: after the operations the case goes on. What is broken is healed, a fresh client reads
   * what the others touched, all leave, and the server is to be back where it began. Absent: the
   * server is stopped as soon as nothing is unanswered.
   */
  readonly liveness?: true;
  readonly clients: readonly PlannedClient[];
  /** In one list, so that a minimiser can remove across clients. Order counts per client, and in lockstep over all. */
  readonly operations: readonly PlannedOperation[];
  /** What goes wrong meanwhile, in no order; absent: nothing. */
  readonly faults?: readonly PlannedFault[];
  /** Which way the server's event loop goes where it has a choice; absent: first come, first served. */
  readonly schedule?: PlannedSchedule;
  /**
   * The character that the generator gave the plan (swarm testing): `no remove`, `much set`,
   * `option merge` … Informative: nothing depends on it when the plan is run.
   */
  readonly features?: readonly string[];
}

export interface PlannedServer {
  /** `file`: on a disk of the simulated world, which outlives the server's process and ends with the case. */
  readonly store: "memory" | "file";
}

export interface PlannedClient {
  /** `c1`, `c2` … unique in the plan; not `observer`, which is who looks in for liveness. */
  readonly name: string;
  /** Towards the server and back; a link is FIFO (docs/adr/0003). */
  readonly link: { readonly up: Latency; readonly down: Latency };
  /** Present for a client that plays a mesh node (MSH-1): it answers calls by itself. */
  readonly node?: PlannedNode;
  /** What it asks the server to speak (PROTOCOL.md 9), whatever its handshake; happn_1.3.0 where absent. */
  readonly dialect?: LaterDialect;
  /** In secure mode, as which user it logs in where nothing else is said; nobody where absent. */
  readonly user?: string;
}

/** A mesh node as in the transcript: `TestNode` with components and their methods (MSH-7). */
export interface PlannedNode {
  readonly name: string;
  readonly components: readonly PlannedComponent[];
}

export interface PlannedComponent {
  readonly name: string;
  readonly version: string;
  readonly methods: readonly PlannedMethod[];
}

export interface PlannedMethod {
  readonly name: string;
  /** `answer`: `{status:"ok", args:[null, …]}`; `error`: calls back with an error; `throw`: throws (MSH-3). */
  readonly behaviour: "answer" | "error" | "throw";
  /** Event key emitted before the method calls back (MSH-6), if any. */
  readonly emits?: string;
  /** Virtual milliseconds between the call's arrival and the callback. */
  readonly delayMs: number;
}

export interface PlannedOperation {
  /** `o1`, `o2` … unique in the plan, kept when others are removed. */
  readonly id: string;
  readonly client: string;
  /** Virtual milliseconds to wait before starting, after the client's previous operation started (or, if that was awaited, ended). */
  readonly afterMs: number;
  /** Whether the client waits for the end of this operation before its next one; else it pipelines. */
  readonly awaited: boolean;
  readonly action: PlannedAction;
}

export type PlannedAction =
  /** Opens a new connection, and does the handshake (SES-2): all three requests, login only, or none. A client that is connected closes first. */
  | { readonly kind: "connect"; readonly handshake: "full" | "login" | "none" }
  | { readonly kind: "configure-session"; readonly protocol: string }
  | { readonly kind: "describe" }
  /** `credentials`: present in secure mode, where they are not those of the client's user. */
  | { readonly kind: "login"; readonly credentials?: PlannedCredentials }
  | {
      readonly kind: "set";
      readonly path: string;
      /** Absent: the request has no `data` field. */
      readonly data?: Json;
      /** As sent; in `targetClients`, client names stand for their session ids. */
      readonly options: JsonObject;
    }
  | { readonly kind: "get"; readonly path: string; readonly options: JsonObject }
  | { readonly kind: "remove"; readonly path: string; readonly options: JsonObject }
  /** In later dialects: how many items there are (DIA-8). */
  | { readonly kind: "count"; readonly path: string; readonly options: JsonObject }
  /** `channel` is `/<ACTION>@<path or pattern>`, or `*` for an `off` of everything (SUB-7). */
  | { readonly kind: "on"; readonly channel: string; readonly options: JsonObject }
  | {
      readonly kind: "off";
      readonly channel: string;
      readonly options: JsonObject;
      /** The operation whose `on` it ends: sent as `referenceId`, by the name that its answer told (DIA-3). */
      readonly listener?: string;
    }
  /** Sends `disconnect`, and closes once it is answered (SES-6). */
  | { readonly kind: "disconnect" }
  /** In secure mode, the client ends its own session for good (SEC-4). */
  | { readonly kind: "revoke-session" }
  /** In secure mode, the administrator changes who may do what, when it is the client's turn. */
  | { readonly kind: "administer"; readonly change: PlannedChange }
  /** Closes the WebSocket with its closing handshake, or cuts the TCP connection. */
  | { readonly kind: "close" }
  | { readonly kind: "cut" }
  /** A mesh call (MSH-2); the first one of a connection subscribes to the responses before. */
  | {
      readonly kind: "call";
      readonly node: string;
      readonly component: string;
      readonly method: string;
      readonly args: readonly Json[];
    }
  /** A mesh event (MSH-5), by a client that plays a node. */
  | {
      readonly kind: "emit";
      readonly component: string;
      readonly event: string;
      readonly data: Json;
    }
  /**
   * One frame, as it stands: malformed input. Nothing is awaited for it. In the place of `$c2` stands
   * the session id of c2, for those clients that `mentions` lists and that have one.
   */
  | { readonly kind: "raw"; readonly frame: string; readonly mentions?: readonly string[] };

/** What a login says in secure mode (SEC-1). */
export type PlannedCredentials =
  | { readonly user: string; readonly password: string }
  /** The token that this client was given last; one that nobody was given where it has none. */
  | { readonly tokenOf: string }
  /** As it stands. */
  | { readonly token: string };

/** A change by the administrator; of sessions, that of a client's last login. */
export type PlannedChange =
  DirectoryChange | { readonly kind: "revoke-session"; readonly client: string };

export type OperationKind = PlannedAction["kind"];
