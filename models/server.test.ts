import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { jsonEqual, type Json } from "../src/protocol/index.js";
import { Conversation, told } from "./conversation.js";
import { PROFILE_IDS, profileOf } from "./profile.js";
import { initialServer, step, type ServerInput, type ServerState } from "./server.js";

describe("the handshake", () => {
  it("answers configure-session, describe and login as recorded", () => {
    const talk = new Conversation("1.x", "c1");
    const configured = talk.ask("c1", "configure-session", { data: { protocol: "happn_1.3.0" } });
    const described = talk.ask("c1", "describe", { sessionId: "mine" });
    const login = talk.ask("c1", "login", { data: { info: { a: 1 } }, sessionId: "mine" });

    expect(configured.meta).toEqual({
      type: "response",
      status: "ok",
      published: false,
      eventId: 1,
      action: "configure-session",
    });
    expect(configured.data).toBeNull();
    expect(described.data).toEqual({
      name: "TestNode",
      secure: false,
      encryptPayloads: false,
      publicKey: "",
    });
    expect(described.meta).not.toHaveProperty("sessionId");
    expect(login.data).toEqual({
      id: "s1",
      protocol: "happn_1.3.0",
      happn: described.data,
      info: { a: 1 },
    });
    expect(login.meta).not.toHaveProperty("sessionId");
  });

  it("keeps id and subscriptions when it is repeated", () => {
    const talk = new Conversation("1.x", "c1");
    talk.on("c1", "/SET@/a");
    talk.ask("c1", "configure-session", { data: { protocol: "happn_1.3.0" } });

    expect(talk.ask("c1", "login").data).toMatchObject({ id: "s1" });
    expect(told(talk.set("c1", "/a", 1))).toEqual(['c1 "/SET@/a"']);
  });

  it("refuses an unknown protocol, and stays usable", () => {
    const talk = new Conversation("1.x", "c1");
    const refused = talk.ask("c1", "configure-session", { data: { protocol: "nonsense" } });
    const without = talk.ask("c1", "configure-session", { data: 7 });

    expect(refused.meta).toMatchObject({ status: "error", error: { name: "Error" } });
    expect(without.meta["status"]).toBe("error");
    expect(talk.ask("c1", "login").data).toMatchObject({ id: "s1", protocol: "happn" });
  });

  it("refuses a login whose data is no object", () => {
    expect(new Conversation("1.x", "c1").ask("c1", "login", { data: 7 }).meta["status"]).toBe(
      "error",
    );
  });

  it("describes less where the profile does", () => {
    expect(new Conversation("13.x", "c1").ask("c1", "describe").data).toEqual({
      name: "TestNode",
      secure: false,
    });
  });
});

describe("correlation", () => {
  it("echoes eventId, action and sessionId as they are", () => {
    const talk = new Conversation("1.x", "c1");
    for (const eventId of [7, "seven", null, { n: [7] }] as Json[]) {
      const [heard] = talk.sendText(
        "c1",
        JSON.stringify({ action: "get", path: "/a", eventId, sessionId: "somebody else" }),
      );

      expect(heard?.frame).toMatchObject({
        kind: "response",
        meta: { eventId, action: "get", sessionId: "somebody else" },
      });
    }
  });

  it("does not let a request's sessionId act for another session", () => {
    const talk = new Conversation("1.x", "c1", "c2");
    talk.ask("c1", "on", { path: "/SET@/a", sessionId: "s2" });
    const heard = talk.send("c1", "set", { path: "/a", data: 1, sessionId: "s2" });

    expect(told(heard)).toEqual(['c1 "/SET@/a"']);
    expect(heard[0]?.frame).toMatchObject({ meta: { sessionId: "s1", publicationId: "s1-2" } });
  });

  it.each(["1.x", "13.x"] as const)("refuses an unknown action, in profile %s", (profile) => {
    const heard = new Conversation(profile, "c1").send("c1", "frobnicate");

    expect(heard.map(({ frame }) => frame)).toMatchObject([
      { meta: { status: "error", action: "frobnicate" } },
    ]);
  });
});

