import { createHash } from "node:crypto";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  FAULT_KINDS,
  formatPlan,
  parsePlan,
  type Plan,
  type PlannedOperation,
} from "../plan/index.js";
import { isJsonObject, isPattern, parseChannel, type JsonObject } from "../protocol/index.js";
import { GENERATOR_VERSION, planBodies, planOf } from "./index.js";
import { LISTEN_OPTIONS, READ_OPTIONS, WRITE_OPTIONS } from "./request-options.js";

const PLANS = Array.from({ length: 300 }, (_, index) =>
  planOf(`test/${index}`, { profile: index % 3 === 0 ? "13.x" : "1.x" }),
);
const OPERATIONS = PLANS.flatMap(({ operations }) => operations);

/** How many of the operations are so. */
function countOf(isSo: (operation: PlannedOperation) => boolean): number {
  return OPERATIONS.filter(isSo).length;
}

function optionsOf({ action }: PlannedOperation): Readonly<Record<string, unknown>> {
  return "options" in action ? action.options : {};
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

describe("what goes wrong", () => {
  const faulty = Array.from({ length: 400 }, (_, index) =>
    planOf(`f/${index}`, { faults: "swarm" }),
  );

  it("leaves the operations of a seed as they are", () => {
    for (const { seed, operations, clients } of faulty.slice(0, 20)) {
      const plain = planOf(seed);
      expect({ operations, clients }).toEqual({
        operations: plain.operations,
        clients: plain.clients,
      });
    }
  });

  it("is of every kind, in about half of the plans", () => {
    const kinds = new Set(
      faulty.flatMap(({ faults = [] }) => faults.map(({ fault }) => fault.kind)),
    );
    const share = faulty.filter(({ faults }) => faults !== undefined).length / faulty.length;

    expect([...kinds].sort()).toEqual([...FAULT_KINDS].sort());
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
  });

  it("is of the kinds that are asked for, in every plan", () => {
    for (let index = 0; index < 20; index += 1) {
      const { faults = [] } = planOf(`k/${index}`, { faults: ["stop", "stall"] });
      expect(faults.length).toBeGreaterThan(0);
      for (const { fault } of faults) expect(["stop", "stall"]).toContain(fault.kind);
    }
  });

  it("can be read again", () => {
    for (const plan of faulty) expect(parsePlan(formatPlan(plan))).toMatchObject({ ok: true });
  });
});

describe("the workload", () => {
  it("makes the plans it always made", () => {
    const texts = [
      planOf("7/0"),
      planOf("7/1"),
      planOf("7/2", { profile: "13.x" }),
      planOf("7/3", { mode: "lockstep" }),
      planOf("x", { mode: "concurrent", profile: "13.x" }),
      ...PLANS.slice(0, 50),
      ...PLANS.slice(0, 20).map(({ seed }) => planOf(seed, { faults: "swarm" })),
      planOf("7/0", { faults: FAULT_KINDS }),
    ].map(formatPlan);

    // Tokens rest on it: where plans are to change, GENERATOR_VERSION changes with them.
    expect({ version: GENERATOR_VERSION, hash: sha256(texts.join("")) }).toEqual({
      version: 3,
      hash: "91465633d2226859338f389a11263755f79577d426c712618eb27a66a425baec",
    });
  });

  it("makes a plan by its seed alone, whatever was made before", () => {
    const alone = formatPlan(planOf("again"));
    for (let index = 0; index < 20; index += 1) planOf(`other/${index}`, { mode: "lockstep" });
    fc.configureGlobal({ baseSize: "xlarge", seed: 1, unbiased: false });
    const configured = formatPlan(planOf("again"));
    fc.resetConfigureGlobal();

    expect(configured).toBe(alone);
    expect(formatPlan(planOf("again"))).toBe(alone);
    expect(new Set(PLANS.map(formatPlan)).size).toBe(PLANS.length);
  });

  it("has no character where it is told to: every kind in every plan that is long enough", () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const { features = [], operations } = planOf(`fixed/${seed}`, { isSwarm: false });
      const options = features.filter((feature) => feature.startsWith("option "));
      expect(features.filter((feature) => /^(much|crowded|joins late)/.test(feature))).toEqual([]);
      expect(options).toEqual(
        (planOf("fixed/0", { isSwarm: false }).features ?? []).filter((feature) =>
          feature.startsWith("option "),
        ),
      );
      if (operations.length < 200) continue;
      const kinds = new Set(operations.map(({ action }) => action.kind));
      expect(
        ["set", "get", "remove", "on", "off"].filter((kind) => !kinds.has(kind as never)),
      ).toEqual([]);
    }
  });

  it("makes plans that read back as they are", () => {
    for (const plan of PLANS) expect(parsePlan(formatPlan(plan))).toEqual({ ok: true, plan });
  });

  it("makes valid plans for whatever fast-check draws, its edges included", () => {
    fc.assert(
      fc.property(planBodies({}), (body) => {
        const plan: Plan = { format: 1, generator: 1, seed: "any", ...body };
        expect(parsePlan(formatPlan(plan))).toMatchObject({ ok: true });
      }),
      { numRuns: 50 },
    );
  });

  it("keeps to the mode asked for, and draws both otherwise", () => {
    expect(planOf("m", { mode: "lockstep" }).mode).toBe("lockstep");
    expect(planOf("m", { mode: "concurrent" }).mode).toBe("concurrent");
    const lockstepCount = PLANS.filter(({ mode }) => mode === "lockstep").length;
    expect(lockstepCount).toBeGreaterThan(75);
    expect(lockstepCount).toBeLessThan(180);
  });

  it("has 1 to 6 clients, and 10 to 600 operations of which small, medium and large plans are alike in number", () => {
    const clientCounts = new Set(PLANS.map(({ clients }) => clients.length));
    expect([...clientCounts].sort((left, right) => left - right)).toEqual([1, 2, 3, 4, 5, 6]);
    const sizes = PLANS.map(({ operations }) => operations.length);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(600);
    const concurrent = PLANS.filter(({ mode }) => mode === "concurrent");
    const shareOf = (isSo: (size: number) => boolean) =>
      concurrent.filter(({ operations }) => isSo(operations.length)).length / concurrent.length;
    for (const share of [shareOf((size) => size <= 60), shareOf((size) => size > 200)]) {
      expect(share).toBeGreaterThan(0.2);
      expect(share).toBeLessThan(0.45);
    }
    const lockstep = PLANS.filter(({ mode }) => mode === "lockstep");
    expect(Math.max(...lockstep.map(({ operations }) => operations.length))).toBeLessThanOrEqual(
      200,
    );
  });

  it("lets every client connect before anything else", () => {
    for (const { clients, operations } of PLANS) {
      for (const { name } of clients) {
        const first = operations.find(({ client }) => client === name);
        if (first !== undefined) expect(first.action.kind).toBe("connect");
      }
    }
  });

  it("gives nodes distinct names, and lets nobody else emit", () => {
    for (const { clients, operations } of PLANS) {
      const names = clients.flatMap(({ node }) => (node === undefined ? [] : [node.name]));
      expect(new Set(names).size).toBe(names.length);
      const nodeClients = new Set(clients.filter(({ node }) => node).map(({ name }) => name));
      for (const { action, client } of operations) {
        if (action.kind === "emit") expect(nodeClients).toContain(client);
      }
    }
  });

  it.each([
    "connect",
    "configure-session",
    "describe",
    "login",
    "set",
    "get",
    "remove",
    "on",
    "off",
    "disconnect",
    "close",
    "cut",
    "call",
    "emit",
    "raw",
  ] as const)("plans %s, and plans without more of it", (kind) => {
    const isFree = ({ operations, clients }: Plan) =>
      operations.filter(({ action }) => action.kind === kind).length <=
      (kind === "connect" ? clients.length : 0);

    expect(countOf(({ action }) => action.kind === kind)).toBeGreaterThan(50);
    // A `set` is what everything else needs: it is seldom off.
    expect(PLANS.filter(isFree).length).toBeGreaterThan(kind === "set" ? 0 : 10);
  });

  it("sends malformed frames in a third of the plans, and much else in those", () => {
    const plans = PLANS.filter(({ operations }) =>
      operations.some(({ action }) => action.kind === "raw"),
    );
    expect(plans.length).toBeGreaterThan(70);
    expect(plans.length).toBeLessThan(140);
    const all = plans.flatMap(({ operations }) => operations);
    const raw = all.filter(({ action }) => action.kind === "raw");
    expect(raw.length / all.length).toBeLessThan(0.1);
  });

  it.each(WRITE_OPTIONS)("uses the option %s in writes, and plans without it", (option) => {
    const uses = (operation: PlannedOperation) =>
      operation.action.kind === "set" && Object.hasOwn(optionsOf(operation), option);

    expect(countOf(uses)).toBeGreaterThan(50);
    expect(PLANS.filter(({ operations }) => !operations.some(uses)).length).toBeGreaterThan(50);
  });

  it.each(READ_OPTIONS)("uses the option %s in reads, and plans without any", (option) => {
    const optionsOfRead = ({ action }: PlannedOperation) => {
      const outer: JsonObject = action.kind === "get" ? action.options : {};
      const inner = outer["options"];
      return { ...outer, ...(isJsonObject(inner) ? inner : {}) };
    };

    expect(countOf((each) => Object.hasOwn(optionsOfRead(each), option))).toBeGreaterThan(50);
    const plain = PLANS.filter(
      ({ operations }) => !operations.some((each) => Object.keys(optionsOfRead(each)).length > 0),
    );
    expect(plain.length).toBeGreaterThan(100);
  });

  it("tags what is there mostly, and now and then with new data", () => {
    const tags = OPERATIONS.flatMap(({ action }) =>
      action.kind === "set" && Object.hasOwn(action.options, "tag") ? [action.data] : [],
    );
    const bare = tags.filter((data) => data === null).length;
    expect(bare / tags.length).toBeGreaterThan(0.6);
    expect(bare).toBeLessThan(tags.length);
  });

  it("lets those who must acknowledge leave, in some plans", () => {
    const plans = PLANS.filter(({ operations }) => {
      const asked = operations.flatMap((each) => optionsOf(each)["consistency"] ?? []);
      const leavers = operations.filter(({ action }) => /^(cut|close|disc)/.test(action.kind));
      return asked.length > 4 && asked.every((one) => one === 3) && leavers.length > 4;
    });
    expect(plans.length).toBeGreaterThan(5);
  });

  it.each(LISTEN_OPTIONS)("uses the option %s in subscriptions", (option) => {
    expect(
      countOf(
        (operation) =>
          operation.action.kind === "on" && Object.hasOwn(optionsOf(operation), option),
      ),
    ).toBeGreaterThan(50);
  });

  it("uses every consistency, and every kind of target", () => {
    const consistencies = new Set(OPERATIONS.map((each) => optionsOf(each)["consistency"]));
    for (const consistency of [0, 1, 2, 3]) expect(consistencies).toContain(consistency);
    const targets = OPERATIONS.map((each) => optionsOf(each)["targetClients"]);
    expect(targets).toContainEqual([]);
    expect(targets).toContainEqual(["c1"]);
    expect(targets).toContainEqual(["nobody"]);
  });

  it("writes every shape of data, and mostly such as no other write has", () => {
    const writes = OPERATIONS.flatMap(({ action }) => (action.kind === "set" ? [action] : []));
    const shapes = new Set(
      writes.map(({ data }) =>
        data === undefined
          ? "absent"
          : data === null
            ? "null"
            : Array.isArray(data)
              ? "array"
              : typeof data,
      ),
    );
    expect([...shapes].sort()).toEqual([
      "absent",
      "array",
      "boolean",
      "null",
      "number",
      "object",
      "string",
    ]);
    for (const key of ["_meta", "__proto__", "constructor", "a.b", "$set", "_id", ""]) {
      expect(writes.some(({ data }) => isJsonObject(data) && Object.hasOwn(data, key))).toBe(true);
    }
    const first = PLANS[0] as Plan;
    const texts = first.operations.flatMap(({ action }) =>
      action.kind === "set" ? [JSON.stringify(action.data)] : [],
    );
    expect(new Set(texts).size).toBeGreaterThan(texts.length * 0.7);
  });

  it("subscribes to exact paths, patterns and everything, by every action", () => {
    const channels = OPERATIONS.flatMap(({ action }) =>
      action.kind === "on" ? [parseChannel(action.channel)] : [],
    );
    expect(channels).not.toContain(null);
    const kinds = new Set(
      channels.map((channel) => {
        const path = channel?.path ?? "";
        return `${channel?.action} ${path === "*" ? "all" : isPattern(path) ? "pattern" : "exact"}`;
      }),
    );
    expect(kinds.size).toBe(9);
  });

  it("subscribes again to what a client hears already, and reconnects in between", () => {
    let repeated = 0;
    let reconnects = 0;
    for (const { operations } of PLANS) {
      const heard = new Set<string>();
      const joined = new Set<string>();
      for (const { client, action } of operations) {
        if (action.kind === "connect" && joined.has(client)) reconnects += 1;
        if (action.kind === "connect") joined.add(client);
        if (action.kind !== "on") continue;
        const key = `${client} ${action.channel}`;
        if (heard.has(key)) repeated += 1;
        heard.add(key);
      }
    }
    expect(repeated).toBeGreaterThan(500);
    expect(reconnects).toBeGreaterThan(500);
  });

  it("shakes hands in full mostly, and asks for odd protocols in some plans only", () => {
    const handshakes = OPERATIONS.flatMap(({ action }) =>
      action.kind === "connect" ? [action.handshake] : [],
    );
    const shareOf = (kind: string) =>
      handshakes.filter((handshake) => handshake === kind).length / handshakes.length;
    expect(shareOf("full")).toBeGreaterThan(0.75);
    expect(shareOf("login")).toBeGreaterThan(0.03);
    expect(shareOf("none")).toBeGreaterThan(0.03);

    const odd = PLANS.filter(({ operations }) =>
      operations.some(
        ({ action }) => action.kind === "configure-session" && action.protocol !== "happn_1.3.0",
      ),
    );
    expect(odd.length).toBeGreaterThan(15);
    expect(odd.length).toBeLessThan(60);
  });

  it("ends subscriptions of its own, of nobody's, and all at once", () => {
    let own = 0;
    let foreign = 0;
    let all = 0;
    for (const { operations } of PLANS) {
      const heard = new Set<string>();
      for (const { client, action } of operations) {
        if (action.kind === "on") heard.add(`${client} ${action.channel}`);
        if (action.kind !== "off") continue;
        if (action.channel === "*") all += 1;
        else if (heard.has(`${client} ${action.channel}`)) own += 1;
        else foreign += 1;
      }
    }
    expect(own).toBeGreaterThan(500);
    expect(foreign).toBeGreaterThan(100);
    expect(all).toBeGreaterThan(30);
  });

  it("reads and removes patterns as well as paths", () => {
    for (const kind of ["get", "remove"] as const) {
      const paths = OPERATIONS.flatMap(({ action }) => (action.kind === kind ? [action.path] : []));
      expect(paths.filter(isPattern).length).toBeGreaterThan(200);
      expect(paths.filter((path) => !isPattern(path)).length).toBeGreaterThan(200);
    }
  });

  it("lets clients meet on the same few paths", () => {
    const shares = PLANS.map(({ operations }) => {
      const paths = operations.flatMap(({ action }) => (action.kind === "set" ? action.path : []));
      return { writes: paths.length, paths: new Set(paths).size };
    }).filter(({ writes }) => writes >= 30);

    for (const { paths } of shares) expect(paths).toBeLessThan(25);
  });

  it("has paths of several depths and forms, odd characters included", () => {
    const paths = OPERATIONS.flatMap(({ action }) => (action.kind === "set" ? [action.path] : []));
    const has = (isSo: (path: string) => boolean) => paths.some(isSo);

    expect(has((path) => path.split("/").length === 2)).toBe(true);
    expect(has((path) => path.split("/").length >= 7)).toBe(true);
    expect(has((path) => !path.startsWith("/"))).toBe(true);
    expect(has((path) => path.endsWith("/"))).toBe(true);
    expect(has((path) => /[.+($[]/.test(path))).toBe(true);
    expect(has((path) => path.includes(" "))).toBe(true);
    expect(has((path) => /[^ -~]/.test(path))).toBe(true);
    expect(has((path) => path.startsWith("/_events/TestNode/componentName/"))).toBe(true);
  });

  it("keeps mostly to the characters that profile 13.x allows, where that is the profile", () => {
    const plans = PLANS.filter((_, index) => index % 3 === 0);
    const foreign = plans.filter(({ operations }) =>
      operations.some(
        ({ action }) => action.kind === "set" && /[^a-zA-Z0-9/(){}+=&:%@._*\s-]/.test(action.path),
      ),
    );
    expect(foreign.length).toBeLessThan(plans.length / 10);
  });

  it("pipelines and awaits, and awaits everything in lockstep", () => {
    for (const { mode, operations } of PLANS) {
      if (mode === "lockstep") expect(operations.every(({ awaited }) => awaited)).toBe(true);
    }
    const concurrent = PLANS.filter(({ mode }) => mode === "concurrent").flatMap(
      ({ operations }) => operations,
    );
    const pipelined = concurrent.filter(({ awaited }) => !awaited).length;
    expect(pipelined / concurrent.length).toBeGreaterThan(0.2);
    expect(pipelined / concurrent.length).toBeLessThan(0.6);
  });

  it("draws fast, slow and jittery links", () => {
    const links = PLANS.flatMap(({ clients }) => clients.map(({ link }) => link.up));
    expect(links.some(({ delayMsMax }) => delayMsMax === 0)).toBe(true);
    expect(links.some(({ delayMsMin }) => delayMsMin >= 100)).toBe(true);
    expect(links.some(({ shape }) => shape === "tail")).toBe(true);
    expect(
      PLANS.some(({ clients }) => new Set(clients.map(({ link }) => link.up.delayMsMax)).size > 1),
    ).toBe(true);
  });
});
