import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { answeredOnce } from "./answered-once.js";
import { HistoryBuilder } from "./history-builder.js";

const check = (history: HistoryBuilder, profile: "1.x" | "13.x" = "1.x") =>
  answeredOnce.check(history.recording(), profileOf(profile));

function shapesOf(history: HistoryBuilder): readonly string[] {
  const finding = check(history);
  return finding.validity === "invalid" ? finding.violations.map(({ shape }) => shape.join()) : [];
}

describe("answered-once", () => {
  it("accepts one answer to each request, in any order", () => {
    const history = new HistoryBuilder().connect("c1");
    const set = history.set("c1", "/a", {});
    const get = history.send("c1", { action: "get", path: "/a", options: {} });
    history.answer(get);
    history.answer(set);

    expect(check(history.quiet())).toEqual({ validity: "valid", exercised: 3 });
  });

  it("rejects a request without an answer once all is quiet", () => {
    const history = new HistoryBuilder().connect("c1");
    const set = history.set("c1", "/a", [1]);
    expect(check(history)).toMatchObject({ validity: "valid" });

    expect(check(history.quiet())).toEqual({
      validity: "invalid",
      exercised: 2,
      violations: [
        {
          clause: "COR-1",
          message: `c1 was never answered its "set" 2 of "/a", which arrived at 8 ms`,
          expected:
            "One answer while the connection lives, and it lived until all was quiet (COR-1).",
          shape: ["unanswered", "set", "exact", "array"],
          evidence: [set.arriveIndex],
        },
      ],
    });
  });

  it("rejects a second answer, and points at both", () => {
    const history = new HistoryBuilder().connect("c1");
    const set = history.set("c1", "/a", {});
    const first = history.answer(set);
    const second = history.answer(set);

    expect(check(history)).toMatchObject({
      violations: [
        {
          message: `c1 was answered "set" 2 again at 11 ms, after the answer at 9 ms`,
          shape: ["answered-again", "set"],
          evidence: [set.arriveIndex, first, second],
        },
      ],
    });
  });

  it("rejects an answer that nobody asked for", () => {
    const history = new HistoryBuilder().connect("c1");
    const index = history.write("c1#1", { data: null, _meta: { type: "response", status: "ok" } });

    expect(check(history)).toMatchObject({
      violations: [
        {
          message: `c1 was sent an answer to "?" null at 7 ms, which it did not ask`,
          shape: ["stray", "absent"],
          evidence: [index],
        },
      ],
    });
  });

  it("rejects an answer on another connection, once", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    const set = history.set("c1", "/a", {});
    const index = history.answer({ ...set, connection: "c2#1" });

    expect(check(history.quiet())).toMatchObject({
      violations: [
        {
          message: `c2 was sent the answer to "set" 2 of c1 at 15 ms`,
          shape: ["misdirected", "set"],
          evidence: [set.arriveIndex, index],
        },
      ],
    });
  });

  it("leaves an answer under a wrong eventId to answer-echoes-request", () => {
    const history = new HistoryBuilder().connect("c1");
    const set = history.set("c1", "/a", {});
    history.answer(set, { meta: { eventId: 99 } });

    expect(check(history.quiet())).toMatchObject({ validity: "valid" });
  });

  it.each<[string, (history: HistoryBuilder) => void]>([
    ["is on a connection that ends", (history) => void history.leave("c1")],
    ["has an unknown action", (history) => void history.send("c1", { action: "sing" })],
    ["has no path", (history) => void history.send("c1", { action: "get" })],
    ["has an empty path", (history) => void history.send("c1", { action: "get", path: "" })],
    ["names no channel", (history) => void history.send("c1", { action: "on", path: "/a" })],
    ["has no login data", (history) => void history.send("c1", { action: "login" })],
    ["has odd options", (history) => void history.send("c1", { action: "describe", options: 1 })],
    [
      "has an odd eventId",
      (history) => void history.send("c1", { action: "describe", eventId: [] }),
    ],
    [
      "has an odd session",
      (history) => void history.send("c1", { action: "describe", sessionId: 1 }),
    ],
    ["is an ack", (history) => void history.send("c1", { action: "ack", data: "x" })],
    ["names no protocol", (history) => void history.send("c1", { action: "configure-session" })],
    ["is not JSON", (history) => void history.raw("c1", "{")],
    ["is a heartbeat", (history) => void history.raw("c1", '"primus::ping::1"')],
    [
      "follows an unknown protocol",
      (history) => {
        history.send("c1", { action: "configure-session", data: { protocol: "x" } });
        history.send("c1", { action: "describe" });
      },
    ],
  ])("asks for no answer to what %s", (_, script) => {
    const history = new HistoryBuilder().connect("c1");
    script(history);

    expect(shapesOf(history.quiet())).toEqual([]);
  });

  it.each([
    { action: "off", path: "*" },
    { action: "off", path: "/ALL@/a" },
    { action: "on", path: "/SET@*" },
    { action: "configure-session", data: { protocol: "happn_1.3.0" } },
    { action: "disconnect" },
  ])("asks for an answer to %j", (request) => {
    const history = new HistoryBuilder().connect("c1");
    history.send("c1", request);

    expect(check(history.quiet())).toMatchObject({ validity: "invalid" });
  });

  it("asks for an answer to disconnect only where the profile has one", () => {
    const history = new HistoryBuilder().connect("c1");
    history.send("c1", { action: "disconnect" });

    expect(check(history.quiet(), "13.x")).toMatchObject({ validity: "valid" });
  });

  it("excuses one answer for each malformed frame", () => {
    const error = { type: "response", status: "error", error: { name: "Error" } };
    const history = new HistoryBuilder().connect("c1");
    history.raw("c1", '{"eventId":7}');
    history.raw("c1", "[]");
    history.write("c1#1", { data: null, _meta: { ...error, eventId: 7 } });
    history.write("c1#1", { data: null, _meta: error });
    expect(shapesOf(history)).toEqual([]);

    history.write("c1#1", { data: null, _meta: { ...error, eventId: 7 } });
    expect(shapesOf(history)).toEqual(["stray,absent"]);
  });
});
