import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import type { Json } from "../src/protocol/index.js";
import { HistoryBuilder } from "./history-builder.js";
import { publishResults } from "./publish-results.js";

const check = (history: HistoryBuilder) =>
  publishResults.check(history.recording(), profileOf("1.x"));

const counts = (successful: Json) => ({ successful, failed: 0, skipped: 0, queued: successful });

/** A write that one subscriber hears, answered with these results. */
function answeredWith(results: Json | undefined): HistoryBuilder {
  const history = new HistoryBuilder().connect("c1", "c2");
  history.on("c2", "/SET@/a");
  const set = history.set("c1", "/a", {}, { publishResults: true });
  history.publish("c2", "/SET@/a", set);
  history.answer(set, results === undefined ? {} : { meta: { publishResults: results } });
  return history;
}

describe("publish-results", () => {
  it("accepts the number that was sent", () => {
    expect(check(answeredWith(counts(1)))).toEqual({ validity: "valid", exercised: 1 });
  });

  it.each<[Json | undefined, string]>([
    [undefined, "results absent"],
    [7, "results number"],
    [counts(null), "no-count successful"],
    [{ successful: 1 }, "no-count failed"],
    [counts(2), "counted-too-many"],
    [counts(0), "counted-too-few"],
  ])("rejects the results %j", (results, word) => {
    expect(check(answeredWith(results))).toMatchObject({
      validity: "invalid",
      violations: [{ clause: "PUB-5", shape: [word] }],
    });
  });

  it("leaves the count alone when somebody leaves meanwhile, and who did not ask", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/SET@/a");
    const set = history.set("c1", "/a", {}, { publishResults: true });
    history.leave("c2");
    history.answer(set, { meta: { publishResults: counts(1) } });
    history.answer(history.set("c1", "/a", {}));

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("leaves the count alone where the server may not have come round to the end of who left", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/SET@/a");
    history.leave("c2");
    const set = history.pass(5).set("c1", "/a", {}, { publishResults: true });
    history.answer(set, { meta: { publishResults: counts(1) } });

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("rejects one too many, and points at the end of who would have heard it", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/SET@/a");
    const end = history.leave("c2");
    history.pass(1).answer(history.set("c1", "/b", {}));
    history.pass(1);
    const set = history.set("c1", "/a", {}, { publishResults: true });
    const answer = history.answer(set, { meta: { publishResults: counts(1) } });

    expect(check(history)).toMatchObject({
      validity: "invalid",
      violations: [
        {
          clause: "PUB-5",
          shape: ["counted-too-many, someone-left"],
          evidence: [end, set.arriveIndex, answer],
        },
      ],
    });
  });
});
