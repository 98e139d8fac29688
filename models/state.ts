/**
 * What a server holds: the shape that the parts of the model meet at.
 *
 * @packageDocumentation
 */
import type { JsonObject } from "../src/protocol/index.js";
import type { Acknowledgements } from "./acknowledgement.js";
import type { ServerOutput } from "./boundary.js";
import type { Profile } from "./profile.js";
import type { SecurityState } from "./security.js";
import type { Session } from "./session.js";
import type { Store } from "./store.js";
import type { Subscriptions } from "./subscription.js";

/** Never changed in place: a step makes a new one, and shares what stayed the same. */
export interface ServerState {
  readonly profile: Profile;
  readonly epochMs: number;
  /** `describe`'s answer, cut to the keys that the profile has (SES-2). */
  readonly description: JsonObject;
  /** By connection. */
  readonly sessions: ReadonlyMap<string, Session>;
  readonly subscriptions: Subscriptions;
  readonly store: Store;
  readonly acknowledgements: Acknowledgements;
  /** How many ids the server has given out: siblings, tags, references. */
  readonly idCount: number;
  readonly isStopped: boolean;
  /** Null where the server is not in secure mode. */
  readonly security: SecurityState | null;
}

export interface ServerStep {
  readonly state: ServerState;
  readonly outputs: readonly ServerOutput[];
}

/** A step that leaves the state as it is. */
export function saying(state: ServerState, ...outputs: readonly ServerOutput[]): ServerStep {
  return { state, outputs };
}
