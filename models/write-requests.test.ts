import { describe, expect, it } from "vitest";

import type { Json, JsonObject } from "../src/protocol/index.js";
import { Conversation, EPOCH_MS, told } from "./conversation.js";

describe("set", () => {
  it.each<[string, Json | undefined, Json]>([
    ["an object as it is", { a: { b: [1] } }, { a: { b: [1] } }],
    ["an object without its _meta", { _meta: { x: 1 }, a: 1 }, { a: 1 }],
    ["an array as a value", [1, null], { value: [1, null] }],
    ["a number as a value", 0, { value: 0 }],
    ["a string as a value", "", { value: "" }],
    ["false as a value", false, { value: false }],
    ["null as a value", null, { value: null }],
    ["nothing as an empty object", undefined, {}],
  ])("keeps %s", (_name, data, kept) => {
    const talk = new Conversation("1.x", "c1");
    const answer = talk.ask("c1", "set", { path: "/a", ...(data === undefined ? {} : { data }) });

    expect(answer.data).toEqual(kept);
    expect(talk.get("/a")).toEqual(kept);
  });

  it("keeps keys that are names of the prototype", () => {
    const talk = new Conversation("1.x", "c1");
    talk.sendText("c1", '{"action":"set","eventId":1,"path":"/a","data":{"__proto__":{"x":1}}}');

    expect(JSON.stringify(talk.get("/a"))).toBe('{"__proto__":{"x":1}}');
  });

  it("answers with times and path, created at first and kept on overwrite", () => {
    const talk = new Conversation("1.x", "c1");
    const first = talk.ask("c1", "set", { path: "/a", data: 1 });
    const second = talk.ask("c1", "set", { path: "/a", data: 2 });
    const born = first.meta["created"] as number;

    expect(first.meta).toEqual({
      created: EPOCH_MS + 2,
      modified: EPOCH_MS + 2,
      path: "/a",
      published: true,
      type: "response",
      status: "ok",
      eventId: 1,
      action: "set",
    });
    expect(second.meta).toMatchObject({ created: born, modified: born + 1 });
    talk.ask("c1", "remove", { path: "/a" });
    const again = talk.ask("c1", "set", { path: "/a", data: 3 });
    expect(again.meta).toMatchObject({ created: born + 3, modified: born + 3 });
  });

  it("stores nothing with noStore, and has no times then", () => {
    const talk = new Conversation("1.x", "c1");
    const options = { noStore: true, merge: true };
    const answer = talk.ask("c1", "set", { path: "/a", data: 5, options });

    expect(answer.data).toEqual({ value: 5 });
    expect(answer.meta).not.toHaveProperty("created");
    expect(answer.meta).not.toHaveProperty("modified");
    expect(talk.get("/a")).toBeNull();
  });

  it("stores a path with a star under that name, or refuses it, as the profile says", () => {
    const loose = new Conversation("1.x", "c1");
    const strict = new Conversation("13.x", "c1");

    expect(loose.ask("c1", "set", { path: "/a/*", data: 1 }).meta["status"]).toBe("ok");
    expect(strict.ask("c1", "set", { path: "/a/*", data: 1 }).meta["status"]).toBe("error");
    expect(loose.state.store.has("/a/*")).toBe(true);
  });

  it("takes the characters of a path that the profile takes", () => {
    const path = "/a/ü?b";

    expect(new Conversation("1.x", "c1").ask("c1", "set", { path }).meta["status"]).toBe("ok");
    expect(new Conversation("13.x", "c1").ask("c1", "set", { path }).meta["status"]).toBe("error");
  });

  it.each([
    ["1.x", true],
    ["5.x", true],
    ["7.x", false],
    ["8.x", false],
    ["9.x", true],
  ] as const)("takes braces in a path in profile %s: %s", (profile, isTaken) => {
    const answer = new Conversation(profile, "c1").ask("c1", "set", { path: "/a/{1}" });

    expect(answer.meta["status"]).toBe(isTaken ? "ok" : "error");
  });

  it("tells paths apart character for character", () => {
    const talk = new Conversation("1.x", "c1");
    for (const path of ["/a/b", "a/b", "/a/b/", "/A/b"])
      talk.ask("c1", "set", { path, data: path });

    expect(talk.get("/a/b")).toEqual({ value: "/a/b" });
    expect(talk.state.store.size).toBe(4);
  });
});

