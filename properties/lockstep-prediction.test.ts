import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import type { Json, JsonObject } from "../src/protocol/index.js";
import { HistoryBuilder, REFUSED } from "./history-builder.js";
import { lockstepPrediction } from "./lockstep-prediction.js";
import type { Finding, Violation } from "./property.js";

const A = "/a/b";

/** A lockstep script in which c1 and c2 are connected. */
class Script extends HistoryBuilder {
  constructor(header: ConstructorParameters<typeof HistoryBuilder>[0] = {}) {
    super({ mode: "lockstep", ...header });
    for (const client of ["c1", "c2"]) {
      const connection = this.open(client);
      const login = this.send(client, { action: "login", data: { info: { n: 1 } } });
      this.answer(login, { data: { id: this.sessionOf(connection), info: { n: 1 } } });
    }
  }

  /** A set that is published on channels, `["c1", "/SET@/a/b"]`, and answered. */
  wrote(
    data: Json,
    heard: readonly (readonly [client: string, channel: string])[] = [],
    options: JsonObject = {},
    answered: Json = data,
  ): this {
    const sent = this.set("c1", A, data, options);
    for (const [client, channel] of heard) this.publish(client, channel, sent, { data: answered });
    this.answer(sent, { data: answered });
    return this;
  }

  /** An exact `get` and its answer. */
  got(data: Json, path: string = A, options: JsonObject = {}): this {
    const { connection, frame } = this.send("c2", { action: "get", path, options });
    const { eventId = null, sessionId = null } = frame;
    const meta = { type: "response", status: "ok", published: false, action: "get" };
    this.write(connection, { data, _meta: { ...meta, eventId, sessionId } });
    return this;
  }

  /** A pattern `get` and its answer. */
  listed(path: string, items: Readonly<Record<string, JsonObject>>): this {
    const { connection, frame } = this.send("c2", { action: "get", path });
    const { eventId = null, sessionId = null } = frame;
    this.write(connection, [
      ...Object.entries(items).map(([path, data]) => ({ ...data, _meta: { path } })),
      { type: "response", status: "ok", published: false, action: "get", eventId, sessionId },
    ]);
    return this;
  }

  judge(): Finding {
    this.quiet();
    return lockstepPrediction.check(this.recording(), profileOf("1.x"));
  }

  violations(): readonly Violation[] {
    const finding = this.judge();
    return finding.validity === "invalid" ? finding.violations : [];
  }

  told(): readonly (readonly string[])[] {
    return this.violations().map(({ clause, shape }) => [clause, ...shape]);
  }
}

