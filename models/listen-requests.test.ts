import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { JsonObject } from "../src/protocol/index.js";
import { Conversation, told } from "./conversation.js";
import { match } from "./pattern.js";
import type { ProfileId } from "./profile.js";

describe("on", () => {
  it("is answered as the profile answers it", () => {
    expect(new Conversation("1.x", "c1").on("c1", "/SET@/a").data).toEqual({});
    expect(new Conversation("13.x", "c1").on("c1", "/SET@/a").data).toEqual({ id: "reference-0" });
  });

  it.each(["/FOO@/a", "/a/b", "SET@/a", "/set@/a"])("refuses the channel %s", (channel) => {
    expect(new Conversation("1.x", "c1").on("c1", channel).meta["status"]).toBe("error");
  });

  it("hears its own kind of event only, by catch-all as well", () => {
    const talk = new Conversation("1.x", "c1");
    for (const channel of ["/SET@*", "/REMOVE@*", "/ALL@*", "/SET@/a", "/REMOVE@/a", "/ALL@/a"]) {
      talk.on("c1", channel);
    }

    expect(told(talk.set("c1", "/a", 1))).toEqual([
      'c1 "/SET@*"',
      'c1 "/ALL@*"',
      'c1 "/SET@/a"',
      'c1 "/ALL@/a"',
    ]);
    expect(told(talk.send("c1", "remove", { path: "/a" }))).toEqual([
      'c1 "/REMOVE@*"',
      'c1 "/ALL@*"',
      'c1 "/REMOVE@/a"',
      'c1 "/ALL@/a"',
    ]);
  });

  it("counts up for the same channel, and tells it once", () => {
    const talk = new Conversation("1.x", "c1");
    talk.on("c1", "/SET@/a");
    talk.on("c1", "/SET@/a");

    expect(told(talk.set("c1", "/a", 1))).toEqual(['c1 "/SET@/a"']);
  });

  it("reads patterns as the profile does, with the depth of the subscription", () => {
    const crossing = new Conversation("1.x", "c1");
    const segments = new Conversation("13.x", "c1");
    crossing.on("c1", "/SET@/a/*");
    segments.on("c1", "/SET@/a/*");
    segments.on("c1", "/SET@/a/**", { depth: 3 });

    expect(told(crossing.set("c1", "/a/b/c", 1))).toEqual(['c1 "/SET@/a/*"']);
    expect(told(segments.set("c1", "/a/b/c", 1))).toEqual(['c1 "/SET@/a/**"']);
    expect(told(segments.set("c1", "/a/b/c/d/e", 1))).toEqual([]);
  });

  it("leaves it to the server whether a may is told", () => {
    const talk = new Conversation("1.x", "c1");
    talk.on("c1", "/SET@/a/*/c");
    const text = '{"action":"set","eventId":9,"path":"/a/b/c/d"}';

    expect(talk.take({ kind: "frame", connection: "c1", text })).toMatchObject([
      { optional: true },
      { frame: { _meta: { type: "response" } } },
    ]);
  });
});

describe("off", () => {
  it("is answered as the profile answers it, and changes nothing for who never subscribed", () => {
    const talk = new Conversation("1.x", "c1", "c2");
    talk.on("c2", "/SET@/a");

    expect(talk.off("c1", "/SET@/a").data).toEqual({});
    expect(new Conversation("13.x", "c1").off("c1", "/SET@/a").data).toEqual({
      id: false,
      removed: [],
    });
    expect(told(talk.set("c1", "/a", 1))).toEqual(['c2 "/SET@/a"']);
  });

  it("of everything ends everything of that session", () => {
    const talk = new Conversation("1.x", "c1", "c2");
    for (const channel of ["/SET@/a", "/ALL@*", "/SET@/*"]) talk.on("c1", channel);
    talk.on("c2", "/SET@/a");
    talk.off("c1", "*");

    expect(told(talk.set("c1", "/a", 1))).toEqual(['c2 "/SET@/a"']);
  });

  it("leaves subscriptions that were counted more often", () => {
    const talk = new Conversation("1.x", "c1");
    talk.on("c1", "/SET@/a", { refCount: 3 });
    talk.off("c1", "/SET@/a", { refCount: 2 });
    expect(told(talk.set("c1", "/a", 1))).toEqual(['c1 "/SET@/a"']);
    talk.off("c1", "/SET@/a");
    expect(told(talk.set("c1", "/a", 1))).toEqual([]);
    expect(talk.state.subscriptions.size).toBe(0);
  });

  it("counts as the clause counts, whatever the order of on and off", () => {
    const channel = fc.constantFrom("/SET@/a", "/SET@/*", "/ALL@*", "/REMOVE@/a", "/SET@/b");
    const call = fc.record({
      client: fc.constantFrom("c1", "c2"),
      action: fc.constantFrom("on" as const, "off" as const),
      channel,
      refCount: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 30 }), (calls) => {
        const talk = new Conversation("1.x", "c1", "c2");
        const counts = new Map<string, number>();
        for (const { client, action, channel, refCount } of calls) {
          talk[action](client, channel, refCount === undefined ? {} : { refCount });
          const key = `${client} "${channel}"`;
          const change = (refCount ?? 1) * (action === "on" ? 1 : -1);
          counts.set(key, Math.max(0, (counts.get(key) ?? 0) + change));
        }
        const expected = [...counts]
          .filter(([key, count]) => count > 0 && key.includes("L@*"))
          .concat([...counts].filter(([key, count]) => count > 0 && /SET@\/[a*]/.test(key)))
          .map(([key]) => key);

        expect(told(talk.set("c1", "/a", 1)).toSorted()).toEqual(expected.toSorted());
      }),
    );
  });
});

