/**
 * The mesh layer as clients of the server play it: a node and its callers (PROTOCOL.md 7).
 *
 * @packageDocumentation
 */
import type { Json, JsonObject } from "../src/protocol/index.js";

/** A node and what its methods do; `PlannedNode` of a plan has this shape. */
export interface MeshNode {
  readonly name: string;
  readonly components: readonly MeshComponent[];
}

export interface MeshComponent {
  readonly name: string;
  readonly version: string;
  readonly methods: readonly MeshMethod[];
}

export interface MeshMethod {
  readonly name: string;
  readonly behaviour: "answer" | "error" | "throw";
  readonly emits?: string;
  readonly delayMs: number;
}

/** A request to make; the client adds `eventId` and `sessionId`. */
export interface MeshRequest {
  readonly action: "set" | "on";
  readonly path: string;
  readonly data: Json;
  readonly options: JsonObject;
}

/** What a node does after `delayMs` virtual milliseconds. */
export interface MeshReaction {
  readonly delayMs: number;
  readonly request: MeshRequest;
}
