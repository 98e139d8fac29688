import { describe, expect, it } from "vitest";

import type { HistoryEvent } from "../history/index.js";
import { describeEvent, storyOf } from "./story.js";

const events: readonly HistoryEvent[] = [
  { at: 0, kind: "connect", connection: "c1#1", client: "c1" },
  { at: 5, kind: "open", connection: "c1#1" },
  { at: 7, kind: "send", connection: "c1#1", operation: "o1", frame: '{"action":"describe"}' },
  { at: 12, kind: "arrive", connection: "c1#1", of: 2 },
  { at: 12, kind: "write", connection: "c1#1", frame: "{}" },
  { at: 17, kind: "receive", connection: "c1#1", of: 4 },
  { at: 18, kind: "crash", cause: "exit", message: "exit 1", frames: ["happn-3/lib/a.js:1 f"] },
];

describe("story", () => {
  it("tells who said what to whom, and when", () => {
    expect(storyOf([0, 1, 2, 3, 4, 5], events).join("\n")).toMatchInlineSnapshot(`
      "      0 ms  c1#1 opens a connection
            5 ms  c1#1 is open
            7 ms  c1#1 sends     {"action":"describe"}
           12 ms  c1#1 → server  {"action":"describe"}
           12 ms  server → c1#1  {}
           17 ms  c1#1 receives  {}"
    `);
  });

  it("shows where a server's process ended", () => {
    expect(storyOf([6], events).join("\n")).toContain("at happn-3/lib/a.js:1 f");
  });

  it("cuts long frames, and says how long they are", () => {
    const frame = "x".repeat(5_000);
    const line = describeEvent({ at: 0, kind: "write", connection: "c1#1", frame }, []);

    expect(line.length).toBeLessThan(400);
    expect(line).toContain("(5000 characters)");
  });

  it("keeps a frame with line breaks on one line", () => {
    const line = describeEvent({ at: 0, kind: "write", connection: "c1#1", frame: "a\nb" }, []);

    expect(line).not.toContain("\n");
  });

  it("says so where the evidence points at nothing", () => {
    expect(storyOf([99], events)).toEqual([]);
    expect(describeEvent({ at: 0, kind: "receive", connection: "c1#1", of: 99 }, [])).toContain(
      "not in the history",
    );
  });
});
