import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import type { Json, JsonObject } from "../src/protocol/index.js";
import { answerData } from "./answer-data.js";
import { HistoryBuilder, REFUSED } from "./history-builder.js";

const check = (history: HistoryBuilder) => answerData.check(history.recording(), profileOf("1.x"));

interface Changed {
  readonly data?: Json;
  readonly meta?: JsonObject;
}

/** Clause and shape of each violation of one answer. */
function shapesOf(request: JsonObject, changed: Changed = {}): readonly string[] {
  const history = new HistoryBuilder().connect("c1");
  history.request("c1", { options: {}, ...request }, changed);
  const finding = check(history);
  if (finding.validity !== "invalid") return [];
  return finding.violations.map(({ clause, shape }) => `${clause}: ${shape.join(", ")}`);
}

const set = (data: Json, options: JsonObject = {}): JsonObject => ({
  action: "set",
  path: "/a",
  data,
  options,
});

/** A `get` of a pattern, answered with a bare array. */
function itemsOf(items: readonly Json[], options: JsonObject = {}): readonly string[] {
  const history = new HistoryBuilder().connect("c1");
  history.send("c1", { action: "get", eventId: 9, path: "/a/*", options });
  const meta = { type: "response", status: "ok", action: "get", eventId: 9 };
  history.write("c1#1", [...items, meta]);
  const finding = check(history);
  return finding.validity === "invalid" ? finding.violations.map(({ shape }) => shape.join()) : [];
}

const item = (path: string, meta: JsonObject = { created: 1, modified: 2 }): Json => ({
  x: 1,
  _meta: { ...meta, path },
});

describe("answer-data of a set", () => {
  it("leaves open what is written where nullValue contradicts the data", () => {
    const contradicted = set({ x: 1 }, { nullValue: 1 });

    expect(shapesOf(contradicted, { data: { value: null } })).toEqual([]);
    expect(shapesOf(set(null, { nullValue: true }), { data: {} })).toEqual([
      "STO-1: set, null as object",
    ]);
  });

  it.each<[Json, Json]>([
    [{ x: 1 }, { x: 1 }],
    [[1], { value: [1] }],
    ["text", { value: "text" }],
    [null, { value: null }],
    [{ x: 1, _meta: { y: 1 } }, { x: 1 }],
  ])("accepts %j answered as %j", (sent, data) => {
    expect(shapesOf(set(sent), { data })).toEqual([]);
  });

  it("accepts absent data answered as an empty object", () => {
    expect(shapesOf({ action: "set", path: "/a" }, { data: {} })).toEqual([]);
  });

  it("rejects other data, and points at request and answer", () => {
    const history = new HistoryBuilder().connect("c1");
    const sent = history.set("c1", "/a", [1]);
    const answer = history.answer(sent);

    expect(check(history)).toEqual({
      validity: "invalid",
      exercised: 1,
      violations: [
        {
          clause: "STO-1",
          message: `c1 was answered its "set" of "/a" at 9 ms with data [1]`,
          expected: `The data that is stored, {"value":[1]} (STO-1).`,
          shape: ["set", "array as array"],
          evidence: [sent.arriveIndex, answer],
        },
      ],
    });
  });

  it.each<[string, JsonObject, Changed, string]>([
    ["another path", set({}), { meta: { path: "/b" } }, "STO-1: set, path"],
    ["no created", set({}), { meta: { created: null } }, "STO-1: set, created null"],
    [
      "times for what is not stored",
      set({}, { noStore: true }),
      { meta: { modified: 5 } },
      "STO-3: set, noStore, modified present",
    ],
    ["published false", set({}), { meta: { published: false } }, "PUB-7: set, published boolean"],
    [
      "keys of its meta",
      set({}, { meta: { mine: 1, status: 2 } }),
      { meta: { mine: 1 } },
      "PUB-3: set, own-key",
    ],
    ["odd keys lost", set({ "a.b": 1 }), { data: {} }, "STO-12: set, object as object, odd-keys"],
    [
      "deep odd keys lost",
      set([{ a: { $b: 1 } }]),
      { data: {} },
      "STO-12: set, array as object, odd-keys",
    ],
    [
      "a sibling at the path itself",
      set({}, { set_type: "sibling" }),
      {},
      "STO-9: set, set_type, path",
    ],
    [
      "a merged key missing",
      set({ x: { y: 1 } }, { merge: true }),
      { data: { z: 1 } },
      "STO-4: set, merge, merged object as absent",
    ],
    [
      "a merged odd key missing",
      set({ $x: 1 }, { merge: true }),
      { data: null },
      "STO-12: set, merge, merged number as absent",
    ],
  ])("rejects %s", (_, request, changed, shape) => {
    expect(shapesOf(request, changed)).toEqual([shape]);
  });

  it("tells a lost prototype key from other data", () => {
    const sent = JSON.parse('{"__proto__":1}') as Json;

    expect(shapesOf(set(sent), { data: {} })).toEqual([
      "STO-1: set, object as object, prototype-key",
    ]);
  });

  it("accepts a merge that has more, and any answer to null in a merge", () => {
    expect(shapesOf(set({ x: 1, y: null }, { merge: true }), { data: { x: 1, z: 1 } })).toEqual([]);
  });

  it("says nothing of a tag, of what is refused, and of a _meta that is not stored", () => {
    expect(shapesOf(set({}, { tag: "t" }), { data: { other: 1 }, meta: { path: "/t" } })).toEqual(
      [],
    );
    expect(shapesOf(set([1]), { meta: REFUSED })).toEqual([]);
    expect(shapesOf(set({ _meta: 1 }, { noStore: true }), { data: { _meta: 1 } })).toEqual([]);
  });

  it("says one thing of one answer", () => {
    expect(shapesOf(set([1]), { meta: { created: null, path: null } })).toHaveLength(1);
  });
});

