/**
 * A server of the model and the clients that talk to it, one millisecond a step: short to write in
 * tests, and to read.
 *
 * @packageDocumentation
 */
import {
  parseServerFrame,
  type Json,
  type JsonObject,
  type ServerFrame,
} from "../src/protocol/index.js";
import type { ServerInput, ServerOutput } from "./boundary.js";
import { profileOf, type ProfileId } from "./profile.js";
import { initialServer, step, type ServerOptions, type ServerState } from "./server.js";

export const EPOCH_MS = 1_700_000_000_000;

export interface Heard {
  readonly to: string;
  readonly frame: ServerFrame;
}

export class Conversation {
  state: ServerState;
  at = 0;
  #eventId = 0;

  /** Opens the connections `clients`; the session of `c1` is `s1`. With options, the server is started so. */
  constructor(profile: ProfileId, ...given: readonly (string | Pick<ServerOptions, "security">)[]) {
    const clients = given.filter((each) => typeof each === "string");
    const [options = {}] = given.filter((each) => typeof each !== "string");
    this.state = initialServer({
      profile: profileOf(profile),
      epochMs: EPOCH_MS,
      name: "TestNode",
      ...options,
    });
    for (const client of clients) {
      this.take({ kind: "open", connection: client, sessionId: client.replace("c", "s") });
    }
  }

  /** Hands the server an input, one millisecond after the last one. */
  take(input: DistributiveOmit<ServerInput, "at">): readonly ServerOutput[] {
    this.at += 1;
    const { state, outputs } = step(this.state, { ...input, at: this.at });
    this.state = state;
    return outputs;
  }

  /** Sends a text and gives back every frame that the server sends for it. */
  sendText(client: string, text: string): readonly Heard[] {
    return this.take({ kind: "frame", connection: client, text }).flatMap((output) =>
      output.kind === "frame"
        ? [{ to: output.connection, frame: parseServerFrame(JSON.stringify(output.frame)) }]
        : [],
    );
  }

  /** Sends a request with the next eventId. */
  send(client: string, action: string, fields: JsonObject = {}): readonly Heard[] {
    this.#eventId += 1;
    return this.sendText(client, JSON.stringify({ action, eventId: this.#eventId, ...fields }));
  }

  /** Sends a request and gives back its answer. */
  ask(client: string, action: string, fields: JsonObject = {}): ResponseFrame {
    const answer = this.send(client, action, fields).find(({ frame }) => frame.kind === "response");
    if (answer?.frame.kind !== "response") throw new Error(`${action} is not answered`);
    return answer.frame;
  }

  set(client: string, path: string, data: Json, options: JsonObject = {}): readonly Heard[] {
    return this.send(client, "set", { path, data, options });
  }

  on(client: string, path: string, options: JsonObject = {}): ResponseFrame {
    return this.ask(client, "on", { path, options });
  }

  off(client: string, path: string, options: JsonObject = {}): ResponseFrame {
    return this.ask(client, "off", { path, options });
  }

  /** The data at a path. */
  get(path: string): Json | undefined {
    return this.ask([...this.state.sessions.keys()][0] as string, "get", { path }).data;
  }
}

export type ResponseFrame = Extract<ServerFrame, { kind: "response" }>;

/** The channels that were told of something, as `c1 "/SET@/a"`, in order. */
export function told(heard: readonly Heard[]): readonly string[] {
  return heard.flatMap(({ to, frame }) =>
    frame.kind === "publication" ? [`${to} ${JSON.stringify(frame.meta["channel"])}`] : [],
  );
}

type DistributiveOmit<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;
