/**
 * What a recording is made of: requests with their answers, publications, and connections.
 *
 * @packageDocumentation
 */
import {
  canonical,
  isJsonObject,
  type Json,
  type Request,
  type ServerFrame,
} from "../protocol/index.js";

export type ResponseFrame = Extract<ServerFrame, { kind: "response" }>;
export type PublicationFrame = Extract<ServerFrame, { kind: "publication" }>;

/** One answer to a request, as the server wrote it. */
export interface Answer {
  readonly writeIndex: number;
  readonly at: number;
  readonly frame: ResponseFrame;
}

/** A request that a client sent, and what came back. */
export interface Exchange {
  readonly connection: string;
  readonly client: string;
  /** The plan's operation; null where nobody planned it. */
  readonly operation: string | null;
  readonly request: Request;
  /** Where it was sent: by its client, or by a relay that sent it once more (then it is a request by itself). */
  readonly sendIndex: number;
  /** Null when it never reached the server: then it had no effect. */
  readonly arriveIndex: number | null;
  readonly arriveAt: number | null;
  /** Answers with this request's eventId (and action, where several requests share the eventId); none, one, or by mistake more. */
  readonly answers: readonly Answer[];
}

/** A publication as the server wrote it to one connection. */
export interface Publication {
  readonly connection: string;
  readonly client: string;
  readonly writeIndex: number;
  readonly at: number;
  readonly frame: PublicationFrame;
}

/** A response that answers no well-formed request of its connection. */
export interface StrayAnswer {
  readonly connection: string;
  readonly client: string;
  readonly writeIndex: number;
  readonly frame: ResponseFrame;
}

/** One connection from `connect` to its end. */
export interface ConnectionRecord {
  readonly connection: string;
  readonly client: string;
  /** As answered by the first `login`; else as the publications of its writes show it; null when nothing does. */
  readonly sessionId: string | null;
  readonly openIndex: number | null;
  /** Server boundary: the index of `end` (or of the end of the process that took it), null while it lives. */
  readonly endIndex: number | null;
  /** Client boundary: the index of `leave`, null where the client never left by itself. */
  readonly leaveIndex: number | null;
  /** Whether it was in use before the history began. */
  readonly isPartial: boolean;
}

/** The id of the session in a login answer; null when it isn't one. */
export function sessionIdOf(data: Json | undefined): string | null {
  if (!isJsonObject(data)) return null;
  const id = data["id"];
  return typeof id === "string" ? id : null;
}

/** `<publisher session id>-<eventId>` (PUB-2). */
export function publicationIdOf(sessionId: string, eventId: Json): string {
  return `${sessionId}-${typeof eventId === "string" ? eventId : canonical(eventId)}`;
}
