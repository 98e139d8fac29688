import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import type { JsonObject } from "../src/protocol/index.js";
import { HistoryBuilder } from "./history-builder.js";
import { noDuplicatePublication } from "./no-duplicate-publication.js";

const check = (history: HistoryBuilder) =>
  noDuplicatePublication.check(history.recording(), profileOf("1.x"));

describe("no-duplicate-publication", () => {
  it("accepts one publication on each of two channels that match", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a/*");
    history.on("c1", "/ALL@/a/b");
    const set = history.set("c1", "/a/b", {});
    history.publish("c1", "/SET@/a/*", set);
    history.publish("c1", "/ALL@/a/b", set);

    expect(check(history)).toEqual({ validity: "valid", exercised: 2 });
  });

  it("accepts one publication to each of two sessions", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c1", "/SET@/a");
    history.on("c2", "/SET@/a");
    const set = history.set("c1", "/a", {});
    history.publish("c1", "/SET@/a", set);
    history.publish("c2", "/SET@/a", set);

    expect(check(history)).toEqual({ validity: "valid", exercised: 2 });
  });

  it("rejects a second publication on one channel, and points at both", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    history.on("c1", "/SET@/a");
    const set = history.set("c1", "/a", {});
    const first = history.publish("c1", "/SET@/a", set);
    const second = history.publish("c1", "/SET@/a", set);
    history.answer(set);

    expect(check(history)).toEqual({
      validity: "invalid",
      exercised: 1,
      violations: [
        {
          clause: "SUB-3",
          message: `c1 was sent the set of "/a" by c1 2 times on "/SET@/a", at 17 ms and 19 ms`,
          expected: "One publication for each session, subscription path and write (SUB-3).",
          shape: ["set", "exact", "on-repeated"],
          evidence: [set.arriveIndex, first, second],
        },
      ],
    });
  });

  it("accepts a publication of each of two writes with one eventId, and rejects a third", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    const set = history.send("c1", { action: "set", eventId: 9, path: "/a", data: {} });
    history.publish("c1", "/SET@/a", set);
    history.answer(set);
    const again = history.send("c1", { action: "set", eventId: 9, path: "/a", data: {} });
    history.publish("c1", "/SET@/a", again);

    expect(check(history)).toEqual({ validity: "valid", exercised: 2 });

    history.publish("c1", "/SET@/a", again);
    expect(check(history)).toMatchObject({ validity: "invalid", exercised: 2 });
  });

  it("takes a sibling at another path for that of the request that was not answered", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@*");
    const twin = { action: "set", eventId: 9, path: "/a", data: 7 };
    const sibling = { ...twin, options: { set_type: "sibling" } };
    const [first, second] = [history.send("c1", sibling), history.send("c1", sibling)];
    const at = (path: string) => ({
      data: { value: 7 },
      meta: { path, action: `/SET@${path}` },
    });
    history.publish("c1", "/SET@*", first, at("/a/1"));
    history.answer(first, { data: { value: 7 }, meta: { path: "/a/1" } });
    history.publish("c1", "/SET@*", second, at("/a/2"));

    expect(check(history)).toMatchObject({ validity: "valid" });
  });

  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    ["a remove", { action: "remove", data: null }, {}, { removed: 0 }],
    ["a merge", { action: "set", data: { b: 2 } }, { merge: true }, { a: 1, b: 2 }],
  ])(
    "takes what is told again for what %s that was not answered came to",
    (_, request, options, data) => {
      const history = new HistoryBuilder().connect("c1");
      history.on("c1", "/ALL@/a");
      const twin = { ...request, eventId: 9, path: "/a", options } as const;
      const first = history.send("c1", twin);
      history.publish("c1", "/ALL@/a", first, { data });
      history.answer(first, { data });
      const second = history.send("c1", twin);
      history.publish("c1", "/ALL@/a", second, { data });

      expect(check(history)).toEqual({ validity: "valid", exercised: 2 });

      history.publish("c1", "/ALL@/a", second, { data });
      expect(check(history)).toMatchObject({ validity: "invalid", exercised: 2 });
    },
  );

  it("takes snapshots of two requests under way together for those of either", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@*");
    const twin = { action: "set", eventId: 9, path: "/a", data: null, options: { tag: "t" } };
    const at = (path: string) => ({
      data: { data: 7, _tag: "t", path },
      meta: { path, action: `/SET@${path}` },
    });
    const [connection, frame] = ["c1#1", { ...twin, sessionId: history.sessionOf("c1") }];
    const sent = { connection, operation: null, frame: JSON.stringify(frame) } as const;
    const sendIndex = history.event({ kind: "send", ...sent });
    const repeatIndex = history.event({ kind: "relay", connection, of: sendIndex });
    const arrive = (of: number) => {
      return { connection, frame, arriveIndex: history.event({ kind: "arrive", connection, of }) };
    };
    // What was sent first arrives last: the answers tell nothing of which is which.
    const first = arrive(repeatIndex);
    history.publish("c1", "/SET@*", first, at("/_TAGS/a/1"));
    const second = arrive(sendIndex);
    history.answer(first, at("/_TAGS/a/1"));
    history.publish("c1", "/SET@*", second, at("/_TAGS/a/2"));
    history.answer(second, at("/_TAGS/a/2"));

    expect(check(history)).toMatchObject({ validity: "valid" });
  });

  it("leaves to others what is on no channel, on a channel never asked for, or from no write", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    const set = history.set("c1", "/a", { x: 1 });
    for (const meta of [
      { channel: null },
      { channel: "/SET@/b" },
      { path: "/c", publicationId: "x" },
    ]) {
      history.publish("c1", "/SET@/a", set, { meta });
      history.publish("c1", "/SET@/a", set, { meta });
    }

    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
  });
});
