import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder, REFUSED } from "./history-builder.js";
import { refusalLeavesNoTrace } from "./refusal-leaves-no-trace.js";

const check = (history: HistoryBuilder) =>
  refusalLeavesNoTrace.check(history.recording(), profileOf("1.x"));

describe("refusal-leaves-no-trace", () => {
  it("accepts a refused write that nobody hears, and a publication of another", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    history.request("c1", { action: "set", path: "/a", data: {} }, { meta: REFUSED });
    const set = history.set("c1", "/a", {});
    history.publish("c1", "/SET@/a", set);
    history.answer(set);

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("rejects a publication of a refused write, and points at both", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    const set = history.set("c1", "/a", {});
    const publication = history.publish("c1", "/SET@/a", set);
    const answer = history.answer(set, { meta: REFUSED });

    expect(check(history)).toMatchObject({
      validity: "invalid",
      violations: [
        { clause: "COR-4", shape: ["set"], evidence: [set.arriveIndex, publication, answer] },
      ],
    });
  });
});
