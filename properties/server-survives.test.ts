import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { Recording, type HistoryFact } from "../src/history/index.js";
import { HistoryBuilder } from "./history-builder.js";
import { serverSurvives } from "./server-survives.js";

const check = (history: HistoryBuilder) =>
  serverSurvives.check(history.recording(), profileOf("1.x"));

const FRAMES = ["happn-3/lib/a.js:12 Service.get", "happn-3/lib/b.js:7:3 next", "x/c.js:1 f"];

describe("server-survives", () => {
  it("accepts a server that lives on", () => {
    const history = new HistoryBuilder().connect("c1");
    history.raw("c1", "{");

    expect(check(history)).toEqual({ validity: "valid", exercised: 2 });
  });

  it("rejects a crash, and points at the input before it", () => {
    const history = new HistoryBuilder().connect("c1");
    const input = history.raw("c1", "{");
    const message = "TypeError: x is undefined";
    const crash = history.event({
      kind: "crash",
      cause: "uncaught-exception",
      message,
      frames: FRAMES,
    });

    expect(check(history)).toEqual({
      validity: "invalid",
      exercised: 2,
      violations: [
        {
          clause: "FRM-5",
          message:
            "the server ended by itself at 9 ms, after c1's malformed frame (not JSON) had arrived at 8 ms: TypeError: x is undefined (happn-3/lib/a.js:12 Service.get)",
          expected:
            "The server lives on: no input frame on a connection, however malformed, stops it (FRM-5).",
          shape: [
            "uncaught-exception",
            "TypeError",
            "happn-3/lib/a.js Service.get",
            "happn-3/lib/b.js next",
          ],
          evidence: [input, crash],
        },
      ],
    });
  });

  it("has one shape for one crash, whatever the numbers in its message", () => {
    const shapes = [7, 81].map((code) => {
      const history = new HistoryBuilder();
      history.event({ kind: "crash", cause: "exit", message: `exit ${code}`, frames: [] });
      const finding = check(history);
      return finding.validity === "invalid" ? finding.violations[0]?.shape : [];
    });

    expect(shapes).toEqual([
      ["exit", "exit n"],
      ["exit", "exit n"],
    ]);
  });

  it.each([
    [`{"action":"get","eventId":4,"path":"/a"}`, `c1's "get"`],
    [`"primus::ping::1"`, "c1's ping"],
  ])("names the input %s", (frame, words) => {
    const history = new HistoryBuilder().connect("c1");
    history.raw("c1", frame);
    history.event({ kind: "crash", cause: "exit", message: "exit 1", frames: [] });

    expect(check(history)).toMatchObject({
      violations: [
        {
          message: `the server ended by itself at 9 ms, after ${words} had arrived at 8 ms: exit 1`,
        },
      ],
    });
  });

  it("points at the stop, or at the end of a connection, that was under way", () => {
    const fact = { kind: "crash", cause: "exit", message: "exit 1", frames: [] } as const;
    const stopping = new HistoryBuilder().connect("c1");
    const stop = stopping.event({ kind: "stopping" });
    const stopCrash = stopping.event(fact);
    const { events, header } = new HistoryBuilder().connect("c1").recording();
    const end: HistoryFact = { kind: "end", connection: "c1#1", by: "client", how: "cut" };
    const ending = new Recording({
      header,
      events: [...events, { at: 9, ...end }, { at: 9, ...fact }],
    });

    expect(check(stopping)).toMatchObject({
      violations: [
        {
          message: `the server ended by itself at ${stopCrash + 1} ms, while it was stopping since ${stop + 1} ms: exit 1`,
          evidence: [stop, stopCrash],
        },
      ],
    });
    expect(serverSurvives.check(ending, profileOf("1.x"))).toMatchObject({
      violations: [
        {
          message: `the server ended by itself at 9 ms, at the end of c1's connection c1#1 (cut): exit 1`,
          evidence: [events.length, events.length + 1],
        },
      ],
    });
  });

  it("accepts a crash while the disk fails, and one that tells of it a little later", () => {
    const disk: HistoryFact = { kind: "fault", fault: "f1", what: { kind: "disk-full" } };
    const healed: HistoryFact = { kind: "healed", fault: "f1" };
    const crash = (message: string): HistoryFact => ({
      ...{ kind: "crash", cause: "uncaught-exception", message, frames: [] },
    });
    const validity = (...facts: readonly HistoryFact[]) => {
      const history = new HistoryBuilder().connect("c1");
      for (const fact of facts) history.event(fact);
      return check(history).validity;
    };
    const [odd, full] = [crash("TypeError: no"), crash("Error: ENOSPC: no space left on device")];

    expect(validity(disk, odd)).toBe("valid");
    expect(validity(disk, healed, full)).toBe("valid");
    expect(validity(disk, healed, odd)).toBe("invalid");
    expect(validity(full)).toBe("invalid");
    expect(validity(disk, healed, { kind: "started" }, full)).toBe("invalid");
  });
});
