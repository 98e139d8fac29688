import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder, type Sent } from "./history-builder.js";
import { publicationOrder } from "./publication-order.js";

const check = (history: HistoryBuilder) =>
  publicationOrder.check(history.recording(), profileOf("1.x"));

/** Two sets of one path under way together, heard by c3 and c4 as told. */
function race(c3: string, c4: string): { history: HistoryBuilder; sets: readonly [Sent, Sent] } {
  const history = new HistoryBuilder().connect("c1", "c2", "c3", "c4");
  history.on("c3", "/SET@/a");
  history.on("c4", "/ALL@/a");
  const sets = [history.set("c1", "/a", { x: 1 }), history.set("c2", "/a", { x: 2 })] as const;
  for (const digit of c3) history.publish("c3", "/SET@/a", sets[Number(digit) - 1] as Sent);
  for (const digit of c4) history.publish("c4", "/ALL@/a", sets[Number(digit) - 1] as Sent);
  for (const set of sets) history.answer(set);
  return { history, sets };
}

describe("publication-order", () => {
  it("accepts writes heard as they were made", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@*");
    for (const path of ["/a", "/b", "/a"]) {
      const set = history.set("c1", path, {});
      history.publish("c1", "/SET@*", set);
      history.answer(set);
    }

    expect(check(history)).toMatchObject({ validity: "valid", exercised: 3 });
  });

  it("rejects two writes of one publisher that are heard the other way round", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/SET@*");
    const first = history.set("c1", "/a", {}, { noStore: true });
    const firstAnswer = history.answer(first);
    const second = history.set("c1", "/b", {}, { noStore: true });
    const early = history.publish("c2", "/SET@*", second);
    const late = history.publish("c2", "/SET@*", first);

    expect(check(history)).toEqual({
      validity: "invalid",
      exercised: 1,
      violations: [
        {
          clause: "PUB-6",
          message: `c2 was sent the set (noStore) of "/b" by c1 at 23 ms, before the set (noStore) of "/a" by c1 at 25 ms, on "/SET@*"`,
          expected:
            "The other order: the set had been answered at 19 ms, before the other arrived, and two writes of one publisher, the second sent after the answer to the first, are heard in that order (PUB-6).",
          shape: ["one-publisher", "set", "set", "SET catch-all"],
          evidence: [first.arriveIndex, firstAnswer, second.arriveIndex, early, late],
        },
      ],
    });
  });

  it("rejects stored writes of one path heard against real time, whoever made them", () => {
    const history = new HistoryBuilder().connect("c1", "c2", "c3");
    history.on("c3", "/ALL@/a");
    const set = history.set("c1", "/a", {});
    history.answer(set);
    const remove = history.remove("c2", "/a");
    history.publish("c3", "/ALL@/a", remove);
    history.publish("c3", "/ALL@/a", set);
    history.answer(remove);

    expect(check(history)).toMatchObject({
      violations: [{ shape: ["one-path", "remove", "set", "ALL exact"] }],
    });
  });

  it("leaves open the order of pipelined writes, of other paths and of what is not stored", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c1", "/SET@*");
    const [one, two] = [history.set("c1", "/a", {}), history.set("c1", "/a", {})];
    history.publish("c1", "/SET@*", two);
    history.publish("c1", "/SET@*", one);
    history.answer(one);
    history.answer(two);
    const volatile = history.set("c1", "/a", {}, { noStore: true });
    history.answer(volatile);
    const other = history.set("c2", "/b", {});
    history.publish("c1", "/SET@*", other);
    history.publish("c1", "/SET@*", volatile);

    expect(check(history)).toMatchObject({ validity: "valid" });
  });

  it("accepts two subscriptions that agree, in either order", () => {
    expect(check(race("12", "12").history)).toMatchObject({ validity: "valid" });
    expect(check(race("21", "21").history)).toMatchObject({ validity: "valid" });
    expect(check(race("21", "1").history)).toMatchObject({ validity: "valid" });
  });

  it("rejects two subscriptions that disagree", () => {
    const finding = check(race("12", "21").history);

    expect(finding).toMatchObject({
      validity: "invalid",
      violations: [
        {
          message: `c4 was sent the set of "/a" by c2 before the set of "/a" by c1, at 41 ms and 43 ms, but c3 was sent them the other way round, at 39 ms and 37 ms`,
          shape: ["disagreement", "set", "set", "two-sessions"],
        },
      ],
    });
  });

  it("tells of one disorder once", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c1", "/SET@/a");
    history.on("c2", "/SET@/a");
    const one = history.set("c1", "/a", { x: 1 });
    history.publish("c1", "/SET@/a", one);
    history.answer(one);
    const two = history.set("c1", "/a", { x: 2 });
    history.publish("c1", "/SET@/a", two);
    history.publish("c2", "/SET@/a", two);
    history.publish("c2", "/SET@/a", one);
    history.answer(two);
    const finding = check(history);

    expect(finding.validity === "invalid" && finding.violations).toHaveLength(1);
  });

  it("rejects a last publication whose value is not the one that stays", () => {
    const { history } = race("12", "12");
    history.request("c1", { action: "get", path: "/a", options: {} }, { data: { x: 1 } });

    expect(check(history)).toMatchObject({
      violations: [
        {
          message: `c3 was sent the set of "/a" by c2 last, at 39 ms, but what stayed, as the get at 51 ms shows, is the set of "/a" by c1 (and 1 more like it)`,
          shape: ["last-is-not-final", "set", "set"],
        },
      ],
    });
  });

  it("accepts a last publication whose value stays", () => {
    const { history } = race("12", "12");
    history.request("c1", { action: "get", path: "/a", options: {} }, { data: { x: 2 } });

    expect(check(history)).toMatchObject({ validity: "valid", exercised: 5 });
  });

  it.each<[string, (history: HistoryBuilder) => void]>([
    ["the value is of neither write", (history) => history.request("c1", get, { data: { x: 9 } })],
    [
      "the get shows a part only",
      (history) =>
        history.request("c1", { ...get, options: { fields: { x: 1 } } }, { data: { x: 1 } }),
    ],
    [
      "a write that nobody hears came between",
      (history) => {
        history.answer(history.set("c1", "/a", { x: 1 }, { noPublish: true }));
        history.request("c1", get, { data: { x: 1 } });
      },
    ],
    [
      "a pattern was removed",
      (history) => {
        history.answer(history.remove("c1", "/*"));
        history.request("c1", get, { data: { x: 1 } });
      },
    ],
    [
      "a write is not answered",
      (history) => {
        history.set("c1", "/a", { x: 1 });
        history.request("c1", get, { data: { x: 1 } });
      },
    ],
  ])("says nothing of the last publication where %s", (_, end) => {
    const { history } = race("12", "12");
    end(history);

    expect(check(history)).toMatchObject({ validity: "valid" });
  });
});

const get = { action: "get", path: "/a", options: {} };
