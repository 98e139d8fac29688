import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder } from "./history-builder.js";
import { publicationBeforeAnswer } from "./publication-before-answer.js";

const check = (history: HistoryBuilder) =>
  publicationBeforeAnswer.check(history.recording(), profileOf("1.x"));

describe("publication-before-answer", () => {
  it("accepts a publication before the answer", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    const set = history.set("c1", "/a", {});
    history.publish("c1", "/SET@/a", set);
    history.answer(set);

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("rejects a publication after the answer", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    const set = history.set("c1", "/a", {});
    const answer = history.answer(set);
    const publication = history.publish("c1", "/SET@/a", set);

    expect(check(history)).toEqual({
      validity: "invalid",
      exercised: 1,
      violations: [
        {
          clause: "PUB-4",
          message: `c1 was sent the set of "/a" by c1 on "/SET@/a" at 15 ms, after the answer at 13 ms`,
          expected:
            "With consistency 2, every publication of a request leaves the server before its answer (PUB-4).",
          shape: ["set", "own", "ok"],
          evidence: [set.arriveIndex, answer, publication],
        },
      ],
    });
  });

  it.each([0, 1, 3])("lets the answer come first with consistency %d", (consistency) => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    const set = history.set("c1", "/a", {}, { consistency });
    history.answer(set);
    history.publish("c1", "/SET@/a", set);

    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
  });

  it("does not judge a write that is not answered, nor one that it cannot tell from another", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    history.publish("c1", "/SET@/a", history.set("c1", "/a", {}));
    const twin = { action: "set", eventId: 90, path: "/a", data: {} };
    const [first, second] = [history.send("c1", twin), history.send("c1", twin)];
    history.publish("c1", "/SET@/a", first);
    history.answer(first);
    history.publish("c1", "/SET@/a", second);
    history.answer(second);

    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
  });

  it("leaves alone a publication that may be of another request with that eventId", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    const twin = { action: "set", eventId: 90, path: "/a" };
    const first = history.send("c1", { ...twin, data: { a: 1 } });
    const second = history.send("c1", { ...twin, data: { a: 2 } });
    history.answer(first);
    history.publish("c1", "/SET@/a", first);
    history.answer(second);

    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
  });

  it("does not judge a write whose options a server may read as it likes", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    const set = history.send("c1", { action: "set", path: "/a", data: {}, options: 5 });
    history.answer(set);
    history.publish("c1", "/SET@/a", set);

    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
  });
});
