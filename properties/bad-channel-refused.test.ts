import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { badChannelRefused } from "./bad-channel-refused.js";
import { HistoryBuilder, REFUSED } from "./history-builder.js";

const check = (history: HistoryBuilder) =>
  badChannelRefused.check(history.recording(), profileOf("1.x"));

describe("bad-channel-refused", () => {
  it("accepts a refusal, and an on of a channel", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    history.request("c1", { action: "on", path: "/a" }, { meta: REFUSED });
    history.send("c1", { action: "on", path: "/b" });

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it.each([
    ["/a", "no-at"],
    ["", "empty"],
    ["SET@/a", "no-slash"],
    ["/set@/a", "other-case"],
    ["/GET@/a", "other-action"],
  ])("rejects an ok to an on of %j", (path, word) => {
    const history = new HistoryBuilder().connect("c1");
    const { arriveIndex } = history.on("c1", path);

    expect(check(history)).toMatchObject({
      validity: "invalid",
      exercised: 1,
      violations: [{ clause: "SUB-1", shape: [word], evidence: [arriveIndex, arriveIndex + 1] }],
    });
  });
});