describe("set with merge", () => {
  it("replaces top-level keys and keeps the others", () => {
    const talk = new Conversation("1.x", "c1");
    talk.set("c1", "/a", { x: 1, y: { z: 1 } });
    const answer = talk.ask("c1", "set", {
      path: "/a",
      data: { y: { q: [1] }, w: 2 },
      options: { merge: true },
    });

    expect(answer.data).toEqual({ x: 1, y: { q: [1] }, w: 2 });
    expect(talk.get("/a")).toEqual(answer.data);
    expect(answer.meta["created"]).toBeLessThan(answer.meta["modified"] as number);
  });

  it.each([
    ["1.x", { x: 1, n: null }],
    ["11.x", { x: 1, n: null }],
    ["12.x", { x: null, n: null }],
    ["13.x", { x: null, n: null }],
  ] as const)("treats an explicit null as profile %s does", (profile, expected) => {
    const talk = new Conversation(profile, "c1");
    talk.set("c1", "/a", { x: 1 });
    talk.set("c1", "/a", { x: null, n: null }, { merge: true });

    expect(talk.get("/a")).toEqual(expected);
  });

  it("is a plain set where there was nothing", () => {
    const talk = new Conversation("1.x", "c1");
    talk.set("c1", "/a", [1], { merge: true });

    expect(talk.get("/a")).toEqual({ value: [1] });
  });
});

describe("set of a sibling", () => {
  it("stores under a path of its own, and publishes that path", () => {
    const talk = new Conversation("1.x", "c1");
    talk.on("c1", "/SET@/a/*");
    const first = talk.set("c1", "/a", { n: 1 }, { set_type: "sibling" });
    const second = talk.ask("c1", "set", {
      path: "/a",
      data: { n: 2 },
      options: { set_type: "sibling" },
    });
    const { path } = second.meta;

    expect(told(first)).toEqual(['c1 "/SET@/a/*"']);
    expect(first[0]?.frame).toMatchObject({
      meta: { path: expect.stringMatching(/^\/a\/./) as string },
    });
    expect(talk.get(path as string)).toEqual({ n: 2 });
    expect(talk.state.store.size).toBe(2);
  });
});

describe("set with a tag", () => {
  it("keeps a snapshot of the present value, that patterns from outside do not see", () => {
    const talk = new Conversation("1.x", "c1");
    talk.set("c1", "a", { n: 1 });
    const answer = talk.ask("c1", "set", { path: "a", data: null, options: { tag: "t1" } });
    const path = answer.meta["path"] as string;

    expect(path).toMatch(/^\/_TAGS\/a\/./);
    expect(talk.get(path)).toEqual({ data: { n: 1 }, _tag: "t1", path });
    expect(talk.get("a")).toEqual({ n: 1 });
    expect(talk.get("*")).toHaveLength(1);
    expect(talk.get("/_TAGS/*")).toHaveLength(1);
  });

  it("is refused with new data, and where there is nothing", () => {
    const talk = new Conversation("1.x", "c1");
    const options = { tag: "t1" };

    expect(talk.ask("c1", "set", { path: "/a", options }).meta["status"]).toBe("error");
    talk.set("c1", "/a", 1);
    expect(talk.ask("c1", "set", { path: "/a", data: 2, options }).meta["status"]).toBe("error");
    expect(talk.get("/a")).toEqual({ value: 1 });
  });

  it("leaves to the server who hears of the snapshot", () => {
    const talk = new Conversation("1.x", "c1", "c2");
    talk.set("c1", "/a", { n: 1 });
    talk.on("c2", "/SET@/a");
    talk.on("c2", "/SET@/_TAGS/*");
    const text = '{"action":"set","eventId":9,"path":"/a","data":null,"options":{"tag":"t"}}';
    const outputs = talk.take({ kind: "frame", connection: "c1", text });

    expect(outputs).toHaveLength(3);
    expect(outputs.slice(0, 2)).toMatchObject([{ optional: true }, { optional: true }]);
  });

  it.each(["8.x", "12.x"] as const)("takes no new data in profile %s either", (profile) => {
    const talk = new Conversation(profile, "c1");
    talk.set("c1", "/a", { n: 1 });
    const answer = talk.ask("c1", "set", { path: "/a", data: { n: 2 }, options: { tag: "t1" } });

    expect(answer.meta["status"]).toBe("error");
    expect(talk.get("/a")).toEqual({ n: 1 });
  });

  it("is an ordinary set where the profile ignores tags", () => {
    const talk = new Conversation("13.x", "c1");
    talk.set("c1", "/a", { n: 1 }, { tag: "t1" });

    expect(talk.get("/a")).toEqual({ n: 1 });
  });
});

