import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import type { Json, JsonObject } from "../src/protocol/index.js";
import { HistoryBuilder, REFUSED } from "./history-builder.js";
import { publicationContent } from "./publication-content.js";

const check = (history: HistoryBuilder) =>
  publicationContent.check(history.recording(), profileOf("1.x"));

function shapesOf(history: HistoryBuilder): readonly string[] {
  const finding = check(history);
  if (finding.validity !== "invalid") return [];
  return finding.violations.map(({ clause, shape }) => `${clause}: ${shape.join(", ")}`);
}

/** A set of `{x:1}` at /a/b by c1, heard by c2 on /SET@/a/*, with a changed publication. */
function heardAs(
  changed: { data?: Json; meta?: JsonObject },
  options: JsonObject = {},
  data: Json = { x: 1 },
): HistoryBuilder {
  const history = new HistoryBuilder().connect("c1", "c2");
  history.on("c2", "/SET@/a/*");
  const set = history.set("c1", "/a/b", data, options);
  history.publish("c2", "/SET@/a/*", set, changed);
  history.answer(set, data === null ? { data: { value: null } } : {});
  return history;
}

describe("publication-content", () => {
  it("accepts what tells of a write as it was", () => {
    expect(check(heardAs({}))).toEqual({ validity: "valid", exercised: 1 });
    expect(check(heardAs({}, { noStore: true, meta: { componentVersion: "1.0.0" } }))).toEqual({
      validity: "valid",
      exercised: 1,
    });
  });

  it("rejects other data than the answer's, and points at write, publication and answer", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    const set = history.set("c1", "/a", { x: 1 });
    const publication = history.publish("c1", "/SET@/a", set, { data: { x: 2 } });
    const answer = history.answer(set);

    expect(check(history)).toEqual({
      validity: "invalid",
      exercised: 1,
      violations: [
        {
          clause: "PUB-2",
          message: `c1 was sent the set of "/a" by c1 at 13 ms with "data" {"x":2}`,
          expected: `"data" {"x":1}: data equals that of the answer (PUB-2).`,
          shape: ["set", "data", "object as object"],
          evidence: [set.arriveIndex, publication, answer],
        },
      ],
    });
  });

  it.each<[string, HistoryBuilder, string]>([
    ["path", heardAs({ meta: { path: "/a" } }), "PUB-2: set, path, another"],
    ["action", heardAs({ meta: { action: "/SET@/b" } }), "PUB-2: set, action, another"],
    ["session", heardAs({ meta: { sessionId: "x" } }), "PUB-2: set, sessionId, another"],
    [
      "session, which is the hearer's",
      heardAs({ meta: { sessionId: new HistoryBuilder().sessionOf("c2#1") } }),
      "PUB-2: set, sessionId, the-hearer",
    ],
    ["consistency", heardAs({ meta: { consistency: 1 } }), "PUB-2: set, consistency"],
    [
      "channel, which is the write's action",
      heardAs({ meta: { channel: "/SET@/a/b" } }),
      "PUB-2: set, channel, the-action",
    ],
    ["channel", heardAs({ meta: { channel: null } }), "PUB-2: set, channel, null"],
    ["created", heardAs({ meta: { created: 9 } }), "PUB-2: set, created, another"],
    ["publicationId", heardAs({ meta: { publicationId: "x-1" } }), "PUB-2: set, publicationId"],
    [
      "created, of what is not stored",
      heardAs({ meta: { created: 9 } }, { noStore: true }),
      "STO-3: set, created",
    ],
    [
      "key of the request's meta",
      heardAs({ meta: { v: "2" } }, { meta: { v: "1" } }),
      "PUB-3: set, own-key, another",
    ],
    [
      "path, taken from the request's meta",
      heardAs({}, { meta: { path: "/x" } }),
      "PUB-2: set, path, another",
    ],
    [
      "status, taken from the request's meta",
      heardAs({}, { meta: { status: "odd" } }),
      "PUB-3: set, status, taken-from-meta",
    ],
    ["data of another type", heardAs({}, {}, null), "PUB-2: set, data, null as null"],
  ])("rejects a wrong %s", (_, history, shape) => {
    expect(shapesOf(history)).toEqual([shape]);
  });

  it("leaves open whether meta overwrites channel, consistency and publicationId", () => {
    const meta = { consistency: 9, publicationId: "p", channel: "c" };

    expect(shapesOf(heardAs({ meta: { channel: "/SET@/a/*" } }, { meta }))).toEqual([]);
  });

  it("judges the data of an unanswered set by what was to be stored, and not that of a merge", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    const set = history.set("c1", "/a", [1]);
    history.publish("c1", "/SET@/a", set, { data: { value: [1] } });
    const bare = history.set("c1", "/a", { _meta: 1, x: 1 });
    history.publish("c1", "/SET@/a", bare, { data: { x: 1 } });
    const merge = history.set("c1", "/a", { x: 1 }, { merge: true });
    history.publish("c1", "/SET@/a", merge, { data: { x: 1, y: 2 } });
    history.publish("c1", "/SET@/a", merge, { data: { x: 1, y: 2 } });
    expect(check(history)).toEqual({ validity: "valid", exercised: 4 });

    const raw = history.set("c1", "/a", "text");
    history.publish("c1", "/SET@/a", raw);
    expect(shapesOf(history)).toEqual(["PUB-2: set, data, string as string"]);
  });

  it("rejects a publication of no write, where all writers are known", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    const set = history.set("c1", "/a", { x: 1 });
    const meta = { publicationId: "x", path: "/b", action: "/SET@/b" };
    const index = history.publish("c1", "/SET@/a", set, { meta });

    expect(check(history)).toMatchObject({
      violations: [
        {
          message: `c1 was sent a publication of "/b" at 13 ms that tells of no write: its publicationId is "x"`,
          shape: ["no-write", "string"],
          evidence: [index],
        },
      ],
    });
  });

  it("says nothing of a publication of no write where others may write", () => {
    const meta = { publicationId: "x", path: "/b", action: "/SET@/b" };
    const used = new HistoryBuilder({ fresh: false }).connect("c1");
    used.publish("c1", "/SET@/a", used.set("c1", "/a", {}), { meta });
    expect(check(used)).toEqual({ validity: "valid", exercised: 0 });

    const history = new HistoryBuilder();
    history.open("c1");
    history.publish("c1", "/SET@/a", history.set("c1", "/a", {}), { meta });
    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
  });

  it("says nothing of what initialEmit sends", () => {
    const history = new HistoryBuilder().connect("c1");
    const on = history.send("c1", {
      action: "on",
      path: "/SET@/a",
      options: { initialEmit: true },
    });
    history.publish("c1", "/SET@/a", on, { meta: { action: "/ON@/SET@/a" } });

    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
  });

  it("wants the path that a sibling was stored under", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a/*");
    const set = history.set("c1", "/a", {}, { set_type: "sibling" });
    history.publish("c1", "/SET@/a/*", set);
    history.answer(set, { meta: { path: "/a/1" } });

    expect(shapesOf(history)).toEqual([
      "PUB-2: set, sibling, path, as-requested",
      "PUB-2: set, sibling, action, as-requested",
    ]);
  });

  it("accepts the publication of a remove, and of a set that was refused", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/ALL@/a");
    const remove = history.remove("c1", "/a");
    history.publish("c1", "/ALL@/a", remove);
    history.answer(remove);
    const set = history.set("c1", "/a", {});
    history.publish("c1", "/ALL@/a", set);
    history.answer(set, { meta: REFUSED });

    expect(check(history)).toEqual({ validity: "valid", exercised: 2 });
  });

  it("wants no consistency of a write whose options a server may read as it likes", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    for (const options of [5, { consistency: {} }, { noPublish: 1 }]) {
      const set = history.send("c1", { action: "set", path: "/a", data: {}, options });
      history.publish("c1", "/SET@/a", set, { meta: { consistency: null } });
      history.answer(set);
    }

    expect(check(history)).toEqual({ validity: "valid", exercised: 3 });
  });
});