describe("the end of a session", () => {
  it("takes its subscriptions with it, and nobody else's", () => {
    const talk = new Conversation("1.x", "c1", "c2");
    talk.on("c1", "/SET@/a");
    talk.on("c2", "/SET@/a");
    talk.take({ kind: "end", connection: "c1" });
    talk.take({ kind: "end", connection: "c1" });

    expect(told(talk.set("c2", "/a", 1))).toEqual(['c2 "/SET@/a"']);
    expect(talk.sendText("c1", '{"action":"get","path":"/a","eventId":1}')).toEqual([]);
  });

  it("is announced by disconnect, after which hearing is optional", () => {
    const talk = new Conversation("1.x", "c1", "c2");
    talk.on("c1", "/SET@/a");

    expect(talk.ask("c1", "disconnect").meta["status"]).toBe("ok");
    const text = JSON.stringify({ action: "set", path: "/a", data: 1, eventId: 9 });
    expect(talk.take({ kind: "frame", connection: "c2", text })).toMatchObject([
      { connection: "c1", optional: true },
      { connection: "c2" },
    ]);
  });

  it("is not answered where the profile does not", () => {
    expect(new Conversation("13.x", "c1").send("c1", "disconnect")).toEqual([]);
  });
});

describe("an orderly stop", () => {
  it("tells every connection and closes it, then lets nobody in", () => {
    const talk = new Conversation("1.x", "c1", "c2");
    const outputs = talk.take({ kind: "stop" });

    expect(outputs.map(({ kind, connection }) => `${kind} ${connection}`)).toEqual([
      "frame c1",
      "close c1",
      "frame c2",
      "close c2",
    ]);
    expect(outputs[0]).toMatchObject({
      frame: {
        _meta: { type: "system" },
        eventKey: "server-side-disconnect",
        data: "server-side-disconnect",
      },
    });
    expect(talk.take({ kind: "open", connection: "c3", sessionId: "s3" })).toEqual([
      { kind: "close", connection: "c3" },
    ]);
    expect(talk.state.sessions.size).toBe(0);
  });

  it("only closes where the profile does so", () => {
    expect(new Conversation("13.x", "c1").take({ kind: "stop" })).toEqual([
      { kind: "close", connection: "c1" },
    ]);
  });
});

describe("heartbeats", () => {
  it("are answered with the same stamp, and pongs are not", () => {
    const talk = new Conversation("1.x", "c1");

    expect(talk.sendText("c1", '"primus::ping::17"')[0]?.frame).toEqual({
      kind: "pong",
      stamp: "17",
    });
    expect(talk.sendText("c1", '"primus::pong::17"')).toEqual([]);
  });
});

describe("malformed input", () => {
  it("is answered with an error where an eventId can be made out, else with silence", () => {
    const talk = new Conversation("1.x", "c1");

    expect(talk.sendText("c1", '{"eventId":3}')[0]?.frame).toMatchObject({
      kind: "response",
      meta: { status: "error", eventId: 3 },
    });
    for (const text of ["", "nonsense", "7", "[]", "null", '"x"', "{}"]) {
      expect(talk.sendText("c1", text)).toEqual([]);
    }
  });

  it.each(["set", "get", "remove", "on", "off"])("is refused by %s without a path", (action) => {
    const talk = new Conversation("1.x", "c1");
    for (const fields of [{}, { path: 7 }, { path: null }, { path: "" }, { path: ["/a"] }]) {
      const { state } = talk;

      expect(talk.ask("c1", action, fields).meta["status"]).toBe("error");
      expect(talk.state).toEqual(state);
    }
  });

  it("is refused when nested too deep for others to read", () => {
    const talk = new Conversation("1.x", "c1");
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const set = (fields: string) => `{"action":"set","path":"/a",${fields}}`;

    expect(talk.sendText("c1", set(`"eventId":1,"sessionId":"s","data":${deep}`))).toMatchObject([
      { to: "c1", frame: { meta: { status: "error", eventId: 1, sessionId: "s" } } },
    ]);
    expect(talk.sendText("c1", set(`"eventId":2,"sessionId":${deep}`))).toMatchObject([
      { to: "c1", frame: { meta: { status: "error", eventId: 2 } } },
    ]);
    expect(talk.sendText("c1", set(`"eventId":${deep}`))).toEqual([]);
    expect(talk.sendText("c1", deep)).toEqual([]);
    expect(talk.sendText("c1", `{"action":${deep},"eventId":3}`)).toMatchObject([
      { frame: { kind: "response", meta: { eventId: 3, status: "error" } } },
    ]);
    expect(talk.sendText("c1", `{"action":1,"eventId":${deep}}`)).toEqual([]);
    expect(talk.get("/a")).toBeNull();
  });
});

