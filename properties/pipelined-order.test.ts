import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder } from "./history-builder.js";
import { pipelinedOrder } from "./pipelined-order.js";

const check = (history: HistoryBuilder) =>
  pipelinedOrder.check(history.recording(), profileOf("1.x"));

describe("pipelined-order", () => {
  it("accepts the order in which they were sent", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/ALL@*");
    const first = history.set("c1", "/a", {});
    const second = history.remove("c1", "/b");
    history.publish("c2", "/ALL@*", first);
    history.publish("c2", "/ALL@*", second);

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("rejects the other order, and points at both", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/ALL@*");
    const first = history.set("c1", "/a", {});
    const second = history.remove("c1", "/b");
    const early = history.publish("c2", "/ALL@*", second);
    const late = history.publish("c2", "/ALL@*", first);

    expect(check(history)).toMatchObject({
      validity: "invalid",
      violations: [
        {
          clause: "PUB-6",
          shape: ["set", "remove"],
          evidence: [first.arriveIndex, second.arriveIndex, early, late],
        },
      ],
    });
  });

  it("leaves alone two publishers, writes that wait for answers, and those that are put off", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/ALL@*");
    const mine = history.set("c1", "/a", {});
    const yours = history.set("c2", "/a", {});
    history.publish("c2", "/ALL@*", yours);
    history.publish("c2", "/ALL@*", mine);
    history.answer(mine);
    const later = history.set("c1", "/a", {});
    const deferred = history.set("c1", "/a", {}, { consistency: 1 });
    history.publish("c2", "/ALL@*", deferred);
    history.publish("c2", "/ALL@*", later);

    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
  });

  it("leaves alone writes that have one eventId: what is heard may be of either", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/ALL@*");
    const first = history.send("c1", { action: "set", eventId: 70, path: "/a", data: { n: 1 } });
    const second = history.send("c1", { action: "set", eventId: 70, path: "/a", data: { n: 2 } });
    history.publish("c2", "/ALL@*", second);
    history.publish("c2", "/ALL@*", first);

    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
  });
});
