import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseClientFrame } from "./client-frame.js";

describe("a client's frame", () => {
  it("is a request with the fields that it has", () => {
    const raw = { action: "set", eventId: 7, path: "/a", data: null, sessionId: "s", options: {} };

    expect(parseClientFrame(JSON.stringify(raw))).toEqual({ kind: "request", request: raw, raw });
    expect(parseClientFrame('{"action":"describe","eventId":2,"more":1}')).toEqual({
      kind: "request",
      request: { action: "describe", eventId: 2 },
      raw: { action: "describe", eventId: 2, more: 1 },
    });
  });

  it("is an ack where it has no eventId, else a request", () => {
    expect(parseClientFrame('{"action":"ack","data":"p1"}')).toMatchObject({
      kind: "ack",
      publicationId: "p1",
    });
    expect(parseClientFrame('{"action":"ack"}')).toMatchObject({ publicationId: null });
    expect(parseClientFrame('{"action":"ack","eventId":1}')).toMatchObject({ kind: "request" });
  });

  it("is a heartbeat as a JSON string", () => {
    expect(parseClientFrame('"primus::ping::12"')).toEqual({ kind: "ping", stamp: "12" });
    expect(parseClientFrame('"primus::pong::"')).toEqual({ kind: "pong", stamp: "" });
  });

  it.each([
    ["", "not JSON"],
    ["{", "not JSON"],
    ['"primus::"', "a string that is no heartbeat"],
    ["7", "not a JSON object"],
    ["[{}]", "not a JSON object"],
    ["null", "not a JSON object"],
    ["{}", "no action"],
    ['{"action":7}', "no action"],
    ['{"action":"get"}', "no eventId"],
  ])("is malformed as %j", (text, reason) => {
    expect(parseClientFrame(text)).toEqual({ kind: "malformed", reason });
  });

  it("keeps the eventId of what is malformed otherwise", () => {
    expect(parseClientFrame('{"eventId":null}')).toEqual({
      kind: "malformed",
      reason: "no action",
      eventId: null,
    });
  });

  it("takes nothing from the prototype", () => {
    expect(parseClientFrame('{"__proto__":{"action":"get","eventId":1}}')).toEqual({
      kind: "malformed",
      reason: "no action",
    });
  });

  it("is read whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(["request", "ack", "ping", "pong", "malformed"]).toContain(
          parseClientFrame(text).kind,
        );
      }),
    );
  });
});
