import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseServerFrame, type JsonObject } from "../../protocol/index.js";
import { Clock, Streams } from "../../sim/index.js";
import { soundEnvironment } from "../environment.js";
import type { RunningTarget, ServerConnection } from "../target.js";
import { referenceTarget } from "./index.js";

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A running reference server and what it did, as lines `<at> <who> <what>`. */
class World {
  readonly clock = new Clock();
  readonly lines: string[] = [];
  readonly server: RunningTarget;
  #eventId = 0;

  constructor(seed: string, options: { readonly profile?: "1.x" | "13.x"; mutant?: string } = {}) {
    const { profile = "1.x", ...rest } = options;
    this.server = referenceTarget(profile, rest).start(
      soundEnvironment(this.clock, 1_000_000, new Streams(seed)),
      {
        started: () => this.#note("server", "started"),
        stopped: () => this.#note("server", "stopped"),
        crashed: ({ message }) => this.#note("server", message),
        undeterministic: (what) => this.#note("server", what),
      },
    );
  }

  connect(name: string): ServerConnection {
    return this.server.connect({
      open: () => this.#note(name, "open"),
      frame: (text) => this.#note(name, text),
      end: (how) => this.#note(name, how),
    });
  }

  send(connection: ServerConnection, action: string, fields: JsonObject = {}): void {
    this.#eventId += 1;
    connection.deliver(JSON.stringify({ action, eventId: this.#eventId, ...fields }));
  }

  /** Lets that much virtual time pass. */
  pass(ms: number): void {
    let isOver = false;
    this.clock.after(ms, () => (isOver = true));
    while (!isOver) this.clock.step();
  }

  /** What a connection was sent: kind and eventId or channel, in order. */
  sentTo(name: string): readonly string[] {
    return this.#told(name).map((text) => {
      const frame = parseServerFrame(text);
      if (frame.kind === "response") return `answer ${JSON.stringify(frame.meta["eventId"])}`;
      if (frame.kind === "publication") return `publication ${JSON.stringify(frame.data)}`;
      return frame.kind;
    });
  }

  texts(name: string): readonly string[] {
    return this.#told(name);
  }

  #told(name: string): readonly string[] {
    return this.lines.flatMap((line) => {
      const [, who, ...what] = line.split(" ");
      return who === name && /^["[{]/.test(what[0] ?? "") ? [what.join(" ")] : [];
    });
  }

  #note(who: string, what: string): void {
    this.lines.push(`${this.clock.now()} ${who} ${what}`);
  }
}

describe("the reference target", () => {
  it("is named by its profile or by its mutant", () => {
    expect(referenceTarget().id).toBe("reference");
    expect(referenceTarget("13.x")).toMatchObject({ id: "reference:13.x", profile: "13.x" });
    expect(referenceTarget("1.x", { mutant: "answer-twice" }).id).toBe("mutant:answer-twice");
  });

  it("cannot be had as a mutant that there is not", () => {
    expect(() => referenceTarget("1.x", { mutant: "none" })).toThrow(/there is no mutant "none"/);
  });

  it("enters a case from a fresh macrotask, ready at once", async () => {
    const target = referenceTarget();
    await target.prepare(() => undefined);

    await expect(target.enter(() => 7)).resolves.toBe(7);
  });
});

