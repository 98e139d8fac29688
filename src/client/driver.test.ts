import { describe, expect, it } from "vitest";

import { PLAN_FORMAT, type Plan, type PlannedAction, type PlannedNode } from "../plan/index.js";
import {
  canonical,
  isJsonObject,
  parseClientFrame,
  type Json,
  type JsonObject,
  type LaterDialect,
} from "../protocol/index.js";
import { Clock, Link, prngOf } from "../sim/index.js";
import { drive } from "./index.js";
import type { ClientConnection, ClientConnectionEvents, ClientWorld } from "./index.js";

/** A path; empty where there is none. */
function textOf(path: Json | undefined): string {
  return typeof path === "string" ? path : "";
}

interface Sent {
  readonly at: number;
  readonly connection: string;
  readonly operation: string | null;
  readonly frame: Json;
}

/** A correct little server, behind links of 5 ms each way. */
class LittleWorld implements ClientWorld {
  readonly clock = new Clock();
  readonly sent: Sent[] = [];
  readonly left: { at: number; connection: string; how: string }[] = [];
  readonly skipped: { operation: string; reason: string }[] = [];
  readonly #peers: Peer[] = [];
  /** How long the server takes to answer a request; null: it never does. */
  answerMs: (action: string, path: string) => number | null = () => 1;
  refuses = false;

  connect(client: string, events: ClientConnectionEvents): ClientConnection {
    const count = this.#peers.filter((peer) => peer.client === client).length + 1;
    const peer = new Peer(this, client, `${client}#${count}`, events);
    this.#peers.push(peer);
    return peer;
  }

  skip(operation: string, reason: string): void {
    this.skipped.push({ operation, reason });
  }

  publish(publisher: Peer, eventId: Json, path: string, data: Json, options: JsonObject): void {
    for (const peer of this.#peers) {
      for (const channel of peer.channels) {
        const pattern = channel.slice(channel.indexOf("@") + 1);
        const isHeard = pattern.endsWith("*")
          ? path.startsWith(pattern.slice(0, -1))
          : path === pattern;
        if (!isHeard) continue;
        peer.write({
          data,
          _meta: {
            type: "data",
            path,
            channel,
            action: `/SET@${path}`,
            sessionId: publisher.sessionId,
            consistency: options["consistency"] ?? 2,
            publicationId: `${publisher.sessionId}-${canonical(eventId)}`,
          },
        });
      }
    }
  }

