import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import type { Json, JsonObject } from "../src/protocol/index.js";
import { HistoryBuilder } from "./history-builder.js";
import { initialValues } from "./initial-values.js";

const check = (history: HistoryBuilder, profile: "1.x" | "13.x" = "1.x") =>
  initialValues.check(history.recording(), profileOf(profile));

function shapesOf(history: HistoryBuilder): readonly string[] {
  const finding = check(history);
  return finding.validity === "invalid"
    ? finding.violations.map(({ shape }) => shape.join(", "))
    : [];
}

const item = (path: string, value: number, modified = 6): JsonObject => ({
  n: value,
  _meta: { created: 5, modified, path },
});

/** Two documents are stored: 1 at /a/1, 2 at /a/2. */
function stored(): HistoryBuilder {
  const history = new HistoryBuilder().connect("c1", "c2");
  history.request("c1", { action: "set", path: "/a/1", data: { n: 1 } });
  history.request("c1", { action: "set", path: "/a/2", data: { n: 2 } });
  return history;
}

function listen(history: HistoryBuilder, data: Json, path = "/SET@/a/*"): HistoryBuilder {
  const options = { initialCallback: true };
  history.request("c2", { action: "on", path, options }, { data });
  return history;
}

describe("initial-values with initialCallback", () => {
  it("accepts what is stored, oldest first", () => {
    const history = listen(stored(), [item("/a/1", 1), item("/a/2", 2)]);

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it.each<[string, Json, string]>([
    ["no list", {}, "without-path"],
    ["an item without path", [{ n: 1 }, item("/a/2", 2)], "without-path"],
    ["an item twice", [item("/a/1", 1), item("/a/1", 1), item("/a/2", 2)], "item-twice"],
    ["the youngest first", [item("/a/1", 1, 9), item("/a/2", 2)], "not-oldest-first"],
    ["an item missing", [item("/a/1", 1)], "missing, pattern"],
    ["another value", [item("/a/1", 7), item("/a/2", 2)], "other-value"],
    [
      "an item that nobody wrote",
      [item("/a/1", 1), item("/a/2", 2), item("/a/3", 3)],
      "never-written",
    ],
    ["an item elsewhere", [item("/a/1", 1), item("/a/2", 2), item("/b", 3)], "not-matching"],
  ])("rejects %s", (_, data, word) => {
    expect(shapesOf(listen(stored(), data))).toEqual([`initialCallback, ${word}`]);
  });

  it("rejects what was removed, and what was overwritten", () => {
    const removed = stored();
    removed.request("c1", { action: "remove", path: "/a/1" });
    listen(removed, [item("/a/1", 1), item("/a/2", 2)]);
    const overwritten = stored();
    overwritten.request("c1", { action: "set", path: "/a/2", data: { n: 3 } });
    listen(overwritten, [item("/a/1", 1), item("/a/2", 2)]);

    expect(shapesOf(removed)).toEqual(["initialCallback, removed-item"]);
    expect(shapesOf(overwritten)).toEqual(["initialCallback, other-value"]);
  });

  it("accepts of a write that is under way either value, if it is heard later", () => {
    for (const value of [1, 3]) {
      const history = stored();
      const set = history.set("c1", "/a/1", { n: 3 });
      listen(history, [item("/a/1", value), item("/a/2", 2)]);
      if (value === 1) history.publish("c2", "/SET@/a/*", set);
      history.answer(set);

      expect(shapesOf(history)).toEqual([]);
    }
  });

  it("rejects a write that is in neither", () => {
    const history = stored();
    const set = history.set("c1", "/a/1", { n: 3 });
    listen(history, [item("/a/1", 1), item("/a/2", 2)]);
    history.answer(set);

    expect(shapesOf(history)).toEqual(["initialCallback, lost-between"]);
  });

  it("rejects it whatever is written afterwards, and whoever leaves then", () => {
    const history = stored();
    const set = history.set("c1", "/a/1", { n: 3 });
    listen(history, [item("/a/1", 1), item("/a/2", 2)]);
    history.answer(set);
    const later = history.set("c1", "/a/1", { n: 4 });
    history.publish("c2", "/SET@/a/*", later);
    history.answer(later);
    history.leave("c2");

    expect(shapesOf(history)).toEqual(["initialCallback, lost-between"]);
  });

  it("accepts that who leaves is not told", () => {
    const history = stored();
    const set = history.set("c1", "/a/1", { n: 3 });
    listen(history, [item("/a/1", 1), item("/a/2", 2)]);
    history.leave("c2");
    history.answer(set);

    expect(shapesOf(history)).toEqual([]);
  });

  it("knows only what it saw of a server that was in use before", () => {
    const history = new HistoryBuilder({ fresh: false }).connect("c2");
    listen(history, [item("/a/7", 7)]);

    expect(shapesOf(history)).toEqual([]);
  });
});

describe("initial-values with initialEmit", () => {
  const options = { initialEmit: true };

  function emitted(meta: (path: string) => JsonObject, isLate = false): HistoryBuilder {
    const history = stored();
    const on = history.send("c2", { action: "on", path: "/SET@/a/*", options });
    if (isLate) history.answer(on);
    for (const [path, n] of [
      ["/a/1", 1],
      ["/a/2", 2],
    ] as const) {
      const own = { action: "/ON@/SET@/a/*", created: 5, modified: 6, ...meta(path) };
      history.publish("c2", "/SET@/a/*", on, { data: { n }, meta: own });
    }
    if (!isLate) history.answer(on);
    return history;
  }

  it("accepts a publication of each item, before the answer", () => {
    expect(check(emitted((path) => ({ path })))).toEqual({ validity: "valid", exercised: 1 });
  });

  it("rejects publications of no path", () => {
    expect(shapesOf(emitted(() => ({ path: null })))).toEqual(["initialEmit, without-path"]);
  });

  it("rejects publications after the answer, by the profile that promises them before", () => {
    const late = emitted((path) => ({ path }), true);

    expect(shapesOf(late)).toEqual(["initialEmit, emitted-after-answer"]);
    expect(check(late, "13.x")).toMatchObject({ validity: "valid" });
  });

  it("rejects an item that is not sent", () => {
    const history = stored();
    history.request("c2", { action: "on", path: "/SET@/a/1", options });

    expect(shapesOf(history)).toEqual(["initialEmit, missing, exact"]);
  });
});
