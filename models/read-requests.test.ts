import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Json, JsonObject } from "../src/protocol/index.js";
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
});

const SHELF = {
  "/b/1": { n: 3, name: "c", of: { x: 1, y: 2 } },
  "/b/2": { n: 1, name: "a" },
  "/b/3": { n: 2, name: "b", of: { y: 3 } },
  "/b/4": { n: "4" },
};

function shelf(profile: "1.x" | "13.x" = "1.x"): Conversation {
  const talk = new Conversation(profile, "c1");
  for (const [path, data] of Object.entries(SHELF)) talk.set("c1", path, data);
  return talk;
}

function asked(talk: Conversation, path: string, options: JsonObject) {
  const text = JSON.stringify({ action: "get", eventId: 9, path, options });
  const [output] = talk.take({ kind: "frame", connection: "c1", text });
  if (output?.kind !== "frame") throw new Error("get is not answered");
  return output;
}

/** The paths in the order of the answer, or the status of an answer that is no list. */
function pathsOf(options: JsonObject, profile: "1.x" | "13.x" = "1.x"): Json {
  const { frame } = asked(shelf(profile), "/b/*", options);
  if (!Array.isArray(frame))
    return ((frame as JsonObject)["_meta"] as JsonObject)["status"] ?? null;
  return (frame as readonly JsonObject[])
    .slice(0, -1)
    .map((item) => (item["_meta"] as JsonObject)["path"] ?? null);
}

describe("get with options of a query", () => {
  it.each([
    [{ criteria: { n: { $gt: 1 } } }, ["/b/1", "/b/3"]],
    [{ criteria: { n: 1 } }, ["/b/2"]],
    [{ criteria: { "of.y": { $gte: 2, $lt: 3 } } }, ["/b/1"]],
    [{ criteria: { $or: [{ n: 1 }, { name: { $in: ["b"] } }] } }, ["/b/2", "/b/3"]],
    [{ criteria: { of: { $exists: false } } }, ["/b/2", "/b/4"]],
    [{ criteria: { name: { $nin: ["a"] }, n: { $ne: 2 } } }, ["/b/1", "/b/4"]],
    [{ options: { limit: 2 } }, ["/b/1", "/b/2"]],
    [{ options: { sort: { name: -1 }, limit: 2 } }, ["/b/1", "/b/3"]],
    [{ sort: { "_meta.created": -1 } }, ["/b/4", "/b/3", "/b/2", "/b/1"]],
    [{ sort: { name: 1 } }, ["/b/4", "/b/2", "/b/3", "/b/1"]],
    [{ options: { path_only: true } }, ["/b/1", "/b/2", "/b/3", "/b/4"]],
    [{ criteria: null, options: null }, ["/b/1", "/b/2", "/b/3", "/b/4"]],
    [{ criteria: "n" }, "error"],
    [{ fields: ["n"] }, "error"],
    [{ options: 1 }, "error"],
    [{ options: { limit: "x" } }, "error"],
    [{ options: { limit: -1 } }, "error"],
  ])("answers %j with %j", (options, expected) => {
    expect(pathsOf(options)).toEqual(expected);
    expect(asked(shelf(), "/b/*", options)).not.toHaveProperty("unsettled");
  });

  it("answers the fields asked for, beside the item's _meta", () => {
    const { frame } = asked(shelf(), "/b/*", { fields: { n: 1, "of.y": 1 } });

    expect(frame).toMatchObject([
      { n: 3, of: { y: 2 }, _meta: { path: "/b/1" } },
      { n: 1, _meta: { path: "/b/2" } },
      { n: 2, of: { y: 3 }, _meta: { path: "/b/3" } },
      { n: "4", _meta: { path: "/b/4" } },
      { status: "ok" },
    ]);
    expect(JSON.stringify(frame)).not.toContain("name");
  });

  it("answers paths without data", () => {
    const { frame } = asked(shelf(), "/b/*", { path_only: true });

    expect((frame as readonly Json[])[0]).toEqual({ _meta: { path: "/b/1" } });
  });

  it("holds one path against the criteria, and cuts its fields", () => {
    expect(asked(shelf(), "/b/2", { criteria: { n: 2 } }).frame).toMatchObject({ data: null });
    expect(asked(shelf(), "/b/2", { criteria: { n: 1 }, fields: { name: 1 } }).frame).toMatchObject(
      {
        data: { name: "a" },
      },
    );
  });

  it("skips where the profile's documentation says so", () => {
    const options = { options: { skip: 1, limit: 2 } };

    expect(pathsOf(options, "13.x")).toEqual(["/b/2", "/b/3"]);
    expect(asked(shelf("1.x"), "/b/*", options)).toMatchObject({ unsettled: true });
  });

  it("leaves open which items come first where the server's own paths are among them", () => {
    const asking = (path: string, options: JsonObject) => asked(shelf("13.x"), path, { options });

    expect(asking("*", { limit: 1 })).toMatchObject({ unsettled: true });
    expect(asking("/_*", { skip: 1 })).toMatchObject({ unsettled: true });
    expect(asking("*", {})).not.toHaveProperty("unsettled");
    expect(asking("/b/*", { limit: 1 })).not.toHaveProperty("unsettled");
  });

  it("leaves open whether the item of one path can be skipped", () => {
    const skipping = (skip: number) => asked(shelf("13.x"), "/b/2", { options: { skip } });

    expect(skipping(1)).toMatchObject({ unsettled: true });
    expect(skipping(0)).not.toHaveProperty("unsettled");
  });

  it.each([
    { limit: 1 },
    { criteria: { n: { $regex: "a" } } },
    { criteria: { n: null } },
    { criteria: { _id: "/b/1" } },
    { fields: { n: 0 } },
    { fields: { n: 1 }, options: { fields: { name: 1 } } },
    { sort: { n: 1 } },
    { sort: { name: "up" } },
    { options: { limit: 0 } },
    { path_only: true, fields: { n: 1 } },
    { aggregate: [] },
    { options: { sort: { other: 1 }, limit: 2 } },
  ])("leaves open what the documentation leaves open: %j", (options) => {
    expect(asked(shelf(), "/b/*", options)).toMatchObject({ unsettled: true });
  });

  it("answers every shape of every option, and never throws", () => {
    const name = fc.constantFrom(
      ...["criteria", "fields", "sort", "limit", "skip", "path_only", "options", "__proto__"],
    );
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.dictionary(fc.constantFrom("n", "of.y", "$or", "$gt", "constructor"), fc.jsonValue()),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, value)),
        fc.constantFrom("/b/*", "/b/1"),
        (drawn, path) => {
          const options = Object.fromEntries(drawn) as JsonObject;

          expect(asked(shelf(), path, options).kind).toBe("frame");
        },
      ),
    );
  });
});

