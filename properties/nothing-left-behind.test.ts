import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder } from "./history-builder.js";
import { nothingLeftBehind } from "./nothing-left-behind.js";

type Held = readonly [timers: number, sockets: number];

/** What is held before anybody comes, and after all have left. */
function judged(before: Held, after: Held | null) {
  const script = new HistoryBuilder();
  script.event({ kind: "started" });
  script.event({ kind: "census", timers: before[0], sockets: before[1] });
  script.connect("c1");
  script.event({ kind: "left" });
  if (after !== null) script.event({ kind: "census", timers: after[0], sockets: after[1] });
  return nothingLeftBehind.check(script.recording(), profileOf("1.x"));
}

describe("nothing-left-behind", () => {
  it.each<[Held]>([[[3, 0]], [[2, 0]]])("is content with %j", (after) => {
    expect(judged([3, 0], after)).toEqual({ validity: "valid", exercised: 2 });
  });

  it.each([
    [[4, 0], "timers"],
    [[3, 1], "sockets"],
  ] as const)("finds %j", (after, shape) => {
    expect(judged([3, 0], after)).toMatchObject({
      violations: [{ clause: "SES-5", shape: [shape] }],
    });
  });

  it("says nothing of a case that did not go on until then", () => {
    expect(judged([3, 0], null)).toEqual({ validity: "valid", exercised: 0 });
  });
});