  /** The server writes a frame to every connection. */
  writeAll(frame: Json): void {
    for (const peer of this.#peers) peer.write(frame);
  }

  /** The server closes every connection. */
  closeAll(): void {
    for (const peer of this.#peers) peer.end("close 1000");
  }

  /** What was sent, without the time and the handshakes. */
  requests(): string[] {
    return this.sent.flatMap(({ connection, operation, frame }) => {
      const request = parseClientFrame(JSON.stringify(frame));
      if (request.kind !== "request") return [];
      const { action, path } = request.request;
      if (["configure-session", "describe", "login"].includes(action)) return [];
      return [`${operation} ${connection} ${action} ${textOf(path)}`.trim()];
    });
  }
}

class Peer implements ClientConnection {
  readonly world: LittleWorld;
  readonly client: string;
  readonly id: string;
  readonly sessionId: string;
  readonly channels = new Set<string>();
  readonly #up: Link<string | null>;
  readonly #down: Link<{ frame?: Json; opened?: true; closed?: string }>;
  isOpen = true;

  constructor(world: LittleWorld, client: string, id: string, events: ClientConnectionEvents) {
    this.world = world;
    this.client = client;
    this.id = id;
    this.sessionId = `session-${id}`;
    const latency = { delayMsMin: 5, delayMsMax: 5, shape: "uniform" } as const;
    this.#up = new Link(world.clock, prngOf("up"), latency, (text) => {
      if (text !== null) this.#hear(text);
      else if (world.refuses) this.end("refused");
      else this.#down.send({ opened: true });
    });
    this.#down = new Link(world.clock, prngOf("down"), latency, ({ frame, opened, closed }) => {
      if (opened) events.open();
      if (frame !== undefined) events.frame(JSON.stringify(frame));
      if (closed !== undefined) events.closed(closed);
    });
    this.#up.send(null);
  }

  send(operation: string | null, text: string): void {
    const { clock, sent } = this.world;
    let frame: Json = text;
    try {
      frame = JSON.parse(text) as Json;
    } catch {
      // It stays a text.
    }
    sent.push({ at: clock.now(), connection: this.id, operation, frame });
    this.#up.send(text);
  }

  leave(how: "close" | "cut"): void {
    this.world.left.push({ at: this.world.clock.now(), connection: this.id, how });
    this.isOpen = false;
    this.channels.clear();
    this.#up.cut();
    this.#down.cut();
  }

  write(frame: Json): void {
    if (this.isOpen) this.#down.send({ frame });
  }

  end(how: string): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.channels.clear();
    this.#down.send({ closed: how });
  }

  #hear(text: string): void {
    const frame = parseClientFrame(text);
    if (frame.kind === "ping") this.write(`primus::pong::${frame.stamp}`);
    if (frame.kind !== "request") return;
    const { action, eventId, path, data, options } = frame.request;
    const delayMs = this.world.answerMs(action, textOf(path));
    if (delayMs === null) return;
    this.world.clock.after(delayMs, () => {
      if (!this.isOpen) return;
      if (action === "on") this.channels.add(textOf(path));
      if (action === "off") this.channels.delete(textOf(path));
      if (action === "set") {
        this.world.publish(this, eventId, textOf(path), data ?? {}, (options ?? {}) as JsonObject);
      }
      this.write({
        data: this.#answerTo(action, eventId),
        _meta: { type: "response", status: "ok", eventId, action },
      });
    });
  }

  #answerTo(action: string, eventId: Json): Json {
    if (action === "login") return { id: this.sessionId };
    return action === "on" ? { id: `${this.id}/${canonical(eventId)}` } : null;
  }
}

const NODE: PlannedNode = {
  name: "TestNode",
  components: [
    {
      name: "componentName",
      version: "1.2.3",
      methods: [
        { name: "methodName", behaviour: "answer", delayMs: 7 },
        { name: "causeEventMethod", behaviour: "answer", emits: "event/name", delayMs: 0 },
      ],
    },
  ],
};

type Step = readonly [
  client: string,
  action: PlannedAction,
  timing?: { afterMs?: number; awaited?: boolean },
];

function planOf(mode: Plan["mode"], steps: readonly Step[], nodes: readonly string[] = []): Plan {
  const latency = { delayMsMin: 5, delayMsMax: 5, shape: "uniform" } as const;
  const names = [...new Set(steps.map(([client]) => client))];
  return {
    format: PLAN_FORMAT,
    generator: 0,
    seed: "test",
    mode,
    clients: names.map((name) => ({
      name,
      link: { up: latency, down: latency },
      ...(nodes.includes(name) ? { node: NODE } : {}),
    })),
    operations: steps.map(([client, action, timing], index) => ({
      id: `o${index + 1}`,
      client,
      afterMs: timing?.afterMs ?? 0,
      awaited: timing?.awaited ?? true,
      action,
    })),
  };
}

const CONNECT: PlannedAction = { kind: "connect", handshake: "full" };
const set = (path: string, options: JsonObject = {}): PlannedAction => ({
  kind: "set",
  path,
  data: { can: "can" },
  options,
});
const on = (channel: string): PlannedAction => ({ kind: "on", channel, options: { refCount: 1 } });
const call = (method: string): PlannedAction => ({
  kind: "call",
  node: "TestNode",
  component: "componentName",
  method,
  args: [1],
});

/** Runs a plan to its end, and for a little while after; `done` at the end is checked. */
function run(plan: Plan, prepare: (world: LittleWorld) => void = () => undefined): LittleWorld {
  const world = new LittleWorld();
  prepare(world);
  const driver = drive(plan, world);
  expect(driver.done).toBe(false);
  driver.start();
  let steps = 0;
  while (!driver.done && steps < 100_000 && world.clock.step()) steps += 1;
  expect(driver.done).toBe(true);
  const end = world.clock.now() + 1_000;
  while ((world.clock.nextAt() ?? Infinity) <= end) world.clock.step();
  return world;
}

