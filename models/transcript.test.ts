/**
 * The recorded transcript against the model.
 *
 * The model is given what the clients sent, connection by connection, in the order of the
 * recording, and must send what the server sent. What is compared, and how:
 *
 * - every one of the 50 messages is either fed or expected;
 * - frames are compared per connection and in order, which is all that a client can see: over both
 *   connections the recording lets two pipelined writes publish before it answers either (COR-6),
 *   while a step of the model answers one before it looks at the next;
 * - session ids are the recorded ones, handed to the model as its connections open, and so are what
 *   `describe` says and when the documents of an earlier run were created: these need be equal;
 * - `modified` is compared as a time, not by its value, and `__outbound` not at all (FRM-4).
 */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import {
  attributed,
  isJsonObject,
  parseTranscript,
  type AttributedMessage,
  type Json,
  type JsonObject,
} from "../src/protocol/index.js";
import {
  announce,
  callRequest,
  react,
  responsesChannel,
  subscribeRequest,
  type MeshNode,
  type MeshRequest,
} from "./mesh.js";
import { profileOf } from "./profile.js";
import { initialServer, step, type ServerInput, type ServerState } from "./server.js";

const NODE_SESSION = "31ac7240-25fa-4a39-8b93-5fb8610127c5";
const CLIENT_SESSION = "921d1998-e6f2-44a7-81c5-92dc36d84c6d";

/** Index, from 0, of the answer that holds what an in-process `set` had left in the store (STO-5). */
const KNOWN_DEVIATION = 33;

const RECORDED = recorded();

describe("the model, given what the clients of the transcript sent", () => {
  it.each(["c1", "c2"])("sends %s what the server sent it, in that order", (connection) => {
    const expected = RECORDED.filter(
      (message) => message.direction === "server -> client" && message.connection === connection,
    ).map(({ frame }) => comparable(frame));

    expect(sentByModel().get(connection)?.map(comparable)).toEqual(expected);
  });

  it("accounts for all 50 messages", () => {
    const fed = RECORDED.filter(({ direction }) => direction === "client -> server").length;
    const sent = [...sentByModel().values()].reduce((sum, frames) => sum + frames.length, 0);

    expect([fed, sent, fed + sent]).toEqual([23, 27, 50]);
  });

  it("departs from the recording in one answer, which holds a _meta inside its data", () => {
    const withMeta = RECORDED.filter(
      ({ frame }) => isJsonObject(frame["data"]) && "_meta" in frame["data"],
    );
    const [known] = withMeta;

    expect(withMeta.map((message) => RECORDED.indexOf(message))).toEqual([KNOWN_DEVIATION]);
    expect(known?.frame).toMatchObject({
      data: { _meta: { action: "set", eventId: 12, sessionId: NODE_SESSION } },
      _meta: { action: "get", path: "/mesh/schema/description" },
    });
  });
});

describe("the node of the model", () => {
  it("announces itself as the node of the transcript does", () => {
    // Before them, the handshake and a write with which the node tests its store.
    const expected = RECORDED.filter(
      ({ connection, direction }) => connection === "c1" && direction === "client -> server",
    ).slice(4, 13);

    expect(announce(nodeOf(expected.at(-2) as AttributedMessage))).toEqual(
      expected.map(requestOf).map(withoutBuiltIns),
    );
  });

  it("emits its event and then answers, for the call of the transcript", () => {
    const [call, event, answer] = [39, 41, 42].map((index) => RECORDED[index] as AttributedMessage);
    const meta = call?.frame["_meta"] as JsonObject;
    const publication = { path: meta["path"], data: call?.frame["data"], meta };
    const node = nodeOf(RECORDED[22] as AttributedMessage);

    expect([event?.frame["eventId"], answer?.frame["eventId"]]).toEqual([14, 15]);
    expect(react(node, publication).map(({ request }) => request)).toEqual(
      [event, answer].map((message) => requestOf(message as AttributedMessage)),
    );
  });
});

describe("the caller of the model", () => {
  it("subscribes to its responses and calls as the client of the transcript does", () => {
    const [subscription, call] = [36, 38].map((index) => RECORDED[index] as AttributedMessage);

    expect(subscribeRequest(responsesChannel(CLIENT_SESSION), 1)).toEqual(
      requestOf(subscription as AttributedMessage),
    );
    expect(
      callRequest(CLIENT_SESSION, "TestNode", "componentName", "causeEventMethod", 1, []),
    ).toEqual(requestOf(call as AttributedMessage));
  });
});