describe("lockstep-prediction accepts", () => {
  it("the publication of one of two sessions that never logged in, whose requests have one eventId", () => {
    const script = new Script();
    script.open("c3");
    script.answer(script.set("c3", A, { x: 1 }));
    script.on("c2", "/ALL@/a/*");
    script.open("c4");
    const sent = script.set("c4", A, { x: 1 });
    // Whose it is, no answer says.
    const meta = { sessionId: "theirs", publicationId: "theirs-1" };
    script.publish("c2", "/ALL@/a/*", sent, { meta });
    script.answer(sent);

    expect(script.told()).toEqual([]);
  });

  it("what isn't stored as it was sent, or in the form of what is stored", () => {
    const sent = { x: 1, _meta: { mine: 1 } };
    for (const answered of [sent, { x: 1 }]) {
      const script = new Script();
      script.on("c2", "/SET@/a/*");
      script.wrote(sent, [["c2", "/SET@/a/*"]], { noStore: true }, answered);

      expect(script.told()).toEqual([]);
    }
  });

  it("that anybody may hear of a remove of nothing", () => {
    const script = new Script();
    script.on("c2", "/ALL@/other");
    const sent = script.remove("c1", A);
    script.publish("c2", "/ALL@/other", sent, { data: { removed: 0 } });
    script.answer(sent, { data: { removed: 0 } });

    expect(script.told()).toEqual([]);
  });

  it("what the model says, and counts every frame of it", () => {
    const script = new Script();
    script.on("c2", "/SET@/a/*");
    script
      .wrote({ x: 1 }, [["c2", "/SET@/a/*"]])
      .wrote({ y: 2 }, [["c2", "/SET@/a/*"]], { merge: true }, { x: 1, y: 2 })
      .got({ x: 1, y: 2 })
      .listed("/a/*", { [A]: { x: 1, y: 2 } });
    script.off("c2", "/SET@/a/*");
    script.wrote({ x: 3 }).got({ x: 3 });

    // Two logins, on and off, five requests of the store on either side, and two publications.
    expect(script.judge()).toEqual({ validity: "valid", exercised: 12 });
  });

  it("keys that differ by version, and ids of the store", () => {
    const script = new Script().wrote({ x: 1 });

    expect(script.listed("/a/*", { [A]: { x: 1, _id: A } }).judge().validity).toBe("valid");
  });

  it("anything that a server makes of options that no clause gives a meaning", () => {
    const script = new Script().wrote({ x: 1 });
    script.on("c2", "/SET@*");
    for (const options of [{ noPublish: 1 }, { increment: 1 }, { consistency: { $ne: null } }]) {
      const sent = script.set("c1", A, { x: 2 }, options);
      script.publish("c2", "/SET@*", sent, { meta: { publicationId: "other" } });
      script.answer(sent, { data: { gauge: 1 }, meta: { published: false } });
    }
    script.answer(script.set("c1", "/c", {}, { increment: 1 }), { data: null, meta: REFUSED });
    script.got(null, "/c").got({ x: 9 });
    script.answer(script.remove("c1", "/c", { criteria: { x: 1 } }), { data: { removed: 7 } });

    expect(script.judge().validity).toBe("valid");
  });

  it("nothing after a request of which it isn't said what it subscribes to or removes", () => {
    const script = new Script();
    script.request("c1", { action: "on", path: "/SET@/a/b", options: 7 });
    script.wrote({ x: 1 });

    expect(script.violations()).toEqual([]);
  });

  it("what the clauses leave open: refusing odd keys, or counting the server's own items", () => {
    const script = new Script();
    script.answer(script.set("c1", A, { "a.b": 1 }), { data: null, meta: REFUSED });
    script.answer(script.remove("c1", "*"), { data: { removed: 6 } });

    expect(script.got(null).judge().validity).toBe("valid");
  });

  it("a sibling wherever the server puts it", () => {
    const script = new Script();
    script.answer(script.set("c1", "/a", { n: 1 }, { set_type: "sibling" }), {
      meta: { path: "/a/own-id" },
    });

    expect(script.listed("/a/*", { "/a/own-id": { n: 1 } }).judge().validity).toBe("valid");
  });

  it("that somebody who goes as a request comes may hear of it, or not", () => {
    const isHeard = (script: Script, how: "is cut off" | "leaves" | "stays") => {
      script.on("c1", "/SET@/a/b");
      const set = script.send("c2", { action: "set", path: A, data: {} });
      if (how === "is cut off") {
        const what = { kind: "cut", clients: ["c1"], how: "close" };
        script.event({ kind: "fault", fault: "f1", what });
      }
      if (how !== "stays") script.leave("c1");
      script.answer(set);
      return script.judge().validity;
    };

    expect(isHeard(new Script(), "is cut off")).toBe("valid");
    expect(isHeard(new Script(), "leaves")).toBe("valid");
    expect(isHeard(new Script(), "stays")).toBe("invalid");
  });

  it("that what comes just before a disk is full may be stored, or refused", () => {
    const isRefused = (script: Script, isFull: boolean) => {
      const set = script.send("c2", { action: "set", path: A, data: {} });
      const what = { kind: "disk-full" };
      if (isFull) script.event({ kind: "fault", fault: "f1", what });
      script.answer(set, { data: null, meta: REFUSED });
      return script.judge().validity;
    };

    expect(isRefused(new Script(), true)).toBe("valid");
    expect(isRefused(new Script(), false)).toBe("invalid");
  });

  it("anything where operations overlap, or the server was in use before", () => {
    for (const header of [{ mode: "concurrent" }, { fresh: false }] as const) {
      expect(new Script(header).wrote({ x: 1 }).got(null).judge()).toEqual({
        validity: "valid",
        exercised: 0,
      });
    }
  });
});

