import { describe, expect, it } from "vitest";

import { Conversation, EPOCH_MS } from "./conversation.js";

function filled(profile: "1.x" | "13.x"): Conversation {
  const talk = new Conversation(profile, "c1");
  for (const path of ["/b", "/a/c", "/a/b/c", "/a/B"]) talk.set("c1", path, { of: path });
  return talk;
}

describe("get of a path", () => {
  it("answers the data and its times", () => {
    const talk = filled("1.x");
    const answer = talk.ask("c1", "get", { path: "/b" });

    expect(answer.data).toEqual({ of: "/b" });
    expect(answer.meta).toEqual({
      created: EPOCH_MS + 2,
      modified: EPOCH_MS + 2,
      path: "/b",
      type: "response",
      status: "ok",
      published: false,
      eventId: 5,
      action: "get",
    });
  });

  it("answers null where there is nothing, and nothing of the prototype's", () => {
    const talk = filled("1.x");
    for (const path of ["/a", "/nothing", "constructor", "__proto__"]) {
      const answer = talk.ask("c1", "get", { path });

      expect(answer).toMatchObject({ data: null, isList: false, meta: { status: "ok" } });
    }
  });
});

describe("get of a pattern", () => {
  it("answers a list by path, each item with a _meta of its own", () => {
    const answer = filled("1.x").ask("c1", "get", { path: "/a/*" });

    expect(answer).toMatchObject({ isList: true, meta: { action: "get", status: "ok" } });
    expect(answer.data).toEqual([
      { of: "/a/B", _meta: { created: EPOCH_MS + 5, modified: EPOCH_MS + 5, path: "/a/B" } },
      { of: "/a/b/c", _meta: { created: EPOCH_MS + 4, modified: EPOCH_MS + 4, path: "/a/b/c" } },
      { of: "/a/c", _meta: { created: EPOCH_MS + 3, modified: EPOCH_MS + 3, path: "/a/c" } },
    ]);
  });

  it("answers only its _meta where nothing matches", () => {
    const answer = filled("1.x").ask("c1", "get", { path: "/z/*" });

    expect(answer).toMatchObject({ isList: true, data: [], meta: { status: "ok" } });
  });

  it("is not settled where an item matches by a may", () => {
    const loose = filled("1.x");
    const strict = filled("13.x");
    const text = '{"action":"get","eventId":9,"path":"/a/*b"}';
    const ask = { kind: "frame", connection: "c1", text } as const;

    expect(loose.take(ask)).toMatchObject([{ unsettled: true }]);
    expect(strict.take(ask)).toEqual([
      { kind: "frame", connection: "c1", frame: [expect.objectContaining({ eventId: 9 })] },
    ]);
  });

  it("is not settled where options choose among what matches", () => {
    const text = '{"action":"get","eventId":9,"path":"/a/*","options":{"limit":1}}';

    expect(filled("1.x").take({ kind: "frame", connection: "c1", text })).toMatchObject([
      { unsettled: true },
    ]);
  });
});
