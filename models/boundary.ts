/**
 * What reaches a server and what it sends, at the server boundary.
 *
 * @packageDocumentation
 */
import type { Json, SecurityChange } from "../src/protocol/index.js";

/** What reaches a server, at the server boundary. `at` is virtual milliseconds and never goes back; wall time is `epochMs + at`. */
export type ServerInput = { readonly at: number } & (
  | { readonly kind: "open"; readonly connection: string; readonly sessionId: string }
  | { readonly kind: "frame"; readonly connection: string; readonly text: string }
  | { readonly kind: "end"; readonly connection: string }
  | { readonly kind: "stop" }
  /** The administrator changes who may do what (PROTOCOL.md 8). */
  | { readonly kind: "administer"; readonly change: SecurityChange }
  /** Nothing but time: what was due by now happens (PUB-4's timeout). */
  | { readonly kind: "tick" }
);

export type ServerOutput = FrameOutput | { readonly kind: "close"; readonly connection: string };

export interface FrameOutput {
  readonly kind: "frame";
  readonly connection: string;
  readonly frame: Json;
  /** True where the clauses leave it to the server whether it sends this frame (`may` of SUB-5, PUB-8, SES-6). */
  readonly optional?: true;
  /**
   * True where the clauses leave part of what it says to the server, or the model does not spell it
   * out: another content is as right, and what the server holds after it is not known.
   */
  readonly unsettled?: true;
}
