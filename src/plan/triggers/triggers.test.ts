import { describe, expect, it } from "vitest";

import type { Fault, PlannedFault } from "../fault.js";
import type { Plan, PlannedAction, PlannedClient, PlannedOperation } from "../plan.js";
import { isTrigger, TRIGGERS, withoutTriggers } from "./index.js";

const LATENCY = { delayMsMin: 1, delayMsMax: 1, shape: "uniform" } as const;
const HARMLESS: PlannedAction = { kind: "describe" };

type Done = PlannedAction | readonly [client: string, action: PlannedAction];

function planOf(done: readonly Done[]): Plan {
  const operations = done.map((one, index): PlannedOperation => {
    const [client, action] = Array.isArray(one)
      ? (one as readonly [string, PlannedAction])
      : (["c1", one as PlannedAction] as const);
    return { id: `o${index + 1}`, client, afterMs: 3, awaited: false, action };
  });
  return {
    format: 1,
    generator: 0,
    seed: "by hand",
    mode: "concurrent",
    clients: ["c1", "c2"].map((name) => ({ name, link: { up: LATENCY, down: LATENCY } })),
    operations,
  };
}

const without = (id: string, ...done: readonly Done[]) =>
  withoutTriggers(planOf(done), [id]).operations.map(({ action }) => action);

const set = (path: string, data: unknown, options: object = {}): PlannedAction =>
  ({ kind: "set", path, data, options }) as PlannedAction;
const get = (path: string, options: object = {}): PlannedAction =>
  ({ kind: "get", path, options }) as PlannedAction;
const on = (channel: string, options: object = {}): PlannedAction =>
  ({ kind: "on", channel, options }) as PlannedAction;
const off = (channel: string, options: object = {}): PlannedAction =>
  ({ kind: "off", channel, options }) as PlannedAction;
const raw = (frame: unknown): PlannedAction => ({
  kind: "raw",
  frame: typeof frame === "string" ? frame : JSON.stringify(frame),
});