/** c2 subscribes to A with `initialEmit`, and is sent the item that is there with that path. */
function emitted(path: string): Script {
  const script = new Script().wrote({ x: 1 });
  const item = { x: 1, _meta: { path: A, modified: 6 } };
  const sent = script.send("c2", {
    action: "on",
    path: `/SET@${A}`,
    options: { initialEmit: true },
  });
  script.publish("c2", `/SET@${A}`, sent, { data: item, meta: { path } });
  script.answer(sent, { data: [item] });
  return script;
}

describe("lockstep-prediction, of an item that is sent at first", () => {
  it("lets it bring a _meta of its own, as items of a list do", () => {
    expect(emitted(A).violations()).toEqual([]);
  });

  it("rejects another path than the item's, and knows the item all the same", () => {
    const violations = emitted(`/SET@${A}`).violations();

    expect(violations).toHaveLength(1);
    expect(violations[0]?.shape).toEqual(expect.arrayContaining(["publication", "path"]));
    expect(violations[0]?.message).toMatch(/with another path than the model's/);
  });
});

describe("lockstep-prediction rejects", () => {
  it("an answer with other data, shows both, and says so once", () => {
    const violations = new Script().wrote({ x: 1 }).got({ x: 2 }).got({ x: 2 }).violations();

    expect(violations).toHaveLength(1);
    expect(violations[0]).toMatchObject({
      clause: "STO-5",
      shape: ["get", "exact", "data", "changed key: number"],
    });
    expect(violations[0]?.message).toMatch(
      /^c2's get of "\/a\/b" was answered at \d+ ms with another data than the model's:\n- +"x": 1,\n\+ +"x": 2,$/,
    );
    expect(violations[0]?.evidence).toHaveLength(2);
  });

  it.each([
    [
      "a publication that is missing",
      (script: Script) => {
        script.on("c2", "/SET@/a/*");
        script.wrote({ x: 1 });
      },
      ["SUB-2", "set", "exact", "publication-missing", "SET pattern"],
    ],
    [
      "a publication to somebody who does not listen",
      (script: Script) => script.wrote({ x: 1 }, [["c2", "/SET@/a/*"]]),
      ["SUB-2", "publication-surplus", "SET", "SET pattern"],
    ],
    [
      "a publication that comes twice",
      (script: Script) => {
        script.on("c2", "/SET@*");
        script.wrote({ x: 1 }, [
          ["c2", "/SET@*"],
          ["c2", "/SET@*"],
        ]);
      },
      ["SUB-3", "publication-twice", "SET", "SET catch-all"],
    ],
    [
      "a publication of other data",
      (script: Script) => {
        script.on("c2", "/SET@*");
        const sent = script.set("c1", A, { x: 1 });
        script.publish("c2", "/SET@*", sent, { data: { y: 1 } });
        script.answer(sent);
      },
      ["PUB-2", "set", "exact", "publication", "data", "extra key", "missing key"],
    ],
    [
      "an answer that never comes",
      (script: Script) => script.set("c1", A, { x: 1 }),
      ["COR-1", "set", "exact", "not-answered"],
    ],
    [
      "an answer that carries another session",
      (script: Script) => {
        const sent = script.set("c1", A, { x: 1 });
        script.answer(sent, { meta: { sessionId: "other" } });
      },
      ["COR-3", "set", "exact", "sessionId", "differs"],
    ],
    [
      "a refusal of what is asked rightly, after which nothing is stored",
      (script: Script) => {
        script.answer(script.set("c1", A, { x: 1 }), { data: {}, meta: REFUSED });
        script.got(null);
      },
      ["COR-4", "set", "exact", "status", "differs"],
    ],
    [
      "an answer to a get with options, by the clause of those",
      (script: Script) => script.wrote({ x: 1 }).got(null, A, { options: { fields: { x: 1 } } }),
      ["STO-7", "get", "exact", "data", "object became absent"],
    ],
    [
      "an item that is missing in a list",
      (script: Script) => script.wrote({ x: 1 }).listed("/a/*", {}),
      ["STO-6", "get", "pattern", "items", "differs"],
    ],
    [
      "a count of removed items",
      (script: Script) => {
        script.wrote({ x: 1 });
        script.answer(script.remove("c1", A), { data: { removed: 2 } });
      },
      ["STO-8", "remove", "exact", "data", "changed key: number"],
    ],
  ] as const)("%s", (_, write, expected) => {
    const script = new Script();
    write(script);

    expect(script.told()).toEqual([expected]);
  });
});
