import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import type { JsonObject } from "../src/protocol/index.js";
import { HistoryBuilder, REFUSED } from "./history-builder.js";
import { malformedAnswered } from "./malformed-answered.js";

const check = (history: HistoryBuilder) =>
  malformedAnswered.check(history.recording(), profileOf("1.x"));

function shapesOf(history: HistoryBuilder): readonly string[] {
  const finding = check(history);
  return finding.validity === "invalid"
    ? finding.violations.map(({ shape }) => shape.join(", "))
    : [];
}

describe("malformed-answered", () => {
  it("accepts an error, and the end of the connection", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.request("c1", { action: "get", path: null }, { meta: REFUSED });
    history.send("c2", { action: "get", path: 7 });
    history.leave("c2");

    expect(check(history.quiet())).toEqual({ validity: "valid", exercised: 1 });
  });

  it.each<[JsonObject, string]>([
    [{ action: "get", path: null }, "get, path"],
    [{ action: "set", data: {} }, "set, path"],
    [{ action: "on", path: 7 }, "on, path"],
    [{ action: "login", data: "x" }, "login, data"],
    [{ action: "configure-session", data: {} }, "configure-session, protocol"],
    [{ action: 5, data: {} }, "no-action"],
  ])("rejects %j that is answered ok, or not at all", (request, shape) => {
    const answered = new HistoryBuilder().connect("c1");
    answered.request("c1", request);
    const silent = new HistoryBuilder().connect("c1");
    silent.send("c1", request);

    expect(shapesOf(answered.quiet())).toEqual([`answered-ok, ${shape}`]);
    expect(shapesOf(silent.quiet())).toEqual([`unanswered, ${shape}`]);
  });

  it("leaves alone what makes sense, unknown actions, and eventIds used twice", () => {
    const history = new HistoryBuilder().connect("c1");
    history.request("c1", { action: "get", path: "/a" });
    history.request("c1", { action: "nothing" });
    history.send("c1", { action: "get", eventId: 9, path: null });
    history.send("c1", { action: "get", eventId: 9, path: null });
    history.send("c1", { action: "get", eventId: null, path: null });

    expect(check(history.quiet())).toEqual({ validity: "valid", exercised: 0 });
  });
});