/** Trigger, what contains it, and what is left of that. */
const CASES: readonly (readonly [string, PlannedAction, PlannedAction])[] = [
  [
    "odd-keys",
    set("/a", { "a.b": 1, c: [{ $d: 2 }] }),
    set("/a", { odda_b: 1, c: [{ odd_d: 2 }] }),
  ],
  ["prototype-keys", set("/a", JSON.parse('{"__proto__":1}')), set("/a", { proto: 1 })],
  [
    "prototype-keys",
    set("/a", {}, { meta: JSON.parse('{"__proto__":{"b":1},"mine":2}') as object }),
    set("/a", {}, { meta: { proto: { b: 1 }, mine: 2 } }),
  ],
  [
    "internal-keys",
    set("/a", { _id: 1, b: { path: 2 } }),
    set("/a", { own_id: 1, b: { ownpath: 2 } }),
  ],
  ["integer-keys", set("/a", { 1: "one" }), set("/a", { n1: "one" })],
  ["absent-data", { kind: "set", path: "/a", options: {} }, set("/a", {})],
  ["first-subscriptions", on("/SET@/a"), HARMLESS],
  ["null-data", set("/a", null), set("/a", {})],
  ["scalar-data", set("/a", [1]), set("/a", { value: [1] })],
  ["tags", set("/a", null, { tag: "t", merge: true }), set("/a", null, { merge: true })],
  ["siblings", set("/a", {}, { set_type: "sibling" }), set("/a", {})],
  ["merges", set("/a", {}, { merge: true }), set("/a", {})],
  ["unstored", set("/a", {}, { noStore: true }), set("/a", {})],
  ["consistency", set("/a", {}, { consistency: 0 }), set("/a", {})],
  ["acknowledged", set("/a", {}, { consistency: 3 }), set("/a", {})],
  ["target-clients", set("/a", {}, { targetClients: ["c2"] }), set("/a", {})],
  ["mistyped-target-clients", set("/a", {}, { targetClients: {} }), set("/a", {})],
  ["publish-results", set("/a", {}, { publishResults: true }), set("/a", {})],
  ["mistyped-meta", set("/a", {}, { meta: null }), set("/a", {})],
  [
    "reserved-meta",
    set("/a", {}, { meta: { type: 1, mine: 2 } }),
    set("/a", {}, { meta: { mine: 2 } }),
  ],
  ["initial-callback", on("/SET@/a", { initialCallback: true }), on("/SET@/a")],
  ["initial-emit", on("/SET@/a", { initialEmit: true }), on("/SET@/a")],
  ["fields", get("/a", { fields: { b: 1 }, limit: 1 }), get("/a", { limit: 1 })],
  [
    "fields",
    get("/a", { options: { fields: { b: 1 }, limit: 1 } }),
    get("/a", { options: { limit: 1 } }),
  ],
  [
    "criteria",
    get("/a", { criteria: { b: 1 }, fields: { b: 1 } }),
    get("/a", { fields: { b: 1 } }),
  ],
  ["read-options", get("/a", { fields: { b: 1 }, limit: 1 }), get("/a")],
  [
    "mistyped-options",
    raw({ action: "set", path: "/a", eventId: 9, options: 5 }),
    raw({ action: "set", path: "/a", eventId: 9, options: {} }),
  ],
  ["capitals", on("/SET@/A/b*"), on("/SET@/a/b*")],
  ["white-space", get("/a b/c\td"), get("/a-b/c-d")],
  ["uncounted-on", on("/SET@/a"), on("/SET@/a", { refCount: 1 })],
  [
    "on-without-options",
    raw({ action: "on", path: "/SET@/a", eventId: 9 }),
    raw({ action: "on", path: "/SET@/a", eventId: 9, options: { refCount: 1 } }),
  ],
  ["regular-characters", on("/SET@/a.b/(*"), on("/SET@/a-b/-*")],
  ["slashes-at-the-end", get("/a//"), get("/a")],
  ["long-paths", get("x".repeat(1_001)), get("x".repeat(1_000))],
  ["empty-paths", get(""), get("/empty")],
  ["null-meta", set("/a", {}, { meta: null }), set("/a", {})],
  [
    "object-consistency",
    set("/a", {}, { consistency: { toString: 1 }, noStore: false }),
    set("/a", {}, { noStore: false }),
  ],
  ["relative-paths", on("/ALL@a/*"), on("/ALL@/a/*")],
  ["stars-at-the-start", get("*/a"), get("/a")],
  ["inner-stars", on("/SET@/a/*/b"), on("/SET@/a/*")],
  ["stars-inside-segments", get("/a/b*/**"), get("/a/b/**")],
  ["writes-on-patterns", set("/a/*", {}), set("/a/star", {})],
  [
    "removes-by-pattern",
    { kind: "remove", path: "/a/*", options: {} },
    { kind: "remove", path: "/a/star", options: {} },
  ],
  ["counts", on("/SET@/a", { refCount: 2 }), on("/SET@/a")],
  ["listeners-of-offs", off("/SET@/a", { listenerId: 1 }), off("/SET@/a")],
  ["off-of-everything", off("*"), HARMLESS],
  ["off-of-patterns", off("/SET@/a/*"), HARMLESS],
  ["off-of-deep-patterns", off("/SET@/a/**"), HARMLESS],
  ["off-of-catch-alls", off("/SET@*"), HARMLESS],
  ["off-of-exact-paths", off("/SET@/a"), HARMLESS],
  ["offs", off("/SET@/a"), HARMLESS],
  ["catch-alls", on("/SET@*"), HARMLESS],
  ["catch-alls-of-one-action", on("/REMOVE@*"), on("/ALL@*")],
  ["no-channels", on("/then@/a"), HARMLESS],
  ["no-channels", on("*"), HARMLESS],
  ["deep-subscriptions", on("/SET@/a/**", { depth: 2 }), on("/SET@/a/**")],
  ["mistyped-counts", off("/SET@/a", { refCount: -1 }), off("/SET@/a")],
  [
    "odd-protocols",
    { kind: "configure-session", protocol: "nonsense" },
    { kind: "configure-session", protocol: "happn_1.3.0" },
  ],
  ["raw-frames", raw("{"), HARMLESS],
  ["unknown-actions", raw({ action: "constructor", eventId: 4 }), HARMLESS],
  ["frames-that-are-no-objects", raw("null"), HARMLESS],
  ["login-without-data", raw({ action: "login", eventId: 4, data: null }), HARMLESS],
  ["configure-without-data", raw({ action: "configure-session", eventId: 4 }), HARMLESS],
  ["acks-of-nothing", raw({ action: "ack", data: "x" }), HARMLESS],
  ["deep-frames", raw("[".repeat(17) + "]".repeat(17)), HARMLESS],
  [
    "deep-frames",
    raw(`${"[".repeat(16)}"[["${"]".repeat(16)}`),
    raw(`${"[".repeat(16)}"[["${"]".repeat(16)}`),
  ],
  [
    "inherited-keys",
    set("/a", { toString: 1, b: [{ valueOf: 2 }] }),
    set("/a", { own_toString: 1, b: [{ own_valueOf: 2 }] }),
  ],
  ["foreign-ids", raw({ action: "off", eventId: 9, path: "/SET@/a", id: "of another" }), HARMLESS],
  ["protocols-of-frames", raw({ action: "get", eventId: 9, protocol: 1 }), HARMLESS],
  ["session-ids-of-frames", raw({ action: "get", eventId: 9, sessionId: "__proto__" }), HARMLESS],
  ["object-event-ids", raw({ action: "remove", eventId: { toString: 1 }, path: "/a" }), HARMLESS],
  ["listening-without-session-id", raw({ action: "on", eventId: 9, path: "/SET@/a" }), HARMLESS],
  [
    "clients-without-login",
    { kind: "connect", handshake: "none" },
    { kind: "connect", handshake: "full" },
  ],
  ["increments", set("/a", "a", { increment: 1 }), set("/a", "a")],
  ["no-cluster", set("/a", {}, { noCluster: true }), set("/a", {})],
  ["at-signs", on("/SET@/a@b/*"), on("/SET@/aatb/*")],
  ["requests-without-path", raw({ action: "remove", eventId: 4 }), HARMLESS],
  ["requests-without-event-id", raw({ action: "set", path: "/a", data: {} }), HARMLESS],
];