const clients = ["c1", "c2", "c3"];
const someText = fc.oneof(
  fc.constantFrom("/a", "/a/b", "/a/*", "*", "/SET@/a/*", "/ALL@*", "/REMOVE@/a", "", "__proto__"),
  fc.string(),
);
const someOptions = fc.record(
  {
    noStore: fc.boolean(),
    noPublish: fc.boolean(),
    merge: fc.boolean(),
    consistency: fc.constantFrom(0, 1, 2, 3, 4, "2"),
    targetClients: fc.subarray(["s1", "s2", "nobody"]),
    publishResults: fc.boolean(),
    set_type: fc.constantFrom("sibling", "other"),
    tag: fc.string(),
    meta: fc.dictionary(fc.string(), fc.jsonValue()),
    refCount: fc.oneof(fc.integer({ min: -2, max: 3 }), fc.jsonValue()),
    initialEmit: fc.boolean(),
    initialCallback: fc.boolean(),
    limit: fc.nat(),
    depth: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const request = fc.record(
  {
    action: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom("set", "get", "remove", "on", "off") },
      fc.constantFrom("configure-session", "describe", "login", "ack", "disconnect", "toString"),
    ),
    eventId: fc.oneof(fc.nat(), fc.jsonValue()),
    path: fc.oneof({ weight: 9, arbitrary: someText }, fc.jsonValue()),
    data: fc.jsonValue(),
    sessionId: fc.constantFrom("s1", "nobody", 7),
    options: fc.oneof({ weight: 9, arbitrary: someOptions }, fc.jsonValue()),
  },
  { requiredKeys: ["action", "eventId"] },
);
const someInput = fc.oneof(
  { weight: 20, arbitrary: request.map((value) => JSON.stringify(value)) },
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.string(),
);

describe("whatever clients send", () => {
  it.each(PROFILE_IDS)("%s answers each request once, to its sender, by its eventId", (id) => {
    const [{ answersDisconnect }] = profileOf(id).dialects;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...clients), request), { maxLength: 30 }),
        (requests) => {
          const talk = new Conversation(id, ...clients);
          for (const [client, sent] of requests) {
            const answers = talk
              .sendText(client, JSON.stringify(sent))
              .filter(({ frame }) => frame.kind === "response");
            const isSilent = sent.action === "disconnect" && !answersDisconnect;

            expect(answers).toHaveLength(isSilent ? 0 : 1);
            for (const { to, frame } of answers) {
              expect(to).toBe(client);
              expect(frame).toMatchObject({ meta: { action: sent.action } });
              const meta = frame.kind === "response" ? frame.meta : {};
              const eventId = JSON.parse(JSON.stringify(sent.eventId)) as Json;
              expect(jsonEqual(meta["eventId"], eventId)).toBe(true);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(PROFILE_IDS)("%s never throws, and leaves every earlier state as it was", (id) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...clients), someInput), { maxLength: 20 }),
        (texts) => {
          let state: ServerState = initialServer({ profile: profileOf(id), epochMs: 0, name: "n" });
          const inputs: ServerInput[] = [
            ...clients.map((connection) => ({
              kind: "open" as const,
              connection,
              sessionId: `s${connection}`,
              at: 0,
            })),
            ...texts.map(([connection, text], index) => ({
              kind: "frame" as const,
              connection,
              text,
              at: index,
            })),
          ];
          const states = [state];
          const outputs = inputs.map((input) => {
            const next = step(state, input);
            state = next.state;
            states.push(state);
            return next.outputs;
          });

          // The same inputs on the states of before: nothing that was kept has changed since.
          inputs.forEach((input, index) => {
            expect(step(states[index] as ServerState, input).outputs).toEqual(outputs[index]);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it("does nothing where it answers error", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...clients), request), { maxLength: 20 }),
        (requests) => {
          const talk = new Conversation("13.x", ...clients);
          for (const [client, sent] of requests) {
            const before = talk.state;
            const heard = talk.sendText(client, JSON.stringify(sent));
            const isRefused = heard.some(
              ({ frame }) => frame.kind === "response" && frame.meta["status"] === "error",
            );
            if (!isRefused) continue;

            expect(talk.state).toEqual(before);
            expect(told(heard)).toEqual([]);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
