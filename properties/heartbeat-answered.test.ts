import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { heartbeatAnswered } from "./heartbeat-answered.js";
import { HistoryBuilder } from "./history-builder.js";

const check = (history: HistoryBuilder) =>
  heartbeatAnswered.check(history.recording(), profileOf("1.x"));

function shapesOf(history: HistoryBuilder): readonly string[] {
  const finding = check(history);
  return finding.validity === "invalid"
    ? finding.violations.map(({ shape }) => shape.join(", "))
    : [];
}

const ping = (history: HistoryBuilder, stamp: string) =>
  history.raw("c1", JSON.stringify(`primus::ping::${stamp}`));
const pong = (history: HistoryBuilder, stamp: string) =>
  history.write("c1#1", `primus::pong::${stamp}`);

describe("heartbeat-answered", () => {
  it("accepts one pong for each ping", () => {
    const history = new HistoryBuilder().connect("c1");
    for (const stamp of ["1", "2", "2"]) {
      ping(history, stamp);
      pong(history, stamp);
    }

    expect(check(history.quiet())).toEqual({ validity: "valid", exercised: 3 });
  });

  it("rejects a ping that is never answered, and points at it", () => {
    const history = new HistoryBuilder().connect("c1");
    const index = ping(history, "7");
    history.pass(1_000).quiet();

    expect(check(history)).toMatchObject({
      validity: "invalid",
      violations: [{ shape: ["ping-unanswered"], evidence: [index] }],
    });
  });

  it("accepts a ping that is still under way when all else is quiet", () => {
    const history = new HistoryBuilder().connect("c1");
    ping(history, "7");

    expect(check(history.pass(900).quiet())).toEqual({ validity: "valid", exercised: 1 });
  });

  it("accepts whatever number a server makes of a ping that has none, but not before it came", () => {
    const history = new HistoryBuilder().connect("c1");
    pong(history, "7");
    ping(history, "");
    pong(history, "0");
    history.quiet();

    expect(check(history)).toMatchObject({
      violations: [
        { shape: ["pong-of-no-ping"], message: expect.stringContaining('"7"') as string },
      ],
    });
  });

  it("accepts an unanswered ping of a connection that ended, and one with a stamp of words", () => {
    const history = new HistoryBuilder().connect("c1");
    ping(history, "x");
    ping(history, "7");
    history.leave("c1");
    history.quiet();

    expect(shapesOf(history)).toEqual([]);
  });

  it("rejects a pong once more, and one of no ping", () => {
    const history = new HistoryBuilder().connect("c1");
    ping(history, "1");
    pong(history, "1");
    pong(history, "1");
    pong(history, "2");

    expect(shapesOf(history.quiet())).toEqual(["pong-again", "pong-of-no-ping"]);
  });

  it("rejects the close of a connection that is not idle", () => {
    const history = new HistoryBuilder().connect("c1");
    history.event({ kind: "end", connection: "c1#1", by: "server", how: "close 1000" });

    expect(shapesOf(history)).toEqual(["closed-though-not-idle, close 1000"]);
  });

  it("accepts a close that was asked for, provoked, or part of a stop", () => {
    const asked = new HistoryBuilder().connect("c1");
    asked.request("c1", { action: "disconnect" });
    asked.event({ kind: "end", connection: "c1#1", by: "server", how: "close 1000" });
    const provoked = new HistoryBuilder().connect("c1");
    provoked.raw("c1", "{");
    provoked.event({ kind: "end", connection: "c1#1", by: "server", how: "close 1000" });
    const stopped = new HistoryBuilder().connect("c1");
    stopped.event({ kind: "stopping" });
    stopped.event({ kind: "end", connection: "c1#1", by: "server", how: "close 1000" });

    expect([asked, provoked, stopped].flatMap(shapesOf)).toEqual([]);
  });
});
