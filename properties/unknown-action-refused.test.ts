import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder, REFUSED } from "./history-builder.js";
import { unknownActionRefused } from "./unknown-action-refused.js";

const check = (history: HistoryBuilder, profile: "1.x" | "13.x" = "1.x") =>
  unknownActionRefused.check(history.quiet().recording(), profileOf(profile));

describe("unknown-action-refused", () => {
  it("accepts an error, and the end of the connection", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.request("c1", { action: "sing" }, { meta: REFUSED });
    history.send("c2", { action: "dance" });
    history.leave("c2");

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("rejects an answer that says ok", () => {
    const history = new HistoryBuilder().connect("c1");
    history.request("c1", { action: "constructor" });

    expect(check(history)).toMatchObject({
      validity: "invalid",
      violations: [{ clause: "COR-5", shape: ["answered-ok"] }],
    });
  });

  it("rejects silence, on a connection that lives on", () => {
    const history = new HistoryBuilder().connect("c1");
    history.send("c1", { action: "sing" });

    expect(check(history)).toMatchObject({
      validity: "invalid",
      violations: [{ clause: "COR-5", shape: ["unanswered"] }],
    });
  });

  it("leaves alone what the generation of servers knows, and eventIds used twice", () => {
    const history = new HistoryBuilder().connect("c1");
    history.request("c1", { action: "get", path: "/a" });
    history.request("c1", { action: "count", path: "/a" });
    history.send("c1", { action: "sing", eventId: 9 });
    history.send("c1", { action: "sing", eventId: 9 });
    history.send("c1", { action: 7 });

    expect(check(history, "13.x")).toEqual({ validity: "valid", exercised: 0 });
    expect(check(history, "1.x")).toMatchObject({ validity: "invalid" });
  });
});