describe("remove", () => {
  it("removes a path, says so, and removes nothing a second time", () => {
    const talk = new Conversation("1.x", "c1");
    talk.set("c1", "/a", 1);
    const first = talk.ask("c1", "remove", { path: "/a" });
    const second = talk.ask("c1", "remove", { path: "/a" });

    expect(first.data).toEqual({ removed: 1 });
    expect(first.meta).toMatchObject({ path: "/a", status: "ok", timestamp: EPOCH_MS + 3 });
    expect(second.data).toEqual({ removed: 0 });
    expect(second.meta["status"]).toBe("ok");
    expect(talk.get("/a")).toBeNull();
  });

  it("removes what a pattern matches, and only that", () => {
    const talk = new Conversation("1.x", "c1");
    for (const path of ["/a/b", "/a/b/c", "/b"]) talk.set("c1", path, 1);

    expect(talk.ask("c1", "remove", { path: "/a/*" }).data).toEqual({ removed: 2 });
    expect([...talk.state.store.keys()]).toEqual(["/b"]);
  });

  it("is told to who listens to that text, by an action of its own", () => {
    const talk = new Conversation("1.x", "c1");
    talk.set("c1", "/a/b", 1);
    for (const channel of ["/REMOVE@/a/*", "/ALL@*", "/SET@/a/*", "/REMOVE@/a/b", "/ALL@/a*"]) {
      talk.on("c1", channel);
    }
    const heard = talk.send("c1", "remove", { path: "/a/*" });

    expect(told(heard)).toEqual(['c1 "/REMOVE@/a/*"', 'c1 "/ALL@*"', 'c1 "/ALL@/a*"']);
    expect(heard[0]?.frame).toMatchObject({
      data: { removed: 1 },
      meta: { path: "/a/*", action: "/REMOVE@/a/*", channel: "/REMOVE@/a/*", sessionId: "s1" },
    });
  });

  it.each([
    ["1.x", true],
    ["13.x", false],
  ] as const)("publishes its timestamp in profile %s: %s", (profile, isThere) => {
    const talk = new Conversation(profile, "c1");
    talk.set("c1", "/a", 1);
    talk.on("c1", "/REMOVE@/a");
    const [heard] = talk.send("c1", "remove", { path: "/a" });
    const meta = heard?.frame.kind === "publication" ? heard.frame.meta : {};

    expect("timestamp" in meta).toBe(isThere);
  });

  it("leaves it to the server who hears that nothing was removed", () => {
    const talk = new Conversation("1.x", "c1");
    talk.on("c1", "/REMOVE@/a");
    const text = '{"action":"remove","eventId":9,"path":"/a"}';
    const [publication] = talk.take({ kind: "frame", connection: "c1", text });

    expect(publication).toMatchObject({ optional: true });
  });
});

