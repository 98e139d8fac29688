import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder, REFUSED } from "./history-builder.js";
import { patternSetRefused } from "./pattern-set-refused.js";

const check = (history: HistoryBuilder) =>
  patternSetRefused.check(history.recording(), profileOf("13.x"));

describe("pattern-set-refused", () => {
  it("accepts a refusal, and a set on a path", () => {
    const history = new HistoryBuilder().connect("c1");
    history.request("c1", { action: "set", path: "/a/*", data: {} }, { meta: REFUSED });
    history.request("c1", { action: "set", path: "/a", data: {} });

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("is promised where the profile refuses, and nowhere else", () => {
    const { header } = new HistoryBuilder().recording();

    expect(
      ["1.x", "13.x"].map((id) => patternSetRefused.applies?.(profileOf(id as "1.x"), header)),
    ).toEqual([false, true]);
  });

  it("rejects an ok", () => {
    const history = new HistoryBuilder().connect("c1");
    const { arriveIndex } = history.request("c1", { action: "set", path: "/a/*", data: {} });

    expect(check(history)).toMatchObject({
      validity: "invalid",
      violations: [{ shape: ["pattern"], evidence: [arriveIndex, arriveIndex + 1] }],
    });
  });
});
