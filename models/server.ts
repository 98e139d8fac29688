/**
 * The whole server: session, store and subscription joined (PROTOCOL.md 1 to 6).
 *
 * @packageDocumentation
 */
import type { JsonObject, Json } from "../src/protocol/index.js";
import type { Profile } from "./profile.js";

/** What reaches a server, at the server boundary. `at` is virtual milliseconds; wall time is `epochMs + at`. */
export type ServerInput = { readonly at: number } & (
  | { readonly kind: "open"; readonly connection: string; readonly sessionId: string }
  | { readonly kind: "frame"; readonly connection: string; readonly text: string }
  | { readonly kind: "end"; readonly connection: string }
  | { readonly kind: "stop" }
);

export type ServerOutput =
  | {
      readonly kind: "frame";
      readonly connection: string;
      readonly frame: Json;
      /** True where the clauses leave it to the server whether it sends this frame (`may` of SUB-5, PUB-8). */
      readonly optional?: true;
    }
  | { readonly kind: "close"; readonly connection: string };

export interface ServerState {
  readonly profile: Profile;
}

export interface ServerStep {
  readonly state: ServerState;
  readonly outputs: readonly ServerOutput[];
}

export interface ServerOptions {
  readonly profile: Profile;
  readonly epochMs: number;
  /** `describe`'s `name` (SES-2). */
  readonly name: string;
  readonly describe?: JsonObject;
}