describe("any set of subscriptions", () => {
  it("is told once per channel that must match, and never where none does", () => {
    const path = fc
      .array(fc.constantFrom("a", "b"), { minLength: 1, maxLength: 3 })
      .map((segments) => `/${segments.join("/")}`);
    const wildcard = fc
      .array(fc.constantFrom("a", "b", "*"), { minLength: 1, maxLength: 3 })
      .map((segments) => `/${segments.join("/")}`);
    fc.assert(
      fc.property(
        fc.constantFrom("1.x" as const, "13.x" as const),
        fc.uniqueArray(wildcard, { maxLength: 8 }),
        path,
        (profile, wildcards, written) => {
          const talk = new Conversation(profile, "c1", "c2");
          for (const each of wildcards) talk.on("c2", `/SET@${each}`);
          const text = JSON.stringify({ action: "set", eventId: 9, path: written, data: 1 });
          const outputs = talk.take({ kind: "frame", connection: "c1", text });
          const toldOf = outputs.flatMap((output) =>
            output.kind === "frame" && output.connection === "c2" && output.optional !== true
              ? [output.frame]
              : [],
          );
          const rule = talk.state.profile.subscriptionRule;
          const expected = wildcards.filter((each) => match(each, written, rule) === "must");

          expect(toldOf).toMatchObject(
            expected.map((each) => ({ _meta: { channel: `/SET@${each}`, path: written } })),
          );
        },
      ),
    );
  });
});

describe("initial values", () => {
  function filled(profile: ProfileId): Conversation {
    const talk = new Conversation(profile, "c1", "c2");
    for (const path of ["/a/2", "/a/1", "/b"]) talk.set("c1", path, { of: path });
    talk.set("c1", "/a/2", { of: "/a/2", again: true });
    return talk;
  }

  it("are answered with initialCallback, oldest first, and nothing is lost after them", () => {
    const talk = filled("1.x");
    const answer = talk.on("c2", "/SET@/a/*", { initialCallback: true });

    expect(answer.data).toMatchObject([
      { of: "/a/1", _meta: { path: "/a/1" } },
      { of: "/a/2", again: true, _meta: { path: "/a/2" } },
    ]);
    expect(told(talk.set("c1", "/a/3", 1))).toEqual(['c2 "/SET@/a/*"']);
  });

  it.each([
    ["1.x", ["publication", "publication", "response"]],
    ["8.x", ["publication", "publication", "response"]],
    ["13.x", ["response", "publication", "publication"]],
  ] as const)("are sent with initialEmit as profile %s sends them", (profile, kinds) => {
    const talk = filled(profile);
    const heard = talk.send("c2", "on", { path: "/SET@/a/*", options: { initialEmit: true } });
    const first = heard.find(({ frame }) => frame.kind === "publication")?.frame;

    expect(heard.map(({ frame }) => frame.kind)).toEqual(kinds);
    expect(heard.every(({ to }) => to === "c2")).toBe(true);
    expect(first).toMatchObject({
      data: { of: "/a/1" },
      meta: { path: "/a/1", channel: "/SET@/a/*", sessionId: "s2", consistency: 2 },
    });
  });

  it("are not settled where subscription and store read the pattern differently", () => {
    const talk = new Conversation("13.x", "c1");
    talk.set("c1", "/a/b/c", 1);
    const options = { initialCallback: true };
    const text = JSON.stringify({ action: "on", eventId: 9, path: "/SET@/a/*", options });

    expect(talk.take({ kind: "frame", connection: "c1", text })).toMatchObject([
      { unsettled: true },
    ]);
  });
});

