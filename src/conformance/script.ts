/**
 * Plans written by hand, as scripts.
 *
 * @packageDocumentation
 */
import {
  PLAN_FORMAT,
  type Plan,
  type PlannedAction,
  type PlannedChange,
  type PlannedClient,
  type PlannedCredentials,
  type PlannedFault,
  type PlannedNode,
  type PlannedServer,
} from "../plan/index.js";
import type { Json, JsonObject, LaterDialect, SecurityDirectory } from "../protocol/index.js";

/** A plan that puts certain clauses to the test, and little else. */
export interface DirectedCase {
  /** Two to five words: `two-merges-at-once`. */
  readonly id: string;
  /** The clauses that it is meant for. */
  readonly clauses: readonly string[];
  /** What clients do, in one sentence. */
  readonly says: string;
  readonly plan: Plan;
  /** Id of the case as it was written, where its clients ask for another dialect than there. */
  readonly formOf?: string;
}

/** One line of a script. */
export interface Step {
  readonly client: string;
  readonly action: PlannedAction;
  /** Virtual milliseconds after the client's step before. */
  readonly afterMs: number;
  readonly awaited: boolean;
}

export interface Script {
  readonly id: string;
  readonly clauses: readonly string[];
  readonly says: string;
  /** Mesh nodes, by the clients that play them. */
  readonly nodes?: Readonly<Record<string, PlannedNode>>;
  /** Users and groups of a server in secure mode. */
  readonly security?: SecurityDirectory;
  /** By client, the user as whom it logs in. */
  readonly users?: Readonly<Record<string, string>>;
  readonly server?: PlannedServer;
  readonly faults?: readonly PlannedFault[];
  /** What clients ask to speak, by their names; happn_1.3.0 where nothing is said. */
  readonly dialects?: Readonly<Record<string, LaterDialect>>;
  readonly steps: readonly Step[];
}

/** One operation at a time, in the order of the script: the model predicts every frame. */
export function inTurn(script: Script): DirectedCase {
  return directedCase(script, "lockstep");
}

/** Every client by itself; what has to come after another's step waits for its time. */
export function atOnce(script: Script): DirectedCase {
  return directedCase(script, "concurrent");
}

/** Long enough for all that was sent before to be answered, at any speed that is of use. */
export const LATER_MS = 3_000;

/** The same step, once what the others have begun is over. */
export function later(step: Step): Step {
  return { ...step, afterMs: LATER_MS };
}

/** The same step, after which its client goes on without waiting for an answer. */
export function unawaited(step: Step): Step {
  return { ...step, awaited: false };
}

/** What a client does, a step each. */
export class Actor {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  connect(handshake: "full" | "login" | "none" = "full"): Step {
    return this.#does({ kind: "connect", handshake });
  }

  /** `data` undefined: the request has none. */
  set(path: string, data: Json | undefined, options: JsonObject = {}): Step {
    return this.#does({ kind: "set", path, ...(data === undefined ? {} : { data }), options });
  }

  get(path: string, options: JsonObject = {}): Step {
    return this.#does({ kind: "get", path, options });
  }

  remove(path: string, options: JsonObject = {}): Step {
    return this.#does({ kind: "remove", path, options });
  }

  count(path: string, options: JsonObject = {}): Step {
    return this.#does({ kind: "count", path, options });
  }

  on(channel: string, options: JsonObject = {}): Step {
    return this.#does({ kind: "on", channel, options });
  }

  off(channel: string, options: JsonObject = {}): Step {
    return this.#does({ kind: "off", channel, options });
  }

  /** Ends the listener of an earlier step's, by its place in the script from 1. */
  offOf(channel: string, place: number): Step {
    return this.#does({ kind: "off", channel, options: {}, listener: `o${place}` });
  }

  configure(protocol: string): Step {
    return this.#does({ kind: "configure-session", protocol });
  }

  call(node: string, component: string, method: string, ...args: readonly Json[]): Step {
    return this.#does({ kind: "call", node, component, method, args });
  }

  emit(component: string, event: string, data: Json): Step {
    return this.#does({ kind: "emit", component, event, data });
  }

  /** A request as it stands. */
  raw(frame: Json): Step {
    return this.text(JSON.stringify(frame));
  }

  /** A frame as it stands; `$c2` in it is the session id of c2. */
  text(frame: string): Step {
    const mentions = [...frame.matchAll(/\$(c\d)\b/g)].map(([, name = ""]) => name);
    return this.#does({ kind: "raw", frame, ...(mentions.length === 0 ? {} : { mentions }) });
  }

  login(credentials: PlannedCredentials): Step {
    return this.#does({ kind: "login", credentials });
  }

  /** The administrator's, when it is this client's turn. */
  administers(change: PlannedChange): Step {
    return this.#does({ kind: "administer", change });
  }

  does(kind: "describe" | "login" | "disconnect" | "revoke-session" | "close" | "cut"): Step {
    return this.#does({ kind });
  }

  #does(action: PlannedAction): Step {
    return { client: this.name, action, afterMs: 0, awaited: true };
  }
}

const LINK = { delayMsMin: 1, delayMsMax: 1, shape: "uniform" } as const;

function directedCase(
  { id, clauses, says, nodes = {}, users = {}, dialects = {}, steps, ...server }: Script,
  mode: Plan["mode"],
): DirectedCase {
  const names = [...new Set(steps.map(({ client }) => client))];
  const clients = names.map((name): PlannedClient => {
    const [node, user, dialect] = [nodes[name], users[name], dialects[name]];
    return {
      ...{ name, link: { up: LINK, down: LINK } },
      ...(node === undefined ? {} : { node }),
      ...(user === undefined ? {} : { user }),
      ...(dialect === undefined ? {} : { dialect }),
    };
  });
  const plan: Plan = {
    ...{ format: PLAN_FORMAT, generator: 0, seed: id, mode },
    ...server,
    clients,
    operations: steps.map((step, place) => ({ id: `o${place + 1}`, ...step })),
  };
  return { id, clauses, says, plan };
}