describe("answer-data of a remove", () => {
  const remove = { action: "remove", path: "/a" };

  it("accepts a count, path and timestamp", () => {
    expect(shapesOf(remove)).toEqual([]);
    expect(shapesOf(remove, { data: { removed: 0 } })).toEqual([]);
  });

  it.each<[Changed, string]>([
    [{ data: null }, "STO-8: remove, data null"],
    [{ data: { removed: -1 } }, "STO-8: remove, data object"],
    [{ meta: { path: "/b" } }, "STO-8: remove, path"],
    [{ meta: { timestamp: null } }, "STO-8: remove, timestamp null"],
  ])("rejects %j", (changed, shape) => {
    expect(shapesOf(remove, changed)).toEqual([shape]);
  });
});

describe("answer-data of a get", () => {
  const get = { action: "get", path: "/a" };

  it.each<[Changed, string]>([
    [{ data: [1] }, "STO-5: get, data array"],
    [{ data: {}, meta: { published: true } }, "STO-5: get, published"],
    [{ data: {}, meta: { _id: 1 } }, "STO-5: get, internal-id"],
  ])("rejects %j", (changed, shape) => {
    expect(shapesOf(get, changed)).toEqual([shape]);
  });

  it("accepts data, and null where there is none", () => {
    expect(shapesOf(get, { data: { x: 1 } })).toEqual([]);
    expect(shapesOf(get, { data: null })).toEqual([]);
  });

  it("wants a list for a pattern, and none for a path", () => {
    expect(shapesOf({ action: "get", path: "/a/*" }, { data: null })).toEqual([
      "STO-6: get, no-list null",
    ]);
    const history = new HistoryBuilder().connect("c1");
    history.send("c1", { action: "get", eventId: 9, path: "/a" });
    history.write("c1#1", [{ type: "response", status: "ok", action: "get", eventId: 9 }]);
    expect(check(history)).toMatchObject({ violations: [{ shape: ["get", "list"] }] });
  });

  it("judges the form of an answer to options by their clause", () => {
    const fields = { fields: { x: 1 } };
    expect(shapesOf({ action: "get", path: "/a", options: fields }, { data: 1 })).toEqual([
      "STO-7: get, fields, data number",
    ]);
    expect(shapesOf({ action: "get", path: "/a/*", options: { options: fields } })).toEqual([
      "STO-7: get, no-list object",
    ]);
  });

  it("accepts no data of a path where paths only are asked for, and not otherwise", () => {
    const asked = (options: JsonObject) => {
      const history = new HistoryBuilder().connect("c1");
      history.send("c1", { action: "get", eventId: 9, path: "/a", options });
      const meta = { type: "response", status: "ok", action: "get", eventId: 9 };
      history.write("c1#1", { _meta: meta });
      const finding = check(history);
      if (finding.validity !== "invalid") return [];
      return finding.violations.map(({ clause, shape }) => `${clause}: ${shape.join(", ")}`);
    };

    expect(asked({ path_only: true })).toEqual([]);
    expect(asked({ options: { path_only: true } })).toEqual([]);
    expect(asked({ path_only: false })).toEqual(["STO-5: get, data absent"]);
    expect(asked({ fields: { x: 1 } })).toEqual(["STO-7: get, fields, data absent"]);
  });

  it("accepts no items, and items that match, in order", () => {
    expect(itemsOf([])).toEqual([]);
    expect(itemsOf([item("/_SYSTEM/x"), item("/a/B"), item("/a/b"), item("/a/b/c")])).toEqual([]);
  });

  it.each<[string, readonly Json[], string]>([
    ["an item that does not match", [item("/b")], "get,item-not-matching"],
    ["an item without times", [item("/a/b", {})], "get,item-without-times"],
    ["an item without path", [{ x: 1 }], "get,item-without-path"],
    ["an item twice", [item("/a/b"), item("/a/b")], "get,item-twice"],
    ["items out of order", [item("/a/b"), item("/a/B")], "get,items-unsorted"],
  ])("rejects %s", (_, items, shape) => {
    expect(itemsOf(items)).toEqual([shape]);
  });

  it("lets options take away what they may", () => {
    expect(itemsOf([{ x: 1 }, item("/a/b", {})], { fields: { x: 1 } })).toEqual([]);
    expect(itemsOf([item("/a/b"), item("/a/B")], { sort: { x: 1 } })).toEqual([]);
  });
});

describe("answer-data of other requests", () => {
  it("wants the keys of describe", () => {
    expect(shapesOf({ action: "describe" }, { data: { name: "x", secure: false } })).toEqual([
      "SES-2: describe, no encryptPayloads",
    ]);
  });

  it("says nothing of actions that are the name of anything", () => {
    expect(shapesOf({ action: "toString", path: "/a" })).toEqual([]);
  });
});