function recorded(): readonly AttributedMessage[] {
  const url = new URL("../corpus/transcripts/happner-protocol-2.14.2.md", import.meta.url);
  const parsed = parseTranscript(readFileSync(url, "utf8"));
  if (!parsed.ok) throw new Error(parsed.message);
  const found = attributed(parsed.transcript.messages);
  if (!found.ok) throw new Error(found.message);
  return found.messages;
}

/** What the model sends, by connection. The client closes once its disconnect is answered (SES-6). */
function sentByModel(): ReadonlyMap<string, readonly Json[]> {
  let state = serverOfMay();
  let at = 0;
  const sent = new Map<string, Json[]>([
    ["c1", []],
    ["c2", []],
  ]);
  const take = (input: ServerInput) => {
    const next = step(state, input);
    state = next.state;
    for (const output of next.outputs) {
      if (output.kind === "frame") sent.get(output.connection)?.push(output.frame);
    }
  };
  take({ kind: "open", connection: "c1", sessionId: NODE_SESSION, at });
  take({ kind: "open", connection: "c2", sessionId: CLIENT_SESSION, at });
  for (const { connection, direction, frame } of RECORDED) {
    if (direction === "server -> client") continue;
    at += 10;
    take({ kind: "frame", connection, text: JSON.stringify(frame), at });
    if (frame["action"] === "disconnect") take({ kind: "end", connection, at });
  }
  take({ kind: "stop", at });
  return sent;
}

/** The server as it was started: with the documents that it had stored ten days before. */
function serverOfMay(): ServerState {
  const state = initialServer({
    profile: profileOf("1.x"),
    epochMs: 1_496_673_176_000,
    name: "TestNode",
    describe: { publicKey: "AmVu/uIvjY8r8YAYohigizLO+kRNhWGGBnkOXtyuswqJ" },
  });
  const stored = (path: string, created: number) =>
    [path, { data: {}, created, modified: created }] as const;
  return {
    ...state,
    store: new Map([
      stored("/test/write", 1_495_708_248_824),
      stored("/mesh/schema/description", 1_495_708_248_883),
      stored("/mesh/schema/config", 1_495_708_248_885),
    ]),
  };
}

function comparable(frame: Json): Json {
  if (!isJsonObject(frame)) return frame;
  const { data, _meta: meta, __outbound, ...rest } = frame;
  void __outbound;
  return {
    ...rest,
    ...(data === undefined ? {} : { data: isKnownDeviation(frame) ? withoutMeta(data) : data }),
    _meta: timeless(meta as JsonObject),
  };
}

function isKnownDeviation(frame: JsonObject): boolean {
  return frame === RECORDED[KNOWN_DEVIATION]?.frame;
}

function withoutMeta(data: Json): Json {
  return Object.fromEntries(Object.entries(data as JsonObject).filter(([key]) => key !== "_meta"));
}

function timeless(meta: JsonObject): JsonObject {
  const { modified, ...rest } = meta;
  if (modified === undefined) return rest;
  return { ...rest, modified: Number.isSafeInteger(modified) ? "a time" : modified };
}

function requestOf({ frame }: AttributedMessage): MeshRequest {
  const { action, path, data, options } = frame;
  return { action, path, data, options } as unknown as MeshRequest;
}

/** The components and methods that a description names. */
function nodeOf({ frame }: AttributedMessage): MeshNode {
  const described = (frame["data"] as JsonObject)["components"] as JsonObject;
  const components = Object.entries(described).map(([name, component]) => ({
    name,
    version: (component as JsonObject)["version"] as string,
    methods: Object.keys((component as JsonObject)["methods"] as JsonObject).map((method) => ({
      name: method,
      behaviour: "answer" as const,
      ...(method === "causeEventMethod" ? { emits: "event/name" } : {}),
      delayMs: 0,
    })),
  }));
  return { name: "TestNode", components };
}

/** A description without what the built-in components have besides names: the model's methods all take a callback. */
function withoutBuiltIns(request: MeshRequest): MeshRequest {
  const data = request.data;
  if (!isJsonObject(data) || !isJsonObject(data["components"])) return request;
  const components = Object.entries(data["components"]).map(([name, component]) => {
    const { methods } = component as { readonly methods: JsonObject };
    const plain = Object.keys(methods).map((key) => [key, { parameters: [{ name: "callback" }] }]);
    return [
      name,
      { ...(component as JsonObject), methods: Object.fromEntries(plain) as Json, routes: {} },
    ];
  });
  return { ...request, data: { ...data, components: Object.fromEntries(components) as Json } };
}
