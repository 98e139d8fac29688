import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder, REFUSED } from "./history-builder.js";
import { noMissedPublication } from "./no-missed-publication.js";

const check = (history: HistoryBuilder, profile: "1.x" | "13.x" = "1.x") =>
  noMissedPublication.check(history.recording(), profileOf(profile));

describe("no-missed-publication", () => {
  it("accepts a write that both subscribers hear, the publisher among them", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c1", "/SET@/a/b");
    history.on("c2", "/ALL@/a/*");
    const set = history.set("c1", "/a/b", { x: 1 });
    history.publish("c1", "/SET@/a/b", set);
    history.publish("c2", "/ALL@/a/*", set);
    history.answer(set);

    expect(check(history)).toEqual({ validity: "valid", exercised: 2 });
  });

  it("rejects a write that a subscriber does not hear, and points at its on and the write", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    const on = history.send("c2", { action: "on", path: "/SET@/a/*", options: {} });
    const onAnswer = history.answer(on);
    const set = history.set("c1", "/a/b", { x: 1 }, { noStore: true });
    const answer = history.answer(set);

    expect(check(history)).toEqual({
      validity: "invalid",
      exercised: 1,
      violations: [
        {
          clause: "PUB-1",
          message: `c2 was never sent the set (noStore) of "/a/b" by c1, answered "ok" at 19 ms, on "/SET@/a/*"`,
          expected:
            "One publication: c2 was subscribed since 15 ms, before the set arrived at 18 ms, until after its answer (PUB-1, SUB-2).",
          shape: ["set", "pattern", "plain"],
          evidence: [onAnswer, set.arriveIndex, answer],
        },
      ],
    });
  });

  it("takes no publication of an unnamed session for an item of initialEmit", () => {
    const history = new HistoryBuilder().connect("c2");
    history.open("c1");
    history.on("c2", "/SET@/a/*", { initialEmit: true });
    // Its session can't be learned from a path that it never named.
    const set = history.set("c1", "/a", { x: 1 }, { set_type: "sibling" });
    const chosen = { path: "/a/1", action: "/SET@/a/1" };
    history.publish("c2", "/SET@/a/*", set, { meta: chosen });
    history.answer(set, { meta: { path: "/a/1" } });

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("takes a publication for no item of initialEmit because its eventId is that of the on", () => {
    const history = new HistoryBuilder().connect("c2");
    history.open("c1");
    const { eventId = null } = history.on("c2", "/SET@/a/*", { initialEmit: true }).frame;
    const set = history.send("c1", {
      ...{ action: "set", eventId, path: "/a", data: { x: 1 } },
      options: { set_type: "sibling" },
    });
    const chosen = { path: "/a/1", action: "/SET@/a/1" };
    history.publish("c2", "/SET@/a/*", set, { meta: chosen });
    history.answer(set, { meta: { path: "/a/1" } });

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("counts violations of one shape instead of listing them", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/SET@/a/*");
    for (const path of ["/a/1", "/a/2", "/a/3"]) history.answer(history.set("c1", path, {}));
    const finding = check(history);

    expect(finding).toMatchObject({ validity: "invalid", exercised: 3 });
    expect(
      finding.validity === "invalid" && finding.violations.map(({ message }) => message),
    ).toEqual([
      `c2 was never sent the set of "/a/1" by c1, answered "ok" at 19 ms, on "/SET@/a/*" (and 2 more like it)`,
    ]);
  });

  it("asks nothing of an on that is not answered before the write arrives", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    const on = history.send("c2", { action: "on", path: "/SET@/a", options: {} });
    const set = history.set("c1", "/a", {});
    history.answer(on);
    history.answer(set);

    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
  });

  it.each<[string, (history: HistoryBuilder) => void]>([
    ["an off is under way", (history) => void history.off("c2", "/SET@/a")],
    ["the subscriber leaves", (history) => void history.leave("c2")],
    ["a disconnect is under way", (history) => void history.send("c2", { action: "disconnect" })],
    ["an off of everything is under way", (history) => void history.off("c2", "*")],
  ])("asks nothing where %s before the answer", (_, meanwhile) => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/SET@/a");
    const set = history.set("c1", "/a", {});
    meanwhile(history);
    history.answer(set);

    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
  });

  it.each<[string, (history: HistoryBuilder) => void]>([
    ["refused", (history) => void history.answer(history.set("c1", "/a", {}), { meta: REFUSED })],
    ["unanswered", (history) => void history.set("c1", "/a", {})],
    [
      "not to be published",
      (history) => void history.answer(history.set("c1", "/a", {}, { noPublish: true })),
    ],
    [
      "for others",
      (history) => void history.answer(history.set("c1", "/a", {}, { targetClients: [] })),
    ],
    [
      "with an eventId that is no name",
      (history) => {
        const set = history.send("c1", { action: "set", eventId: {}, path: "/a", data: {} });
        history.answer(set);
      },
    ],
    [
      "with an option of no clause",
      (history) => void history.answer(history.set("c1", "/a", {}, { noCluster: true })),
    ],
    ["on a name with a star", (history) => void history.answer(history.set("c1", "*", {}, {}))],
    [
      "a remove of nothing",
      (history) => void history.answer(history.remove("c1", "/a"), { data: { removed: 0 } }),
    ],
  ])("asks nothing of a write that is %s", (_, write) => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/ALL@/a");
    write(history);

    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
  });

  it("asks for what targetClients names", () => {
    const history = new HistoryBuilder().connect("c1", "c2", "c3");
    history.on("c2", "/SET@/a");
    history.on("c3", "/SET@/a");
    const targetClients = [history.sessionOf("c3")];
    history.answer(history.set("c1", "/a", {}, { targetClients }));

    expect(check(history)).toMatchObject({
      exercised: 1,
      violations: [{ shape: ["set", "exact", "targetClients", "plain"] }],
    });
  });

  it("asks for a remove by the pattern as it stands, not by what it removed", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/REMOVE@/a/b");
    history.on("c2", "/REMOVE@/a/*");
    history.on("c2", "/SET@/a/*");
    history.answer(history.remove("c1", "/a/*"));

    expect(check(history)).toMatchObject({
      exercised: 1,
      violations: [{ shape: ["remove", "pattern", "plain"] }],
    });
  });

  it("asks for one more while references are left", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/SET@/a");
    history.on("c2", "/SET@/a");
    history.off("c2", "/SET@/a");
    history.answer(history.set("c1", "/a", {}));
    history.off("c2", "/SET@/a");
    history.answer(history.set("c1", "/a", {}));

    expect(check(history)).toMatchObject({
      exercised: 1,
      violations: [{ shape: ["exact", "after-partial-off"] }],
    });
  });

  it("tells what happened before: on repeated, on again, off of another, another channel", () => {
    const history = new HistoryBuilder().connect("c1", "c2", "c3");
    history.on("c2", "/SET@/a");
    history.on("c2", "/SET@/a");
    history.answer(history.set("c1", "/a", {}));
    history.on("c2", "/SET@/b");
    history.off("c2", "/SET@/b");
    history.on("c2", "/SET@/b");
    history.answer(history.set("c1", "/b", {}));
    history.on("c2", "/SET@/c");
    history.on("c3", "/SET@/c");
    history.off("c3", "/SET@/c");
    history.answer(history.set("c1", "/c", {}));
    history.on("c2", "/SET@/d");
    history.on("c2", "/ALL@/d");
    const set = history.set("c1", "/d", {});
    history.publish("c2", "/ALL@/d", set);
    history.answer(set);
    const finding = check(history);

    expect(
      finding.validity === "invalid" && finding.violations.map(({ shape }) => shape.at(-1)),
    ).toEqual([
      "on-repeated",
      "on-again-after-off",
      "after-off-of-another",
      "heard-on-another-channel",
    ]);
  });

  it("has one shape for patterns of one prefix of which any is ended, by whomever", () => {
    const shapes = ["/SET@/o/*/x", "/SET@/o/*"].map((ended, at) => {
      const history = new HistoryBuilder().connect("c1", "c2", "c3");
      history.on("c2", "/SET@/o/*");
      if (at === 0) history.off("c3", ended);
      else {
        history.on("c3", ended);
        history.leave("c3");
      }
      history.answer(at === 0 ? history.set("c1", "/o/1", {}) : history.set("c1", "/o/2", [1]));
      const finding = check(history);
      return finding.validity === "invalid" ? finding.violations.map(({ shape }) => shape) : [];
    });

    expect(shapes).toEqual([
      [["pattern", "after-end-of-same-prefix"]],
      [["pattern", "after-end-of-same-prefix"]],
    ]);
  });

  it("leaves out what was put off until the history is quiet", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/SET@/a");
    history.answer(history.set("c1", "/a", {}, { consistency: 0 }));

    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
    expect(check(history.quiet())).toMatchObject({ validity: "invalid", exercised: 1 });
  });

  it("counts a frame whose publicationId is wrong as heard", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/SET@/a");
    const set = history.set("c1", "/a", { x: 1 });
    history.publish("c2", "/SET@/a", set, { meta: { publicationId: "nonsense" } });
    history.answer(set);

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("counts a frame on a wrong channel as heard", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/SET@/a/*");
    const set = history.set("c1", "/a/b", { x: 1 });
    history.publish("c2", "/SET@/a/b", set);
    history.answer(set);

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("asks for the path that a sibling was stored under", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/SET@/a/*");
    history.on("c2", "/SET@/a");
    const set = history.set("c1", "/a", {}, { set_type: "sibling" });
    history.answer(set, { meta: { path: "/a/1" } });

    expect(check(history)).toMatchObject({
      exercised: 1,
      violations: [{ shape: ["set", "pattern", "sibling", "plain"] }],
    });
  });

  it("asks for what the profile's patterns take in", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/SET@/a/*");
    history.answer(history.set("c1", "/a/b/c", {}));

    expect(check(history, "1.x")).toMatchObject({ exercised: 1 });
    expect(check(history, "13.x")).toMatchObject({ exercised: 0 });
  });

  it("asks nothing where the depth of a deep pattern differs between its ons", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/SET@/a/**", { depth: 1 });
    history.on("c2", "/SET@/a/**", { depth: 3 });
    history.answer(history.set("c1", "/a/b/c", {}));
    history.answer(history.set("c1", "/a/b", {}));

    expect(check(history, "13.x")).toMatchObject({ exercised: 1 });
  });
});