describe("a scripted client", () => {
  it("shakes hands as the recorded client does", () => {
    const world = run(planOf("concurrent", [["c1", CONNECT]]));

    expect(world.sent).toEqual([
      {
        at: 10,
        connection: "c1#1",
        operation: "o1",
        frame: { action: "configure-session", eventId: 1, data: { protocol: "happn_1.3.0" } },
      },
      { at: 21, connection: "c1#1", operation: "o1", frame: { action: "describe", eventId: 2 } },
      {
        at: 32,
        connection: "c1#1",
        operation: "o1",
        frame: {
          action: "login",
          eventId: 3,
          data: { info: { _browser: false, _local: false }, protocol: "happn_1.3.0" },
          options: { timeout: 60000 },
        },
      },
    ]);
  });

  it("sends requests as the recorded client does", () => {
    const world = run(
      planOf("concurrent", [
        ["c1", CONNECT],
        ["c1", set("/a", { noStore: true, timeout: 10000 })],
        ["c1", { kind: "set", path: "/a", options: {} }],
        ["c1", { kind: "get", path: "/a", options: {} }],
        ["c1", { kind: "remove", path: "/a", options: {} }],
        ["c1", on("/SET@/a")],
        ["c1", { kind: "off", channel: "/SET@/a", options: { refCount: 1 } }],
        ["c1", { kind: "disconnect" }],
      ]),
    );
    const sessionId = "session-c1#1";
    const options = { timeout: 60000 };

    expect(world.sent.slice(3).map(({ frame }) => JSON.stringify(frame))).toEqual(
      [
        {
          action: "set",
          eventId: 4,
          path: "/a",
          data: { can: "can" },
          sessionId,
          options: { noStore: true, timeout: 10000 },
        },
        { action: "set", eventId: 5, path: "/a", sessionId, options },
        { action: "get", eventId: 6, path: "/a", data: null, sessionId, options },
        { action: "remove", eventId: 7, path: "/a", data: null, sessionId, options },
        {
          action: "on",
          eventId: 8,
          path: "/SET@/a",
          data: null,
          sessionId,
          options: { refCount: 1, timeout: 60000 },
        },
        {
          action: "off",
          eventId: 9,
          path: "/SET@/a",
          data: null,
          sessionId,
          options: { refCount: 1, timeout: 60000 },
        },
        { action: "disconnect", eventId: 10, sessionId, options },
      ].map((frame) => JSON.stringify(frame)),
    );
    expect(world.left).toEqual([{ at: 120, connection: "c1#1", how: "close" }]);
  });

  it("sends data as planned, prototype names included", () => {
    const data = JSON.parse('{"__proto__":{"a":1},"constructor":null}') as Json;
    const options = JSON.parse('{"meta":{"__proto__":1}}') as JsonObject;
    const world = run(
      planOf("concurrent", [
        ["c1", { kind: "connect", handshake: "none" }],
        ["c1", { kind: "set", path: "/a", data, options }],
      ]),
    );

    expect(JSON.stringify(world.sent[0]?.frame)).toBe(
      '{"action":"set","eventId":1,"path":"/a",' +
        '"data":{"__proto__":{"a":1},"constructor":null},' +
        '"options":{"meta":{"__proto__":1},"timeout":60000}}',
    );
  });

  it("keeps its eventIds and its former session over a reconnect, until it logs in anew", () => {
    const world = run(
      planOf("concurrent", [
        ["c1", CONNECT],
        ["c1", { kind: "cut" }],
        ["c1", { kind: "connect", handshake: "login" }],
        ["c1", set("/a")],
      ]),
    );
    const [login, write] = world.sent.slice(3).map(({ frame }) => frame as JsonObject);

    expect([login?.["eventId"], login?.["sessionId"]]).toEqual([4, "session-c1#1"]);
    expect([write?.["eventId"], write?.["sessionId"]]).toEqual([5, "session-c1#2"]);
    expect(world.left).toMatchObject([{ connection: "c1#1", how: "cut" }]);
  });

  it("closes its connection before it opens another", () => {
    const world = run(
      planOf("concurrent", [
        ["c1", CONNECT],
        ["c1", CONNECT],
      ]),
    );

    expect(world.left).toMatchObject([{ connection: "c1#1", how: "close" }]);
    expect(world.sent.at(-1)?.connection).toBe("c1#2");
  });

  it("sends a heartbeat every 25 s while its connection is open, and none after", () => {
    const world = run(
      planOf("concurrent", [
        ["c1", CONNECT],
        ["c1", { kind: "close" }, { afterMs: 60_000 }],
        ["c1", set("/a"), { afterMs: 60_000 }],
      ]),
    );
    const beats = world.sent.filter(({ operation }) => operation === null);

    expect(beats).toEqual([
      { at: 25010, connection: "c1#1", operation: null, frame: "primus::ping::25010" },
      { at: 50010, connection: "c1#1", operation: null, frame: "primus::ping::50010" },
    ]);
  });

  it("acknowledges publications of consistency 3, and no others", () => {
    const world = run(
      planOf("lockstep", [
        ["c1", CONNECT],
        ["c2", CONNECT],
        ["c1", on("/ALL@/a")],
        ["c2", set("/a", { consistency: 3 })],
        ["c2", set("/a", { consistency: 1 })],
      ]),
    );

    expect(world.sent.filter(({ operation }) => operation === null)).toMatchObject([
      {
        connection: "c1#1",
        frame: { action: "ack", eventId: 5, data: "session-c2#1-4", sessionId: "session-c1#1" },
      },
    ]);
  });

  it("puts session ids for the names of target clients, and leaves names without a session", () => {
    const world = run(
      planOf("lockstep", [
        ["c1", CONNECT],
        ["c2", { kind: "connect", handshake: "none" }],
        ["c1", set("/a", { targetClients: ["c1", "c2", "nobody", 3] })],
      ]),
    );

    expect(world.sent.at(-1)?.frame).toMatchObject({
      options: { targetClients: ["session-c1#1", "c2", "nobody", 3] },
    });
  });

  it("sends a raw frame as it stands and waits for nothing", () => {
    const world = run(
      planOf("concurrent", [
        ["c1", CONNECT],
        ["c1", { kind: "raw", frame: '{"action":' }],
        ["c1", { kind: "raw", frame: "null" }],
      ]),
    );

    expect(world.sent.slice(3)).toEqual([
      { at: 43, connection: "c1#1", operation: "o2", frame: '{"action":' },
      { at: 43, connection: "c1#1", operation: "o3", frame: null },
    ]);
  });

  it("puts session ids into a raw frame for the clients that it mentions, and have one", () => {
    const frame = '{"a":"$c1","b":["$c2","$c1-7"],"c":"$c3"}';
    const world = run(
      planOf("lockstep", [
        ["c1", CONNECT],
        ["c2", { kind: "connect", handshake: "none" }],
        ["c1", { kind: "raw", frame, mentions: ["c1", "c2"] }],
        ["c1", { kind: "raw", frame }],
      ]),
    );

    expect(world.sent.slice(-2).map((sent) => sent.frame)).toEqual([
      { a: "session-c1#1", b: ["$c2", "session-c1#1-7"], c: "$c3" },
      JSON.parse(frame),
    ]);
  });

  it("leaves after a second when its disconnect isn't answered", () => {
    const world = run(
      planOf("concurrent", [
        ["c1", CONNECT],
        ["c1", { kind: "disconnect" }],
      ]),
      (silent) => (silent.answerMs = (action) => (action === "disconnect" ? null : 1)),
    );

    expect(world.left).toEqual([{ at: 1043, connection: "c1#1", how: "close" }]);
  });

  it("skips what it has no connection for, until it connects again", () => {
    const world = run(
      planOf("concurrent", [
        ["c1", set("/a")],
        ["c1", CONNECT],
        ["c1", { kind: "close" }],
        ["c1", set("/b")],
        ["c1", CONNECT],
        ["c1", set("/c")],
      ]),
    );

    expect(world.skipped).toEqual([
      { operation: "o1", reason: "c1 is not connected" },
      { operation: "o4", reason: "c1 is not connected" },
    ]);
    expect(world.requests()).toEqual(["o6 c1#2 set /c"]);
  });

  it("skips the rest when the server has closed the connection or refuses one", () => {
    const closed = run(
      planOf("concurrent", [
        ["c1", CONNECT],
        ["c1", { kind: "get", path: "/never", options: {} }],
        ["c1", set("/a")],
      ]),
      (world) => {
        world.answerMs = (_, path) => (path === "/never" ? null : 1);
        world.clock.after(500, () => world.closeAll());
      },
    );
    expect(closed.skipped).toEqual([{ operation: "o3", reason: "c1 is not connected" }]);

    const refused = run(
      planOf("concurrent", [
        ["c1", CONNECT],
        ["c1", set("/a")],
      ]),
      (world) => (world.refuses = true),
    );
    expect(refused.skipped).toEqual([{ operation: "o2", reason: "c1 is not connected" }]);
    expect(refused.sent).toEqual([]);
  });
});

