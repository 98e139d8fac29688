import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder, type Sent } from "./history-builder.js";
import { shownIndices } from "./shown-index.js";

/** When a builder's history begins, in epoch milliseconds; each of its steps takes one. */
const EPOCH_MS = 1_000_000;

function shown(history: HistoryBuilder, ...requests: readonly Sent[]): (number | undefined)[] {
  const recording = history.recording();
  const indices = shownIndices(recording, profileOf("1.x"));
  return requests.map(({ arriveIndex }) => {
    const exchange = recording.exchanges.find((one) => one.arriveIndex === arriveIndex);
    return exchange === undefined ? undefined : indices.get(exchange);
  });
}

describe("what shows that a request has taken effect", () => {
  it("is the first publication of it, else its answer", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/ALL@*");
    const set = history.set("c1", "/a", {});
    const published = history.publish("c2", "/ALL@*", set);
    history.publish("c2", "/ALL@*", set);
    history.answer(set);
    const get = history.send("c1", { action: "get", path: "/a" });
    const answered = history.answer(get);

    expect(shown(history, set, get)).toEqual([published, answered]);
  });

  it("is the time that its answer names, if that comes late", () => {
    const history = new HistoryBuilder().connect("c1");
    const set = history.set("c1", "/a", {});
    const modified = EPOCH_MS + set.arriveIndex + 1;
    history.pass(50);
    history.answer(set, { meta: { modified } });

    expect(shown(history, set)).toEqual([set.arriveIndex]);
  });

  it("is what shows a later request of its connection, if that comes first", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    const [first, second] = [history.set("c1", "/a", {}), history.set("c1", "/b", {})];
    const other = history.set("c2", "/c", {});
    const answered = history.answer(second);
    const late = [history.answer(first), history.answer(other)];

    expect(shown(history, first, second, other)).toEqual([answered, answered, late[1]]);
  });

  it("is nothing where there is no answer and nobody heard of it", () => {
    const history = new HistoryBuilder().connect("c1");
    const set = history.set("c1", "/a", {});

    expect(shown(history, set)).toEqual([undefined]);
  });
});