describe("a reference server", () => {
  it("starts, opens connections, and gives each a session id of its own", () => {
    const world = new World("ids");
    world.pass(5);
    for (const name of ["c1", "c2"]) {
      const connection = world.connect(name);
      world.send(connection, "login");
    }
    world.pass(10);
    const ids = ["c1", "c2"].map((name) => /"id":"([^"]*)"/.exec(world.texts(name)[0] ?? "")?.[1]);

    expect(world.lines.slice(0, 3)).toEqual(["1 server started", "5 c1 open", "5 c2 open"]);
    for (const id of ids) expect(id).toMatch(UUID_V4);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it("does the same again with the same seed, and something else with another", () => {
    const run = (seed: string) => {
      const world = new World(seed);
      const [c1, c2] = [world.connect("c1"), world.connect("c2")];
      for (let n = 0; n < 20; n += 1) {
        world.send(c2, "on", { path: "/SET@/a" });
        world.send(c1, "set", { path: "/a", data: n });
        world.pass(1);
      }
      world.pass(10);
      return world.lines;
    };

    expect(run("one")).toEqual(run("one"));
    expect(run("two")).not.toEqual(run("one"));
  });

  it("answers pipelined requests once each, in some order, and publishes in the store's", () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 30; seed += 1) {
      const world = new World(`pipelined ${seed}`);
      const [c1, c2] = [world.connect("c1"), world.connect("c2")];
      world.send(c2, "on", { path: "/SET@/a" });
      world.pass(10);
      for (let n = 0; n < 6; n += 1) {
        world.send(c1, "set", { path: "/a", data: { n } });
        world.send(c1, "get", { path: "/a" });
      }
      world.pass(20);
      const answers = world.sentTo("c1");

      orders.add(answers.join());
      expect(answers.toSorted()).toEqual(
        Array.from({ length: 12 }, (_, n) => `answer ${n + 2}`).toSorted(),
      );
      expect(world.sentTo("c2").slice(1)).toEqual(
        [0, 1, 2, 3, 4, 5].map((n) => `publication {"n":${n}}`),
      );
    }
    expect(orders.size).toBeGreaterThan(1);
  });

  it("writes every publication of a consistency 2 write before its answer", () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const world = new World(seed);
        const [c1, c2] = [world.connect("c1"), world.connect("c2")];
        world.send(c2, "on", { path: "/SET@*" });
        world.pass(10);
        for (let n = 0; n < 5; n += 1) world.send(c1, "set", { path: "/a", data: { n } });
        world.pass(20);
        for (let n = 0; n < 5; n += 1) {
          const published = world.lines.findIndex(
            (line) => line.includes(" c2 ") && line.includes(`{"n":${n}}`),
          );
          const answered = world.lines.findIndex(
            (line) => line.includes(" c1 ") && line.includes(`"eventId":${n + 2},`),
          );

          expect(published).toBeGreaterThan(0);
          expect(published).toBeLessThan(answered);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("keeps the order of answers that share an eventId", () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const world = new World(`shared ${seed}`);
      const c1 = world.connect("c1");
      for (let n = 0; n < 8; n += 1) {
        c1.deliver(`{"action":"set","eventId":1,"path":"/a","data":${n}}`);
      }
      world.pass(20);
      const values = world.texts("c1").map((text) => /"value":(\d)/.exec(text)?.[1]);

      expect(values).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
    }
  });

  it("sends what is left to it now and then", () => {
    const counts = Array.from({ length: 20 }, (_, seed) => {
      const world = new World(`free ${seed}`);
      const c1 = world.connect("c1");
      world.send(c1, "on", { path: "/SET@/a/*/c" });
      world.send(c1, "set", { path: "/a/b/c/d", data: 1 });
      world.pass(20);
      return world.sentTo("c1").filter((line) => line.startsWith("publication")).length;
    });

    expect(new Set(counts)).toEqual(new Set([0, 1]));
  });

  it("answers heartbeats, passes over binary frames, and closes who is silent for long", () => {
    const world = new World("idle");
    const c1 = world.connect("c1");
    c1.deliver(new Uint8Array([1, 2, 3]));
    world.pass(30_000);
    c1.deliver('"primus::ping::7"');
    world.pass(34_999);
    expect(world.texts("c1")).toEqual(['"primus::pong::7"']);
    world.pass(10);

    expect(world.lines.at(-1)).toBe("65000 c1 close 1000");
    c1.deliver('"primus::ping::8"');
    c1.end("close");
    world.pass(10);
    expect(world.lines.at(-1)).toBe("65000 c1 close 1000");
  });

  it("sends heartbeats to sessions of happn_4, for as long as they live", () => {
    const world = new World("beats", { profile: "13.x" });
    const [c1, c2] = [world.connect("c1"), world.connect("c2")];
    world.send(c1, "configure-session", { data: { protocol: "happn_4" } });
    world.send(c1, "configure-session", { data: { protocol: "happn_4" } });
    world.send(c2, "configure-session", { data: { protocol: "happn_3" } });
    world.pass(65_000);
    const beats = (client: string) =>
      world.texts(client).filter((text) => text.startsWith('"primus::ping::'));

    expect([beats("c1").length, beats("c2").length]).toEqual([2, 0]);
    c1.end("cut");
    world.pass(60_000);
    expect(beats("c1")).toHaveLength(2);
  });

  it("writes nothing to who has left, whose last frames are all done or none", () => {
    const stored = new Set<string>();
    for (let seed = 0; seed < 20; seed += 1) {
      const world = new World(`left ${seed}`);
      const [c1, c2] = [world.connect("c1"), world.connect("c2")];
      world.send(c1, "set", { path: "/a", data: 1 });
      world.send(c1, "set", { path: "/b", data: 1 });
      c1.end(seed % 2 === 0 ? "close" : "cut");
      const before = world.lines.length;
      world.send(c2, "get", { path: "/*" });
      world.pass(20);

      expect(world.lines.slice(before).filter((line) => line.includes(" c1 "))).toEqual([]);
      stored.add(String(/"path":"\/a"/.test(world.texts("c2")[0] ?? "")));
    }
    expect(stored).toEqual(new Set(["true", "false"]));
  });

  it("gives up what nobody acknowledges, after its answer and in time", () => {
    const world = new World("unacknowledged");
    const c1 = world.connect("c1");
    world.send(c1, "on", { path: "/SET@/a" });
    world.send(c1, "set", { path: "/a", data: 1, options: { consistency: 3 } });
    for (let n = 0; n < 3; n += 1) {
      world.pass(20_010);
      c1.deliver('"primus::ping::7"');
    }
    world.pass(20);

    expect(world.sentTo("c1")).toContain("publication-ack");
    expect(world.texts("c1").find((text) => text.includes("publication-ack"))).toContain("error");
  });

  it("acknowledges after it answers", () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const world = new World(`deferred ${seed}`);
      const c1 = world.connect("c1");
      world.send(c1, "set", { path: "/a", data: 1, options: { consistency: 1 } });
      world.send(c1, "set", { path: "/a", data: 1, options: { consistency: 3 } });
      world.pass(20);
      const sent = world.texts("c1").map((text) => /"(eventId)":(\d).*?|"type":"ack"/.exec(text));

      expect(sent).toHaveLength(4);
      const kinds = world.sentTo("c1");
      expect(kinds.indexOf("answer 1")).toBeLessThan(kinds.indexOf("publication-ack"));
    }
  });

  it("tells everybody when it stops, with what it still owes, and lets nobody in", () => {
    const world = new World("stop");
    const [c1, c2] = [world.connect("c1"), world.connect("c2")];
    world.send(c1, "get", { path: "/a" });
    world.pass(3);
    world.server.stop();
    world.server.drain();

    expect(world.sentTo("c1").toSorted()).toEqual(["answer 1", "system"]);
    expect(world.sentTo("c2")).toEqual(["system"]);
    expect(world.lines.filter((line) => line.endsWith("close 1000"))).toHaveLength(2);
    expect(world.lines.at(-1)).toBe("3 server stopped");
    const late = world.connect("c3");
    late.deliver("{}");
    late.end("cut");
    expect(world.lines.at(-1)).toBe("3 c3 close 1000");
    c2.end("close");
  });

  it("does nothing more once it is disposed of", () => {
    const world = new World("dispose");
    const c1 = world.connect("c1");
    world.send(c1, "get", { path: "/a" });
    world.server.dispose();
    c1.deliver("{}");
    c1.end("close");
    world.pass(100_000);

    expect(world.lines).toEqual(["0 c1 open"]);
    expect(world.clock.pending).toBe(0);
  });
});