describe("a concurrent plan", () => {
  it("pipelines what isn't awaited, and waits for what is", () => {
    const world = run(
      planOf("concurrent", [
        ["c1", CONNECT],
        ["c1", set("/1"), { awaited: false }],
        ["c1", set("/2"), { awaited: false, afterMs: 3 }],
        ["c1", set("/3"), { afterMs: 3 }],
        ["c1", set("/4"), { afterMs: 3 }],
      ]),
    );

    expect(world.sent.slice(3).map(({ at, operation }) => [at, operation])).toEqual([
      [43, "o2"],
      [46, "o3"],
      [49, "o4"],
      [63, "o5"],
    ]);
  });

  it("runs its clients side by side", () => {
    const world = run(
      planOf("concurrent", [
        ["c1", CONNECT],
        ["c2", CONNECT],
        ["c1", set("/a")],
        ["c2", set("/a")],
      ]),
    );

    expect(world.sent.slice(-2).map(({ at, operation }) => [at, operation])).toEqual([
      [43, "o3"],
      [43, "o4"],
    ]);
  });

  it("gives up waiting after 12 s and goes on", () => {
    const world = run(
      planOf("concurrent", [
        ["c1", CONNECT],
        ["c1", { kind: "get", path: "/never", options: {} }],
        ["c1", set("/a")],
      ]),
      (silent) => (silent.answerMs = (_, path) => (path === "/never" ? null : 1)),
    );

    expect(world.sent.slice(3).map(({ at, operation }) => [at, operation])).toEqual([
      [43, "o2"],
      [12043, "o3"],
    ]);
  });

  it("holds what is sent before the connection is open, and sends it behind the handshake", () => {
    const world = run(
      planOf("concurrent", [
        ["c1", CONNECT, { awaited: false }],
        ["c1", set("/a")],
      ]),
    );

    expect(world.sent.map(({ at, frame }) => [at, (frame as JsonObject)["action"]])).toEqual([
      [10, "configure-session"],
      [10, "set"],
      [21, "describe"],
      [32, "login"],
    ]);
  });
});

