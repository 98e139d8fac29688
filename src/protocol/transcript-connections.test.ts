import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import type { JsonObject } from "./json.js";
import { attributed, type AttributedMessage } from "./transcript-connections.js";
import { parseTranscript, type Direction, type TranscriptMessage } from "./transcript.js";

function recorded(): readonly TranscriptMessage[] {
  const url = new URL("../../corpus/transcripts/happner-protocol-2.14.2.md", import.meta.url);
  const result = parseTranscript(readFileSync(url, "utf8"));
  if (!result.ok) throw new Error(result.message);
  return result.transcript.messages;
}

function owned(messages: readonly TranscriptMessage[]): readonly AttributedMessage[] {
  const result = attributed(messages);
  if (!result.ok) throw new Error(result.message);
  return result.messages;
}

const up = (frame: JsonObject): TranscriptMessage => at("client -> server", frame);
const down = (frame: JsonObject): TranscriptMessage => at("server -> client", frame);

function at(direction: Direction, frame: JsonObject): TranscriptMessage {
  return { section: "one", line: 7, direction, frame };
}

/** Two sessions, `a` and `b`, both subscribed to a channel of their own. */
const BOTH = ["a", "b"].flatMap((id) => [
  up({ action: "configure-session", eventId: 1 }),
  down({ _meta: { type: "response", action: "configure-session", eventId: 1 } }),
  up({ action: "login", eventId: 2 }),
  down({ data: { id }, _meta: { type: "response", action: "login", eventId: 2 } }),
  up({ action: "on", eventId: 3, path: `/SET@/${id}`, sessionId: id }),
]);

function ownersAfterBoth(...messages: readonly TranscriptMessage[]): readonly string[] {
  return owned([...BOTH, ...messages])
    .slice(BOTH.length)
    .map(({ connection }) => connection);
}

describe("the messages of the recorded transcript", () => {
  it("belong to the node's own session and to the client's", () => {
    const connections = owned(recorded()).map(({ connection }) => connection);

    expect(connections.slice(0, 26).every((connection) => connection === "c1")).toBe(true);
    expect(connections.slice(26)).toEqual([
      ...Array<string>(13).fill("c2"),
      // The call reaches the node before it is answered; the node emits and answers.
      ...["c1", "c2", "c1", "c1"],
      ...["c2", "c2", "c1", "c1"],
      ...["c2", "c2"],
      "c1",
    ]);
  });
});

describe("a message", () => {
  it("with a session id is that session's, in both directions", () => {
    expect(
      ownersAfterBoth(
        up({ action: "get", eventId: 4, path: "/a", sessionId: "a" }),
        down({ _meta: { type: "response", eventId: 4, sessionId: "a" } }),
      ),
    ).toEqual(["c1", "c1"]);
  });

  it("that is a publication is the subscriber's, until it unsubscribes", () => {
    const publication = down({ _meta: { type: "data", channel: "/SET@/a" } });

    expect(ownersAfterBoth(publication)).toEqual(["c1"]);
    const off = up({ action: "off", eventId: 5, path: "/SET@/a", sessionId: "a" });
    expect(attributed([...BOTH, off, publication])).toEqual({
      ok: false,
      line: 7,
      message: "line 7: no session has this message",
    });
  });

  it("that acknowledges a publication is the publisher's", () => {
    expect(ownersAfterBoth(down({ id: "b-4", _meta: { type: "ack", eventId: 4 } }))).toEqual([
      "c2",
    ]);
  });

  it("that announces a stop is for each that is still open", () => {
    const stop = down({ _meta: { type: "system" }, eventKey: "server-side-disconnect" });
    const left = down({ _meta: { type: "response", action: "disconnect", sessionId: "a" } });

    expect(ownersAfterBoth(stop, stop)).toEqual(["c1", "c2"]);
    expect(ownersAfterBoth(left, stop)).toEqual(["c1", "c2"]);
    expect(attributed([...BOTH, stop, stop, stop]).ok).toBe(false);
  });

  it.each<[string, TranscriptMessage]>([
    ["an unknown session", up({ action: "get", eventId: 4, sessionId: "c" })],
    ["an answer to an unknown session", down({ _meta: { type: "response", sessionId: "c" } })],
    ["no _meta", down({ data: 1 })],
    ["an unknown type", down({ _meta: { type: "other" } })],
    ["a publication on no channel", down({ _meta: { type: "data" } })],
    ["an acknowledgement without an id", down({ _meta: { type: "ack" } })],
  ])("with %s is nobody's", (_name, message) => {
    expect(attributed([...BOTH, message]).ok).toBe(false);
  });

  it("before the first session is nobody's", () => {
    expect(attributed([up({ action: "describe", eventId: 1 })]).ok).toBe(false);
  });
});
