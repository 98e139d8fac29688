import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder, REFUSED } from "./history-builder.js";
import { patternSetRefused } from "./pattern-set-refused.js";

const check = (history: HistoryBuilder, profile: "1.x" | "13.x") =>
  patternSetRefused.check(history.recording(), profileOf(profile));

describe("pattern-set-refused", () => {
  it("accepts a refusal, and a set on a path", () => {
    const history = new HistoryBuilder().connect("c1");
    history.request("c1", { action: "set", path: "/a/*", data: {} }, { meta: REFUSED });
    history.request("c1", { action: "set", path: "/a", data: {} });

    expect(check(history, "13.x")).toEqual({ validity: "valid", exercised: 1 });
  });

  it("rejects an ok where the profile refuses, and nowhere else", () => {
    const history = new HistoryBuilder().connect("c1");
    const { arriveIndex } = history.request("c1", { action: "set", path: "/a/*", data: {} });

    expect(check(history, "1.x")).toEqual({ validity: "valid", exercised: 0 });
    expect(check(history, "13.x")).toMatchObject({
      validity: "invalid",
      violations: [{ shape: ["pattern"], evidence: [arriveIndex, arriveIndex + 1] }],
    });
  });
});