describe("count", () => {
  const talking = (protocol: string) => {
    const talk = new Conversation("13.x", "c1");
    talk.ask("c1", "configure-session", { data: { protocol } });
    talk.set("c1", "/a/1", 1);
    talk.set("c1", "/a/2", 2);
    return talk;
  };

  it.each([
    ["/a/*", 2],
    ["/a/1", 1],
    ["/a/3", 0],
    ["*", 2],
  ])("of %s is %i", (path, value) => {
    expect(talking("happn_3").ask("c1", "count", { path }).data).toEqual({ value });
  });

  it("is refused without a path, and of no known action where the dialect has none", () => {
    const status = (protocol: string, fields: JsonObject) =>
      talking(protocol).ask("c1", "count", fields).meta["status"];

    expect(status("happn_4", {})).toBe("error");
    expect(status("happn_4", { path: "" })).toBe("error");
    expect(status("happn_1.3.0", { path: "/a/*" })).toBe("error");
  });

  it("is left to the server where it reaches what is its own, or chooses among the items", () => {
    const isSettled = (fields: JsonObject) => {
      const text = JSON.stringify({ action: "count", eventId: 9, ...fields });
      const [output] = talking("happn_4").take({ kind: "frame", connection: "c1", text });
      return output?.kind === "frame" && output.unsettled !== true;
    };

    expect(isSettled({ path: "/a/*" })).toBe(true);
    expect(isSettled({ path: "*" })).toBe(false);
    expect(isSettled({ path: "/a/*", options: { criteria: { value: 1 } } })).toBe(false);
  });
});