describe("a trigger", () => {
  it.each(CASES)("%s is taken out, and nothing else", (id, action, left) => {
    expect(without(id, action)).toEqual([left]);
  });

  const narrow = TRIGGERS.map(({ id }) => id).filter((id) => id !== "first-subscriptions");

  it.each(narrow)("%s is not seen where it isn't", (id) => {
    const plan = planOf([
      { kind: "connect", handshake: "full" },
      on("/SET@/a/b", { refCount: 1 }),
      ["c2", on("/ALL@/c/*", { refCount: 1 })],
      set("/a/b", { key: [1, { inner: null }] }, { meta: { mine: 1 } }),
      get("/a/b"),
      { kind: "remove", path: "/a/b", options: {} },
      { kind: "call", node: "TestNode", component: "c", method: "m", args: [] },
    ]);

    expect(withoutTriggers(plan, [id])).toBe(plan);
  });

  it.each(TRIGGERS.map(({ id }) => id))("%s is asked of frames of any depth", (id) => {
    const deep = `${'{"_id":['.repeat(1_250)}1${"]}".repeat(1_250)}`;
    const plan = planOf([raw(`{"action":"set","eventId":1,"path":"/a","data":${deep}}`)]);

    expect(withoutTriggers(plan, [id]).operations).toHaveLength(1);
  });

  it("in first-subscriptions takes out who listens in the first dialect, and leaves a plan in which nobody does", () => {
    const call = { kind: "call", node: "N", component: "c", method: "m", args: [] } as const;
    const raised = { kind: "emit", component: "c", event: "e", data: null } as const;
    const plan = planOf([on("/SET@/a"), call, raised, set("/a", 1)]);
    const [first, ...others] = plan.clients;
    const node = { name: "N", components: [] };
    const withNode = { ...plan, clients: [{ ...(first as PlannedClient), node }, ...others] };
    const deaf = withoutTriggers(withNode, ["first-subscriptions"]);

    expect(deaf.clients).toEqual(plan.clients);
    expect(deaf.operations.map(({ action }) => action.kind)).toEqual([
      ...["describe", "describe", "describe", "set"],
    ]);
    expect(withoutTriggers(deaf, ["first-subscriptions"])).toBe(deaf);
    const later = withNode.clients.map((client) => ({ ...client, dialect: "happn_3" as const }));
    const ofLater = { ...withNode, clients: later };
    expect(withoutTriggers(ofLater, ["first-subscriptions"])).toBe(ofLater);
  });

  it("that is a raw frame's goes on having the frame's other fields", () => {
    const frame = { more: 1, action: "set", eventId: 7, path: "/a", data: { $x: 1 }, options: {} };

    expect(without("odd-keys", raw(frame))).toEqual([raw({ ...frame, data: { odd_x: 1 } })]);
  });

  it("keeps the time, the client and the number of what it replaces", () => {
    expect(withoutTriggers(planOf([["c2", off("*")]]), ["off-of-everything"]).operations).toEqual([
      { id: "o1", client: "c2", afterMs: 3, awaited: false, action: HARMLESS },
    ]);
  });

  it("in repeated subscriptions are those that a relay repeats", () => {
    const relay = (client: string, repeatsOfTen: number): Fault => ({
      ...{ kind: "relay", clients: [client] },
      ...{ holdMsMax: 1, repeatsOfTen },
    });
    const relayed = (repeatsOfTen: number): Plan => ({
      ...planOf([on("/SET@/a", { refCount: 1 })]),
      faults: [relay("c1", repeatsOfTen), relay("c2", 3)].map((fault, index) => ({
        ...{ id: `f${index}`, afterMs: 0, durationMs: 9 },
        fault,
      })),
    });

    for (const id of ["counts", "repeated-on"]) {
      expect(withoutTriggers(relayed(5), [id])).toEqual(relayed(0));
    }
  });

  it("in racing merges is one only where something else may be under way", () => {
    const merging = planOf([set("/a", {}, { merge: true })]);
    const lockstep: Plan = { ...merging, mode: "lockstep" };
    const explored: Plan = { ...lockstep, schedule: { strategy: "fifo", decisions: [] } };
    const left = (plan: Plan) =>
      withoutTriggers(plan, ["racing-merges"]).operations.map(({ action }) => action);

    expect(withoutTriggers(lockstep, ["racing-merges"])).toBe(lockstep);
    expect(left({ ...merging, mode: "concurrent" })).toEqual([set("/a", {})]);
    expect(left(explored)).toEqual([set("/a", {})]);
    const paused = { id: "f1", afterMs: 0, durationMs: 9, fault: { kind: "pause" } } as const;
    expect(left({ ...lockstep, faults: [paused] })).toEqual([set("/a", {})]);
  });

  it("in the capitals of paths leaves one spelling of each segment, the node's own first", () => {
    const plan = planOf([set("/ORDERS/b", {}), on("/SET@/orders/*"), get("/TESTNODE/orders")]);
    const node = {
      name: "TestNode",
      components: [{ name: "c", version: "1.0.0", methods: [] }],
    };
    const clients = plan.clients.map((client) => ({ ...client, node }));
    const left = withoutTriggers({ ...plan, clients }, ["paths-of-other-case"]);

    expect(left.operations.map(({ action }) => action)).toEqual([
      set("/ORDERS/b", {}),
      on("/SET@/ORDERS/*"),
      get("/TestNode/ORDERS"),
    ]);
  });

  it("in capitals leaves out who listens to what clients of the mesh spell with capitals", () => {
    const emit: PlannedAction = { kind: "emit", component: "Stock", event: "low", data: {} };

    expect(
      without(
        "capitals",
        emit,
        on("/SET@/_events/n/Stock/low"),
        set("/_events/n/Stock/low", {}),
        on("/SET@/Orders"),
      ),
    ).toEqual([emit, HARMLESS, set("/_events/n/stock/low", {}), on("/SET@/orders")]);
  });

  it("in repeated subscriptions leaves the first of each channel and connection", () => {
    const again = on("/SET@/a");
    const left = without(
      "repeated-on",
      again,
      again,
      ["c2", again],
      off("/SET@/a"),
      again,
      { kind: "connect", handshake: "full" },
      again,
      off("*"),
      again,
    );

    expect(left).toEqual([
      again,
      HARMLESS,
      again,
      off("/SET@/a"),
      again,
      { kind: "connect", handshake: "full" },
      again,
      off("*"),
      again,
    ]);
  });

  it("in ends of older subscriptions leaves those of the newest, and of everything", () => {
    const left = without(
      "off-of-older-subscriptions",
      on("/SET@/a"),
      on("/SET@/b"),
      ["c2", off("/SET@/b")],
      off("/SET@/a"),
      off("/SET@/b"),
      off("*"),
    );

    expect(left.slice(2)).toEqual([HARMLESS, HARMLESS, off("/SET@/b"), off("*")]);
  });

  it("takes what a client of the mesh subscribes to by itself for subscriptions of the client's", () => {
    const call: PlannedAction = {
      kind: "call",
      node: "TestNode",
      component: "c",
      method: "m",
      args: [],
    };
    const requests = on("/SET@/_exchange/requests/TestNode/c/*");

    expect(without("repeated-on", requests, call)).toEqual([HARMLESS, call]);
    expect(without("repeated-on", requests, ["c2", call])).toEqual([requests, call]);
    expect(without("off-of-older-subscriptions", on("/SET@/a"), call, off("/SET@/a"))).toEqual([
      on("/SET@/a"),
      call,
      HARMLESS,
    ]);
  });

  it("keeps clients from leaving by faults, and when all are sent home", () => {
    const plan: Plan = {
      ...planOf([on("/SET@/a"), ["c2", on("/SET@/b*")]]),
      liveness: true,
      faults: [
        {
          id: "f1",
          afterMs: 0,
          durationMs: 0,
          fault: { kind: "cut", how: "reset", clients: ["c1"] },
        },
        {
          id: "f2",
          afterMs: 0,
          durationMs: 9,
          fault: { kind: "partition", ends: "reset", clients: ["c1", "c2"] },
        },
        {
          id: "f3",
          afterMs: 0,
          durationMs: 9,
          fault: { kind: "stall", direction: "up", clients: ["c1"] },
        },
        { id: "f4", afterMs: 0, durationMs: 9_999, fault: { kind: "pause" } },
        { id: "f5", afterMs: 0, durationMs: 10_000, fault: { kind: "pause" } },
        {
          id: "f6",
          afterMs: 0,
          durationMs: 45_000,
          fault: { kind: "stall", direction: "up", clients: ["c1"] },
        },
      ],
    };
    const faultsLeft = (id: string) => withoutTriggers(plan, [id]).faults?.map((fault) => fault.id);

    expect(faultsLeft("leaving")).toEqual(["f3", "f4"]);
    expect(faultsLeft("leaving-of-pattern-subscribers")).toEqual(["f1", "f3", "f4", "f6"]);
    expect(withoutTriggers(plan, ["leaving"])).not.toHaveProperty("liveness");
    expect(withoutTriggers({ ...plan, faults: [] }, ["leaving"])).not.toHaveProperty("faults");
  });

  it("in patterns beside exact paths leaves out the patterns, and their ends", () => {
    expect(
      without(
        "patterns-beside-exact-paths",
        on("/SET@/a/*"),
        ["c2", on("/ALL@/A/")],
        on("/SET@/b/*"),
        off("/SET@/a/*"),
      ),
    ).toEqual([HARMLESS, on("/ALL@/A/"), on("/SET@/b/*"), HARMLESS]);
  });

  it("in leaving clients keeps those that subscribed to patterns, and no others, where it says so", () => {
    const plan: readonly Done[] = [
      { kind: "connect", handshake: "full" },
      ["c2", { kind: "connect", handshake: "full" }],
      on("/SET@/a/*"),
      { kind: "close" },
      { kind: "connect", handshake: "none" },
      ["c2", { kind: "cut" }],
      { kind: "disconnect" },
    ];

    expect(without("leaving-of-pattern-subscribers", ...plan).slice(3)).toEqual([
      HARMLESS,
      HARMLESS,
      { kind: "cut" },
      HARMLESS,
    ]);
    expect(without("leaving", ...plan).slice(3)).toEqual([HARMLESS, HARMLESS, HARMLESS, HARMLESS]);
  });
});

