import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import type { JsonObject } from "../src/protocol/index.js";
import { answerEchoesRequest } from "./answer-echoes-request.js";
import { HistoryBuilder, REFUSED } from "./history-builder.js";

const check = (history: HistoryBuilder) =>
  answerEchoesRequest.check(history.recording(), profileOf("1.x"));

function shapesOf(history: HistoryBuilder): readonly string[] {
  const finding = check(history);
  if (finding.validity !== "invalid") return [];
  return finding.violations.map(({ clause, shape }) => `${clause}: ${shape.join(", ")}`);
}

function answeredWith(meta: JsonObject, request: JsonObject = {}): HistoryBuilder {
  const history = new HistoryBuilder().connect("c1");
  history.answer(history.send("c1", { action: "get", path: "/a", ...request }), { meta });
  return history;
}

describe("answer-echoes-request", () => {
  it("accepts what echoes its request", () => {
    expect(check(answeredWith({}))).toEqual({ validity: "valid", exercised: 2 });
    expect(shapesOf(answeredWith(REFUSED))).toEqual([]);
    expect(shapesOf(answeredWith({}, { sessionId: "any text" }))).toEqual([]);
  });

  it("rejects a wrong action, and points at request and answer", () => {
    const history = new HistoryBuilder().connect("c1");
    const get = history.send("c1", { action: "get", path: "/a" });
    const answer = history.answer(get, { meta: { action: "set" } });

    expect(check(history)).toEqual({
      validity: "invalid",
      exercised: 2,
      violations: [
        {
          clause: "COR-2",
          message: `c1 was answered its "get" 2 at 9 ms with "action" "set"`,
          expected: `"action": "get", because an answer names its request's action (COR-2).`,
          shape: ["get", "action", "another"],
          evidence: [get.arriveIndex, answer],
        },
      ],
    });
  });

  it.each<[string, HistoryBuilder, string]>([
    ["no action", answeredWith({ action: null }), "COR-2: get, action, null"],
    ["another session", answeredWith({ sessionId: "x" }), "COR-3: get, sessionId, another"],
    ["a status that is none", answeredWith({ status: "fine" }), "COR-4: get, status, string"],
    ["no error", answeredWith({ status: "error" }), "COR-4: get, error, absent"],
    [
      "an error without name",
      answeredWith({ status: "error", error: {} }),
      "COR-4: get, error, nameless",
    ],
    ["another eventId", answeredWith({ eventId: 9 }), "COR-2: get, eventId, of-no-request, number"],
    [
      "an eventId of another type",
      answeredWith({ eventId: "2" }),
      "COR-2: get, eventId, of-no-request, string",
    ],
    [
      "a session on describe",
      answeredWith({}, { action: "describe", sessionId: "x" }),
      "COR-3: describe, sessionId, present",
    ],
  ])("rejects an answer with %s", (_, history, shape) => {
    expect(shapesOf(history)).toEqual([shape]);
  });

  it("rejects a session in the answer to a request without one, and none in one with", () => {
    const history = new HistoryBuilder().connect("c1");
    history.raw("c1", '{"action":"get","eventId":9,"path":"/a"}');
    const meta = { type: "response", status: "ok", eventId: 9, action: "get" };
    history.write("c1#1", { data: null, _meta: { ...meta, sessionId: "x" } });
    history.send("c1", { action: "get", eventId: 10, path: "/a" });
    history.write("c1#1", { data: null, _meta: { ...meta, eventId: 10 } });

    expect(shapesOf(history)).toEqual([
      "COR-3: get, sessionId, present",
      "COR-3: get, sessionId, absent",
    ]);
  });

  it("rejects an answer under the eventId of another request", () => {
    const history = new HistoryBuilder().connect("c1");
    history.request("c1", { action: "get", path: "/a" }, { data: { x: 1 } });
    const get = history.send("c1", { action: "get", path: "/b" });
    history.answer(get, { data: null, meta: { eventId: 2 } });

    expect(shapesOf(history)).toEqual(["COR-2: get, eventId, of-another-request"]);
  });

  it("leaves the action of unknown requests, and sessions that are no text, open", () => {
    expect(shapesOf(answeredWith({ action: null }, { action: "sing" }))).toEqual([]);
    expect(shapesOf(answeredWith({ sessionId: 7 }, { sessionId: 8 }))).toEqual([]);
  });
});