describe("a lockstep plan", () => {
  it("starts its operations in order, each once the world is quiet", () => {
    const world = run(
      planOf("lockstep", [
        ["c1", CONNECT],
        ["c2", CONNECT],
        ["c2", on("/SET@/a")],
        ["c1", set("/a"), { awaited: false }],
        ["c2", set("/b"), { afterMs: 3_000 }],
      ]),
    );
    const started = world.sent.slice(6).map(({ at, operation }) => [at, operation]);

    // 210 ms of silence after the second handshake at 296 ms, of the `on`, and of the publication.
    expect(started).toEqual([
      [506, "o3"],
      [727, "o4"],
      [3738, "o5"],
    ]);
  });

  it("gives up waiting after 5 s and goes on", () => {
    const world = run(
      planOf("lockstep", [
        ["c1", CONNECT],
        ["c1", { kind: "get", path: "/never", options: {} }],
        ["c1", set("/a")],
      ]),
      (silent) => (silent.answerMs = (_, path) => (path === "/never" ? null : 1)),
    );
    const [read, write] = world.sent.slice(3).map(({ at }) => at) as [number, number];

    expect(write - read).toBe(5_210);
  });

  it("waits for what a node still has to do", () => {
    const world = run(
      planOf(
        "lockstep",
        [
          ["c1", CONNECT],
          ["c2", CONNECT],
          ["c2", call("methodName")],
          ["c2", set("/after")],
        ],
        ["c1"],
      ),
    );

    expect(world.requests().at(-1)).toBe("o4 c2#1 set /after");
    expect(world.requests().at(-2)).toMatch(/^c1\/r\d+ c1#1 set \/_exchange\/responses\//);
  });
});

describe("the mesh", () => {
  const SESSION = "session-c2#1";

  it("announces a node after its handshake, answers calls, and emits events before", () => {
    const world = run(
      planOf(
        "lockstep",
        [
          ["c1", CONNECT],
          ["c2", CONNECT],
          ["c2", call("causeEventMethod")],
          ["c2", call("methodName")],
        ],
        ["c1"],
      ),
    );
    const requests = world.requests();
    const responses = `/_exchange/responses/${SESSION}/TestNode/componentName`;

    expect(requests).toContainEqual(
      expect.stringMatching(
        /^c1\/r\d+ c1#1 on \/SET@\/_exchange\/requests\/TestNode\/componentName\/\*$/,
      ),
    );
    expect(
      requests.filter((text) => /@\/_exchange\/responses|requests\/.*Method/i.test(text)),
    ).toEqual([
      `o3 c2#1 on /SET@/_exchange/responses/${SESSION}/*`,
      "o3 c2#1 set /_exchange/requests/TestNode/componentName/causeEventMethod",
      "o4 c2#1 set /_exchange/requests/TestNode/componentName/methodName",
    ]);
    expect(
      requests.flatMap((text) => / set (\/_e(?:vents|xchange\/responses).*)/.exec(text)?.[1] ?? []),
    ).toEqual([
      "/_events/TestNode/componentName/event/name",
      `${responses}/causeEventMethod/1`,
      `${responses}/methodName/2`,
    ]);
  });

  it("ends a call with its response, or after 10 s", () => {
    const world = run(
      planOf(
        "concurrent",
        [
          ["c1", CONNECT],
          ["c2", CONNECT, { afterMs: 1_000 }],
          ["c2", call("methodName")],
          ["c2", { kind: "call", node: "Nobody", component: "x", method: "y", args: [] }],
          ["c2", set("/end")],
        ],
        ["c1"],
      ),
    );
    const at = (operation: string, action: string) =>
      world.sent.find(
        (sent) => sent.operation === operation && (sent.frame as JsonObject)["action"] === action,
      )?.at as number;

    // Request up, publication down, 7 ms of work, response up, publication down.
    expect(at("o4", "set") - at("o3", "set")).toBe(5 + 1 + 5 + 7 + 5 + 1 + 5);
    expect(at("o5", "set") - at("o4", "set")).toBe(10_000);
    expect(world.sent.filter(({ frame }) => (frame as JsonObject)["action"] === "on")).toHaveLength(
      2,
    );
  });

  it("subscribes once a connection, also for pipelined calls, and anew after a reconnect", () => {
    const world = run(
      planOf(
        "concurrent",
        [
          ["c1", CONNECT],
          ["c2", CONNECT, { afterMs: 1_000 }],
          ["c2", call("methodName"), { awaited: false }],
          ["c2", call("methodName")],
          ["c2", CONNECT],
          ["c2", call("methodName")],
        ],
        ["c1"],
      ),
    );

    expect(world.requests().filter((text) => text.includes(" on /SET@/_exchange/resp"))).toEqual([
      "o3 c2#1 on /SET@/_exchange/responses/session-c2#1/*",
      "o6 c2#2 on /SET@/_exchange/responses/session-c2#2/*",
    ]);
    expect(world.requests().at(-1)).toMatch(/session-c2#2.*methodName\/3$/);
  });

  it("emits events of a node, with the version of its component", () => {
    const emit = (component: string): PlannedAction => ({
      kind: "emit",
      component,
      event: "event/name",
      data: { key: "value" },
    });
    const world = run(
      planOf(
        "lockstep",
        [
          ["c1", CONNECT],
          ["c1", emit("componentName")],
          ["c2", CONNECT],
          ["c2", emit("componentName")],
        ],
        ["c1"],
      ),
    );

    expect(world.sent.find(({ operation }) => operation === "o2")?.frame).toMatchObject({
      action: "set",
      path: "/_events/TestNode/componentName/event/name",
      data: { key: "value" },
      options: { noStore: true, meta: { componentVersion: "1.2.3" } },
    });
    expect(world.skipped).toEqual([{ operation: "o4", reason: "c2 plays no node" }]);
  });

  it("skips a call without a session", () => {
    const world = run(
      planOf("concurrent", [
        ["c1", { kind: "connect", handshake: "none" }],
        ["c1", call("methodName")],
      ]),
    );

    expect(world.skipped).toEqual([{ operation: "o2", reason: "c1 has no session" }]);
  });
});

describe("a scripted client of a later dialect", () => {
  const speaking = (dialect: LaterDialect, steps: readonly Step[]): Plan => {
    const plan = planOf("concurrent", steps);
    return { ...plan, clients: plan.clients.map((client) => ({ ...client, dialect })) };
  };
  const sent = (world: LittleWorld, action: string) =>
    world.sent.flatMap(({ frame }) =>
      isJsonObject(frame) && frame["action"] === action ? [frame] : [],
    );
  const referencesOf = (world: LittleWorld) =>
    sent(world, "off").map(({ options }) => (options as JsonObject)["referenceId"]);
  const offOf = (channel: string, listener: string): PlannedAction => ({
    ...{ kind: "off", channel, options: {}, listener },
  });

  it("asks for it in every handshake", () => {
    for (const handshake of ["full", "login", "none"] as const) {
      const world = run(speaking("happn_3", [["c1", { kind: "connect", handshake }]]));
      const asked = sent(world, "configure-session").map(({ data }) => data);

      expect(asked).toEqual([{ protocol: "happn_3" }]);
      expect(sent(world, "login").map(({ data }) => (data as JsonObject)["protocol"])).toEqual(
        handshake === "none" ? [] : ["happn_3"],
      );
    }
  });

  it("ends listeners by the names that it was told", () => {
    const world = run(
      speaking("happn_2", [
        ["c1", CONNECT],
        ["c1", on("/SET@/a")],
        ["c1", on("/SET@/a")],
        ["c1", offOf("/SET@/a", "o3")],
        ["c1", offOf("/SET@/a", "o2")],
        ["c1", offOf("/SET@/a", "o2")],
      ]),
    );

    // What it has ended has no name any more.
    expect(referencesOf(world)).toEqual(["c1#1/5", "c1#1/4", "no-listener"]);
  });

  it("forgets names with its connection, and learns them anew when it reconnects", () => {
    const plan = speaking("happn_4", [
      ["c1", CONNECT],
      ["c1", on("/SET@/a")],
      ["c1", on("/SET@/a")],
      ["c1", offOf("/SET@/a", "o2")],
      ["c1", offOf("/SET@/a", "o3"), { afterMs: 500 }],
      ["c1", CONNECT],
      ["c1", offOf("/SET@/a", "o3")],
    ]);
    const world = new LittleWorld();
    const driver = drive(plan, world);
    world.clock.after(300, () => {
      world.closeAll();
      world.clock.after(10, () => driver.reconnectLost("storm"));
    });
    driver.start();
    while (!driver.done && world.clock.step());

    expect(referencesOf(world)).toEqual(["c1#1/4", "c1#2/10", "no-listener"]);
  });

  it("of happn_4 answers heartbeats, and sends none", () => {
    const beats = (dialect: LaterDialect) => {
      const world = new LittleWorld();
      const driver = drive(speaking(dialect, [["c1", CONNECT]]), world);
      world.clock.after(1_000, () => world.writeAll("primus::ping::7"));
      driver.start();
      while ((world.clock.nextAt() ?? Infinity) <= 30_000) world.clock.step();
      return world.sent.flatMap(({ frame }) => (typeof frame === "string" ? [frame] : []));
    };

    expect(beats("happn_4")).toEqual(["primus::pong::7"]);
    expect(beats("happn_3")).toEqual([expect.stringContaining("primus::ping::")]);
  });
});