describe("without, in secure mode,", () => {
  it("repeated characters in permissions, there are no such patterns, and exact paths stay", () => {
    const grant = (path: string): PlannedAction => ({
      kind: "administer",
      change: { kind: "grant", group: "g1", path, actions: ["get"] },
    });
    const permissions = ["/aa*", "/a*", "/aa"].map((path) => ({ path, actions: ["get"] as const }));
    const security = { groups: [{ name: "g1", permissions }], users: [] };
    const plan = { ...planOf([grant("/b/**"), grant("/b/*")]), security };
    const left = withoutTriggers(plan, ["repeated-characters-in-permissions"]);

    expect(left.operations.map(({ action }) => action)).toEqual([HARMLESS, grant("/b/*")]);
    expect(left.security?.groups[0]?.permissions.map(({ path }) => path)).toEqual(["/a*", "/aa"]);
    expect(withoutTriggers(left, ["repeated-characters-in-permissions"])).toBe(left);
  });

  it("capitals in permissions, permissions on what is one path then are one", () => {
    const grant = (path: string): PlannedAction => ({
      kind: "administer",
      change: { kind: "grant", group: "g1", path, actions: ["get"] },
    });
    const permissions = [
      { path: "/A*", actions: ["get", "on"] as const },
      { path: "/a*", actions: ["get", "set"] as const },
    ];
    const security = { groups: [{ name: "g1", permissions }], users: [] };
    const plan = { ...planOf([grant("/B"), grant("/b")]), security };
    const left = withoutTriggers(plan, ["capitals-in-permissions"]);

    expect(left.operations.map(({ action }) => action)).toEqual([grant("/b"), grant("/b")]);
    expect(left.security?.groups[0]?.permissions).toEqual([
      { path: "/a*", actions: ["get", "on", "set"] },
    ]);
    expect(withoutTriggers(left, ["capitals-in-permissions"])).toBe(left);
  });

  it("permissions for some actions, there are those for all alone", () => {
    const granting = (...actions: readonly ("get" | "set" | "remove" | "on")[]): PlannedAction => ({
      kind: "administer",
      change: { kind: "grant", group: "g1", path: "/a", actions },
    });
    const permissions = [
      { path: "/a", actions: ["get"] as const },
      { path: "/b", actions: [] },
    ];
    const security = { groups: [{ name: "g1", permissions }], users: [] };
    const plan = { ...planOf([granting("on")]), security };
    const left = withoutTriggers(plan, ["partial-permissions"]);

    expect(left.operations[0]?.action).toEqual(granting("get", "set", "remove", "on"));
    expect(left.security?.groups[0]?.permissions).toEqual([
      { path: "/a", actions: ["get", "set", "remove", "on"] },
      { path: "/b", actions: [] },
    ]);
    expect(withoutTriggers(left, ["partial-permissions"])).toBe(left);
  });

  it("logins as another, clients log in as who they are", () => {
    const other: PlannedAction = { kind: "login", credentials: { tokenOf: "c2" } };

    expect(without("login-as-another", { kind: "login" }, other)).toEqual([
      { kind: "login" },
      HARMLESS,
    ]);
  });
});

