/**
 * Which connection each message of a transcript belongs to.
 *
 * A transcript is recorded by a hook inside the server, which sees all sessions at once, the node's
 * own in-process one among them, and notes no connection. It follows from what the messages say:
 *
 * - `configure-session` begins a connection; the rest of its handshake is the youngest one's;
 * - every other request, and every answer with a `sessionId`, is that session's; `login`'s answer
 *   says whose id it is;
 * - a publication goes to the connection that subscribed its `channel`;
 * - the system frame of an orderly stop goes to every connection that is still open (SES-7), which
 *   one that was answered `disconnect` is not (SES-6): in the recording of 2017 the client has left
 *   and the node's own session is what is still there to be told.
 *
 * @packageDocumentation
 */
import { isJsonObject, jsonEqual, type Json, type JsonObject } from "./json.js";
import type { TranscriptMessage } from "./transcript.js";

export interface AttributedMessage extends TranscriptMessage {
  /** `c1`, `c2` … in the order in which they began. */
  readonly connection: string;
}

export type Attribution =
  | { readonly ok: true; readonly messages: readonly AttributedMessage[] }
  /** The first message that belongs to no connection; `line` counts from 1, the text names it as well. */
  | { readonly ok: false; readonly line: number; readonly message: string };

interface Recorded {
  readonly connection: string;
  sessionId: Json | undefined;
  readonly channels: Set<Json>;
  isOpen: boolean;
  isToldOfStop: boolean;
}

/** Says of each message whose it is. */
export function attributed(messages: readonly TranscriptMessage[]): Attribution {
  const connections: Recorded[] = [];
  const found: AttributedMessage[] = [];
  for (const message of messages) {
    const owner =
      message.direction === "client -> server"
        ? ownerOfRequest(connections, message.frame)
        : ownerOfFrame(connections, message.frame);
    if (owner === undefined) {
      const line = `line ${message.line}`;
      return { ok: false, line: message.line, message: `${line}: no session has this message` };
    }
    found.push({ ...message, connection: owner.connection });
  }
  return { ok: true, messages: found };
}

function ownerOfRequest(connections: Recorded[], frame: JsonObject): Recorded | undefined {
  const { action, sessionId, path } = frame;
  if (action === "configure-session" && sessionId === undefined) {
    connections.push({
      connection: `c${connections.length + 1}`,
      sessionId: undefined,
      channels: new Set(),
      isOpen: true,
      isToldOfStop: false,
    });
  }
  const owner = ofSession(connections, sessionId);
  if (owner === undefined || path === undefined) return owner;
  if (action === "on") owner.channels.add(path);
  if (action === "off") owner.channels.delete(path);
  return owner;
}

function ownerOfFrame(connections: Recorded[], frame: JsonObject): Recorded | undefined {
  const meta = frame["_meta"];
  if (!isJsonObject(meta)) return undefined;
  switch (meta["type"]) {
    case "response": {
      const owner = ofSession(connections, meta["sessionId"]);
      if (owner !== undefined) learn(owner, meta, frame["data"]);
      return owner;
    }
    case "data": {
      const channel = meta["channel"] ?? null;
      return connections.find(({ isOpen, channels }) => isOpen && channels.has(channel));
    }
    case "ack":
      return connections.find(({ sessionId }) => startsWith(frame["id"], sessionId));
    case "system": {
      const told = connections.find(({ isOpen, isToldOfStop }) => isOpen && !isToldOfStop);
      if (told !== undefined) told.isToldOfStop = true;
      return told;
    }
    default:
      return undefined;
  }
}

/** The connection of that session; of the handshake, which has no id yet, the youngest. */
function ofSession(connections: readonly Recorded[], id: Json | undefined): Recorded | undefined {
  if (id === undefined) return connections.at(-1);
  return connections.find(({ sessionId }) => jsonEqual(sessionId, id));
}

function learn(owner: Recorded, meta: JsonObject, data: Json | undefined): void {
  if (meta["action"] === "login" && isJsonObject(data)) owner.sessionId = data["id"];
  if (meta["action"] === "disconnect") owner.isOpen = false;
}

/** A publication's id begins with its publisher's session id (PUB-2). */
function startsWith(id: Json | undefined, sessionId: Json | undefined): boolean {
  return typeof id === "string" && typeof sessionId === "string" && id.startsWith(`${sessionId}-`);
}