describe("on and off in the later dialects", () => {
  const speaking = (protocol: string) => {
    const talk = new Conversation("13.x", "c1", "c2");
    for (const client of ["c1", "c2"])
      talk.ask(client, "configure-session", { data: { protocol } });
    return talk;
  };

  it("name each listener, which off ends by its name", () => {
    const talk = speaking("happn_2");
    const names = [1, 2, 3].map(() => talk.on("c1", "/SET@/a").data);
    expect(names).toEqual([{ id: "reference-0" }, { id: "reference-1" }, { id: "reference-2" }]);
    expect(told(talk.set("c2", "/a", 1))).toEqual(['c1 "/SET@/a"']);

    talk.off("c1", "/SET@/a", { referenceId: "reference-0" });
    talk.off("c1", "/SET@/a", { referenceId: "reference-1" });
    talk.off("c1", "/SET@/a", { referenceId: "nobody" });
    talk.off("c1", "/SET@/a", { referenceId: 7 });
    talk.off("c1", "/SET@/b", { referenceId: "reference-2" });
    expect(told(talk.set("c2", "/a", 1))).toEqual(['c1 "/SET@/a"']);

    talk.off("c1", "/SET@/a", { referenceId: "reference-2" });
    expect(told(talk.set("c2", "/a", 1))).toEqual([]);
  });

  it.each([undefined, null, false, 0, ""])("end all of a channel by the name %j", (referenceId) => {
    const talk = speaking("happn_3");
    for (const channel of ["/SET@/a", "/SET@/a", "/SET@/*"])
      talk.on("c1", channel, { refCount: 3 });
    talk.off("c1", "/SET@/a", referenceId === undefined ? {} : { referenceId });

    expect(told(talk.set("c2", "/a", 1))).toEqual(['c1 "/SET@/*"']);
    talk.off("c1", "*");
    expect(told(talk.set("c2", "/a", 1))).toEqual([]);
  });

  it("reach as deep as the deepest listener that is left", () => {
    const talk = speaking("happn_4");
    talk.on("c1", "/SET@/a/**", { depth: 1 });
    const { data } = talk.on("c1", "/SET@/a/**", { depth: 3 });
    expect(told(talk.set("c2", "/a/b/c", 1))).toEqual(['c1 "/SET@/a/**"']);
    talk.off("c1", "/SET@/a/**", { referenceId: (data as JsonObject)["id"] as string });

    expect(told(talk.set("c2", "/a/b/c", 1))).toEqual([]);
    expect(told(talk.set("c2", "/a/b", 1))).toEqual(['c1 "/SET@/a/**"']);
  });

  it("have initial values in the answer, and the name beside them", () => {
    const talk = speaking("happn_4");
    talk.set("c2", "/a", { x: 1 });

    for (const option of ["initialCallback", "initialEmit"]) {
      const heard = talk.send("c1", "on", { path: "/SET@/a", options: { [option]: true } });
      const [answer] = heard;
      expect(heard).toHaveLength(1);
      expect(answer?.frame).toMatchObject({
        kind: "response",
        data: [{ x: 1, _meta: { path: "/a" } }],
        meta: { referenceId: expect.stringContaining("reference-") as string },
      });
    }
  });

  it("count on where a session goes back to the first dialect", () => {
    const talk = speaking("happn_2");
    talk.on("c1", "/SET@/a");
    talk.ask("c1", "configure-session", { data: { protocol: "happn_1.3.0" } });
    talk.on("c1", "/SET@/a");
    talk.off("c1", "/SET@/a");
    expect(told(talk.set("c2", "/a", 1))).toEqual(['c1 "/SET@/a"']);

    talk.ask("c1", "configure-session", { data: { protocol: "happn_2" } });
    talk.off("c1", "/SET@/a", { referenceId: "reference-0" });
    expect(told(talk.set("c2", "/a", 1))).toEqual([]);
  });

  it("are spoken by those who know them", () => {
    const asked = (profile: ProfileId, protocol: string) =>
      new Conversation(profile, "c1").ask("c1", "configure-session", { data: { protocol } }).meta[
        "status"
      ];

    expect(asked("1.x", "happn_2")).toBe("error");
    expect(asked("5.x", "happn_2")).toBe("ok");
    expect(asked("7.x", "happn_3")).toBe("error");
    expect(asked("8.x", "happn_3")).toBe("ok");
    expect(asked("8.x", "happn_4")).toBe("error");
    expect(asked("9.x", "happn_4")).toBe("ok");
    expect(asked("13.x", "happn_4")).toBe("ok");
  });

  it("answer disconnect in happn_2 alone", () => {
    const answers = (protocol: string) => speaking(protocol).send("c1", "disconnect").length;

    expect(["happn_2", "happn_3", "happn_4"].map(answers)).toEqual([1, 0, 0]);
  });
});