describe("what is not changed while the server runs", () => {
  const unlink: PlannedAction = {
    kind: "administer",
    change: { kind: "unlink", user: "ann", group: "g1" },
  };
  const remove: PlannedAction = {
    kind: "administer",
    change: { kind: "remove-user", user: "ann" },
  };

  it.each([
    ["users-that-leave-groups", [HARMLESS, remove]],
    ["users-that-are-removed", [unlink, HARMLESS]],
  ] as const)("%s", (id, left) => {
    expect(without(id, unlink, remove)).toEqual(left);
  });
});

describe("triggers", () => {
  it("have ids that are taken once, and a sentence", () => {
    const ids = TRIGGERS.map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, sentence } of TRIGGERS) {
      expect(isTrigger(id)).toBe(true);
      expect(sentence).toMatch(/^[A-Z`].*\.$/);
    }
    expect(isTrigger("nothing")).toBe(false);
  });

  it("take out faults of the disk, and only those", () => {
    const fault = (id: string, what: Fault): PlannedFault => ({
      ...{ id, afterMs: 0, durationMs: 1 },
      fault: what,
    });
    const stop = fault("f1", { kind: "stop" });
    const full = fault("f2", { kind: "disk-full" });
    const failing = fault("f3", { kind: "disk-error", on: "sync" });
    const power = fault("f4", { kind: "kill", loses: "machine" });
    const plan = { ...planOf([get("/a")]), faults: [stop, full, failing, power] };
    const sound = { ...plan, faults: [stop] };

    expect(withoutTriggers(plan, ["disk-failures"]).faults).toEqual([stop, power]);
    expect(withoutTriggers(plan, ["power-losses"]).faults).toEqual([
      ...[stop, full, failing],
      fault("f4", { kind: "kill", loses: "process" }),
    ]);
    expect(withoutTriggers(sound, ["disk-failures", "power-losses"])).toBe(sound);
  });

  it("let requests to a server that stores in a file wait for one another", () => {
    const plan = planOf([get("/a"), raw("?"), get("/b")]);
    const onFile: Plan = {
      ...plan,
      server: { store: "file" },
      faults: [{ id: "f1", afterMs: 0, durationMs: 9, fault: { kind: "pause" } }],
    };

    expect(withoutTriggers(plan, ["pipelining-to-disk"])).toBe(plan);
    const waiting = withoutTriggers(onFile, ["pipelining-to-disk"]);
    expect(waiting.operations.map(({ awaited }) => awaited)).toEqual([true, true, true]);
    expect(waiting.operations[1]?.action).toEqual(HARMLESS);
    expect(waiting.faults).toEqual([]);
    expect(withoutTriggers(waiting, ["pipelining-to-disk"])).toBe(waiting);

    const [client] = onFile.clients;
    if (client === undefined) throw new Error("the plan has a client");
    const node = { name: "N", components: [] };
    const announcing: Plan = { ...onFile, clients: [{ ...client, node }] };
    expect(withoutTriggers(announcing, ["pipelining-to-disk"]).clients).toEqual([client]);
  });

  it("are each put to the test above", () => {
    const tested = new Set([
      ...CASES.map(([id]) => id),
      "racing-merges",
      "paths-of-other-case",
      "repeated-on",
      "off-of-older-subscriptions",
      "patterns-beside-exact-paths",
      "leaving-of-pattern-subscribers",
      "leaving",
      "disk-failures",
      "power-losses",
      "pipelining-to-disk",
      "repeated-characters-in-permissions",
      "capitals-in-permissions",
      "partial-permissions",
      "login-as-another",
      "users-that-leave-groups",
      "users-that-are-removed",
    ]);

    expect(TRIGGERS.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual([]);
  });

  it("are taken out together, whatever the order of their names", () => {
    const plan = planOf([set("/a.b", { $x: 1 }, { tag: "t" })]);

    expect(withoutTriggers(plan, ["tags", "odd-keys"])).toEqual(
      withoutTriggers(plan, ["odd-keys", "tags"]),
    );
  });
});