describe("set with noDataResponse", () => {
  const answerIn = (protocol: string, options: JsonObject) => {
    const talk = new Conversation("13.x", "c1");
    talk.ask("c1", "configure-session", { data: { protocol } });
    const answer = talk.ask("c1", "set", { path: "/a", data: { x: 1 }, sessionId: "s1", options });
    expect(talk.get("/a")).toEqual({ x: 1 });
    return answer;
  };

  it("is answered in happn_4 without its data, and stored all the same", () => {
    expect(answerIn("happn_4", { noDataResponse: true })).toEqual({
      kind: "response",
      data: undefined,
      isList: false,
      meta: { path: "/a", eventId: 2, type: "response", status: "ok", published: true },
    });
    expect(answerIn("happn_4", { noDataResponse: false }).data).toEqual({ x: 1 });
  });

  it("is answered as ever in the others", () => {
    for (const protocol of ["happn_1.3.0", "happn_2", "happn_3"]) {
      expect(answerIn(protocol, { noDataResponse: true })).toMatchObject({
        data: { x: 1 },
        meta: { action: "set", sessionId: "s1" },
      });
    }
  });
});

describe("set with increment", () => {
  const talking = (protocol = "happn_4") => {
    const talk = new Conversation("13.x", "c1");
    talk.ask("c1", "configure-session", { data: { protocol } });
    return talk;
  };
  const count = (talk: Conversation, data: Json, options: JsonObject) =>
    talk.ask("c1", "set", { path: "/g", data, options });

  it("counts a gauge, and tells and publishes its value", () => {
    const talk = talking();
    talk.on("c1", "/SET@/g");
    expect(count(talk, "counter", { increment: 2 }).data).toEqual({ value: 2, gauge: "counter" });
    expect(count(talk, "counter", { increment: -3 }).data).toEqual({ value: -1, gauge: "counter" });
    const [heard] = talk.set("c1", "/g", "hits", { increment: 1 });

    expect(heard?.frame).toMatchObject({
      kind: "publication",
      data: { value: 1, gauge: "hits" },
      meta: { path: "/g", channel: "/SET@/g" },
    });
    expect(talk.get("/g")).toEqual({ counter: { value: -1 }, hits: { value: 1 } });
  });

  it("leaves the rest of the document, and refuses to count what is no gauge", () => {
    const talk = talking("happn_3");
    talk.set("c1", "/g", { counter: { value: 1, unit: "u" }, text: "t", odd: { value: "v" } });
    count(talk, "counter", { increment: 1 });
    expect(talk.get("/g")).toMatchObject({ counter: { value: 2, unit: "u" }, text: "t" });

    for (const name of ["text", "odd"]) {
      expect(count(talk, name, { increment: 1 }).meta["status"]).toBe("error");
    }
    expect(talk.get("/g")).toMatchObject({ text: "t", odd: { value: "v" } });
  });

  it.each<[string, Json, JsonObject]>([
    ["with merge", "counter", { increment: 1, merge: true }],
    ["with noStore", "counter", { increment: 1, noStore: true }],
    ["by no whole number", "counter", { increment: 0.5 }],
    ["by no number", "counter", { increment: "1" }],
    ["of no text", 7, { increment: 1 }],
    ["of no plain name", "a.b", { increment: 1 }],
    ["of a name of the prototype", "__proto__", { increment: 1 }],
    ["of what is never stored", "_meta", { increment: 1 }],
  ])("is a set like any other %s", (_name, data, options) => {
    expect(count(talking(), data, options).data).toEqual({ value: data });
  });

  it("is one in the first dialect, and in the 1.x generation", () => {
    expect(count(talking("happn_1.3.0"), "counter", { increment: 1 }).data).toEqual({
      value: "counter",
    });
    const talk = new Conversation("1.x", "c1");
    talk.ask("c1", "configure-session", { data: { protocol: "happn_2" } });
    expect(count(talk, "counter", { increment: 1 }).data).toEqual({ value: "counter" });
  });
});
