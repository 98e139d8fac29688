import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  FAULT_KINDS,
  formatPlan,
  parsePlan,
  PLAN_FORMAT,
  PLAN_LIMITS,
  type Fault,
  type FaultKind,
  type Plan,
  type PlannedFault,
  type PlannedSchedule,
} from "./index.js";

const LATENCY = { delayMsMin: 1, delayMsMax: 5, shape: "uniform" } as const;
const LINK = { up: LATENCY, down: LATENCY };

const PLAN: Plan = {
  format: PLAN_FORMAT,
  generator: 0,
  seed: "by hand",
  mode: "lockstep",
  clients: [
    { name: "c1", link: LINK },
    {
      name: "c2",
      link: LINK,
      node: {
        name: "TestNode",
        components: [
          {
            name: "componentName",
            version: "1.0.0",
            methods: [
              { name: "methodName", behaviour: "answer", emits: "event/name", delayMs: 3 },
              { name: "erroringMethodName", behaviour: "error", delayMs: 0 },
            ],
          },
        ],
      },
    },
  ],
  operations: [
    {
      id: "o1",
      client: "c1",
      afterMs: 0,
      awaited: true,
      action: { kind: "connect", handshake: "full" },
    },
    {
      id: "o2",
      client: "c1",
      afterMs: 10,
      awaited: false,
      action: { kind: "set", path: "/a", options: {} },
    },
  ],
};

const FAULTS: readonly PlannedFault[] = [
  {
    id: "f1",
    operation: "o2",
    afterMs: 3,
    durationMs: 500,
    fault: { kind: "stall", clients: ["c1"], direction: "up" },
  },
  { id: "f2", afterMs: 100, durationMs: 0, fault: { kind: "clock-jump", jumpMs: -5_000 } },
  {
    id: "f3",
    afterMs: 0,
    durationMs: 0,
    fault: { kind: "latency", clients: ["c2"], direction: "both", ...LATENCY },
  },
];

const FAULTY: Plan = { ...PLAN, server: { store: "file" }, liveness: true, faults: FAULTS };

const SCHEDULED: Plan = {
  ...PLAN,
  features: ["no remove"],
  schedule: {
    strategy: "random",
    percent: { early: 10, late: 0, cut: 100, busy: 1 },
    busyMsMax: 5,
    decisions: [
      { at: "c1#1/up/3/early", choice: 4 },
      { at: "timer/10/1/late", choice: 3 },
    ],
  },
};

/** The plan's text with the first of one piece replaced by another. */
function changed(piece: string, by: string, plan: Plan = PLAN): string {
  const text = formatPlan(plan);
  expect(text).toContain(piece);
  return text.replace(piece, () => by);
}

function messageOf(text: string): string {
  const parsed = parsePlan(text);
  return parsed.ok ? "no failure" : parsed.message;
}

const jsonValues = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as never);
const jsonObjects = fc
  .dictionary(fc.string(), jsonValues)
  .map((value) => JSON.parse(JSON.stringify(value)) as never);
const texts = fc.string({ maxLength: 20, unit: "binary" });
const names = fc.string({ minLength: 1, maxLength: 10 });

const actions = fc.oneof(
  fc.record({
    kind: fc.constant("connect" as const),
    handshake: fc.constantFrom("full", "login", "none"),
  }),
  fc.record({ kind: fc.constant("configure-session" as const), protocol: texts }),
  fc.record({
    kind: fc.constantFrom("describe", "login", "disconnect", "close", "cut"),
  }),
  fc.record(
    { kind: fc.constant("set" as const), path: texts, data: jsonValues, options: jsonObjects },
    { requiredKeys: ["kind", "path", "options"] },
  ),
  fc.record({ kind: fc.constantFrom("get", "remove"), path: texts, options: jsonObjects }),
  fc.record({ kind: fc.constantFrom("on", "off"), channel: texts, options: jsonObjects }),
  fc.record({
    kind: fc.constant("call" as const),
    node: names,
    component: names,
    method: names,
    args: fc.array(jsonValues),
  }),
  fc.record({
    kind: fc.constant("emit" as const),
    component: names,
    event: names,
    data: jsonValues,
  }),
  fc.record({ kind: fc.constant("raw" as const), frame: texts }),
);

const clients = fc.subarray(["c1", "c2"], { minLength: 1 });
const direction = fc.constantFrom("up" as const, "down" as const, "both" as const);
const waitMs = fc.nat(PLAN_LIMITS.waitMsMax);

/** Every fault of every kind, by its fields. */
const faultsOf: { readonly [Kind in FaultKind]: fc.Arbitrary<Extract<Fault, { kind: Kind }>> } = {
  latency: fc
    .tuple(clients, direction, waitMs, waitMs, fc.constantFrom("uniform", "tail"))
    .map(([of, way, one, other, shape]) => ({
      kind: "latency",
      clients: of,
      direction: way,
      delayMsMin: Math.min(one, other),
      delayMsMax: Math.max(one, other),
      shape,
    })),
  jitter: fc.record({
    kind: fc.constant("jitter"),
    clients,
    direction,
    jitterMsMax: fc.integer({ min: 1, max: 1_000 }),
  }),
  bandwidth: fc.record({
    kind: fc.constant("bandwidth"),
    clients,
    direction,
    bytesPerSecond: fc.integer({ min: 1 }),
  }),
  stall: fc.record({ kind: fc.constant("stall"), clients, direction }),
  partition: fc.record({
    kind: fc.constant("partition"),
    clients,
    ends: fc.constantFrom("release", "reset"),
  }),
  "slow-reader": fc.record({
    kind: fc.constant("slow-reader"),
    clients,
    bufferBytesMax: fc.nat(),
  }),
  slice: fc.record({
    kind: fc.constant("slice"),
    clients,
    bytesMax: fc.integer({ min: 1 }),
    gapMs: waitMs,
  }),
  merge: fc.record({ kind: fc.constant("merge"), clients, windowMs: waitMs }),
  cut: fc.record({
    kind: fc.constant("cut"),
    clients,
    how: fc.constantFrom("close", "reset", "half-close"),
  }),
  "reconnect-storm": fc.record({
    kind: fc.constant("reconnect-storm"),
    clients,
    everyMs: fc.integer({ min: 1, max: 1_000 }),
  }),
  relay: fc.record({
    kind: fc.constant("relay"),
    clients,
    holdMsMax: waitMs,
    repeatsOfTen: fc.nat(10),
  }),
  pause: fc.constant({ kind: "pause" }),
  "clock-jump": fc.record({
    kind: fc.constant("clock-jump"),
    jumpMs: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  }),
  "clock-skew": fc.record({
    kind: fc.constant("clock-skew"),
    perMillion: fc.integer({ min: -999_999, max: 1_000_000 }),
  }),
  stop: fc.constant({ kind: "stop" }),
  kill: fc.record({ kind: fc.constant("kill"), loses: fc.constantFrom("process", "machine") }),
  "disk-full": fc.constant({ kind: "disk-full" }),
  "disk-error": fc.record({
    kind: fc.constant("disk-error"),
    on: fc.constantFrom("read", "write", "sync"),
  }),
};

const faults = fc
  .array(
    fc.record(
      {
        operation: fc.constant("o1"),
        afterMs: waitMs,
        durationMs: waitMs,
        fault: fc.oneof(...FAULT_KINDS.map((kind): fc.Arbitrary<Fault> => faultsOf[kind])),
      },
      { requiredKeys: ["afterMs", "durationMs", "fault"] },
    ),
    { maxLength: 5 },
  )
  .map((drawn) => drawn.map((fault, index) => ({ id: `f${index + 1}`, ...fault })));

const percent = fc.nat(100);
const busyMsMax = fc.integer({ min: 1, max: 10_000 });
const decisions = fc
  .uniqueArray(fc.tuple(names, fc.constantFrom("early", "late", "cut", "busy")), {
    selector: (name) => name.join("/"),
    maxLength: 5,
  })
  .map((drawn) => drawn.map((name) => ({ at: name.join("/"), choice: 1 + (name.length % 3) })));

const schedules = fc.oneof(
  fc.record({ strategy: fc.constant("fifo"), decisions }, { requiredKeys: ["strategy"] }),
  fc.record({
    strategy: fc.constant("random"),
    percent: fc.record({ early: percent, late: percent, cut: percent, busy: percent }),
    busyMsMax,
  }),
  fc.record({
    strategy: fc.constant("pct"),
    changes: fc.integer({ min: 1, max: 9 }),
    occasions: fc.integer({ min: 1, max: 10_000_000 }),
    percent: fc.record({ cut: percent, busy: percent }),
    busyMsMax,
    decisions,
  }),
) as fc.Arbitrary<PlannedSchedule>;

const plans = fc
  .record({
    seed: names,
    mode: fc.constantFrom("lockstep" as const, "concurrent" as const),
    actions: fc.array(fc.tuple(fc.nat(1), fc.nat(1000), fc.boolean(), actions), { minLength: 1 }),
    more: fc.record(
      {
        faults,
        liveness: fc.constant(true as const),
        schedule: schedules,
        features: fc.array(names, { maxLength: 3 }),
        server: fc.record({ store: fc.constantFrom("memory" as const, "file" as const) }),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ seed, mode, actions: planned, more }) => ({
    ...PLAN,
    ...more,
    seed,
    mode,
    operations: planned.map(([client, afterMs, awaited, action], index) => ({
      id: `o${index + 1}`,
      client: `c${client + 1}`,
      afterMs,
      awaited,
      action,
    })),
  })) as fc.Arbitrary<Plan>;

describe("the plan codec", () => {
  it("reads what it wrote", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const parsed = parsePlan(formatPlan(plan));

        expect(parsed).toEqual({ ok: true, plan });
        expect(parsed.ok && formatPlan(parsed.plan)).toBe(formatPlan(plan));
      }),
    );
  });

  it("keeps whom a raw frame mentions, and refuses one that mentions nobody", () => {
    const rawOf = (mentions: string) =>
      changed(
        '{"kind":"set","path":"/a","options":{}}',
        `{"kind":"raw","frame":"$c2",${mentions}}`,
      );
    const parsed = parsePlan(rawOf('"mentions":["c2"]'));

    expect(parsed.ok && parsed.plan.operations[1]?.action).toEqual({
      kind: "raw",
      frame: "$c2",
      mentions: ["c2"],
    });
    expect(parsePlan(rawOf('"mentions":[]')).ok).toBe(false);
  });

  it("keeps keys that are prototype names", () => {
    const text = changed(
      '"path":"/a","options":{}',
      '"path":"/a","data":{"__proto__":{"a":1},"constructor":2,"1":3},' +
        '"options":{"meta":{"__proto__":null}}',
    );
    const parsed = parsePlan(text);

    expect(parsed.ok && JSON.stringify(parsed.plan.operations[1]?.action)).toBe(
      '{"kind":"set","path":"/a","data":{"1":3,"__proto__":{"a":1},"constructor":2},' +
        '"options":{"meta":{"__proto__":null}}}',
    );
  });

  it("writes a line for each client, operation, fault and decision", () => {
    const lines = formatPlan(PLAN).split("\n");

    expect(lines.filter((line) => line.startsWith('    {"'))).toHaveLength(4);
    expect(formatPlan({ ...PLAN, operations: [] })).toContain('"operations": []');
    const faulty = formatPlan(FAULTY).split("\n");
    expect(faulty.filter((line) => line.startsWith('    {"'))).toHaveLength(7);
    expect(faulty).toContain('  "server": {"store":"file"},');
    expect(faulty).toContain('  "liveness": true,');
    const scheduled = formatPlan(SCHEDULED).split("\n");
    expect(scheduled).toContain('      {"at":"timer/10/1/late","choice":3}');
    expect(scheduled).toContain('  "features": ["no remove"],');
  });

  it.each<[string, RegExp]>([
    ["", /^not JSON: /],
    [formatPlan(PLAN).slice(0, 200), /^not JSON: /],
    ["null", /expected object/],
    ["[]", /expected object/],
    [changed('"format": 1', '"format": 2'), /^format: this version reads plans of format 1, not 2/],
    [changed('"format": 1,', ""), /^format: /],
    [changed('"seed": "by hand",', ""), /^seed: .*expected string/],
    [changed('"by hand"', '""'), /^seed: /],
    [changed('"lockstep"', '"chaos"'), /^mode: /],
    [changed('"format": 1', '"format": 1, "extra": 1'), /extra/],
    [changed('"kind":"set"', '"kind":"jump"'), /^operations\[1\]\.action\.kind: /],
    [changed('"kind":"set"', '"kind":"on"'), /^operations\[1\]\.action\.channel: /],
    [changed('"path":"/a"', '"path":7'), /^operations\[1\]\.action\.path: .*expected string/],
    [
      changed('"options":{}', '"options":[]'),
      /^operations\[1\]\.action\.options: expected an object/,
    ],
    [
      changed('"set","path":"/a","options":{}', '"emit","component":"a","event":"b"'),
      /^operations\[1\]\.action\.data: /,
    ],
    [changed('"id":"o2"', '"id":"o1"'), /^operations\[1\]\.id: there is another operation "o1"$/],
    [
      changed('"client":"c1"', '"client":"c9"'),
      /^operations\[0\]\.client: the plan has no client "c9"$/,
    ],
    [changed('"afterMs":10', '"afterMs":0.5'), /^operations\[1\]\.afterMs: .*int/],
    [changed('"afterMs":10', '"afterMs":-1'), /^operations\[1\]\.afterMs: /],
    [changed('"name":"c2"', '"name":"observer"'), /^clients\[1\]\.name: "observer" is reserved$/],
    [changed('"name":"c2"', '"name":"c1"'), /^clients\[1\]\.name: there is another client "c1"$/],
    [
      changed('"down":{"delayMsMin":1', '"down":{"delayMsMin":6'),
      /^clients\[0\]\.link\.down: delayMsMin is greater than delayMsMax$/,
    ],
    [
      changed('"id":"f2"', '"id":"f1"', FAULTY),
      /^faults\[1\]\.id: there is another operation or fault "f1"$/,
    ],
    [changed('"id":"f2"', '"id":"o2"', FAULTY), /^faults\[1\]\.id: there is another operation/],
    [
      changed('"operation":"o2"', '"operation":"o9"', FAULTY),
      /^faults\[0\]\.operation: the plan has no operation "o9"$/,
    ],
    [
      changed('"clients":["c1"]', '"clients":["c9"]', FAULTY),
      /^faults\[0\]\.fault\.clients: the plan has no client "c9"$/,
    ],
    [changed('"clients":["c1"]', '"clients":[]', FAULTY), /^faults\[0\]\.fault\.clients: /],
    [changed('"kind":"stall"', '"kind":"flood"', FAULTY), /^faults\[0\]\.fault\.kind: /],
    [changed('"jumpMs":-5000', '"jumpMs":0.5', FAULTY), /^faults\[1\]\.fault\.jumpMs: /],
    [
      changed('"both","delayMsMin":1', '"both","delayMsMin":6', FAULTY),
      /^faults\[2\]\.fault: delayMsMin is greater than delayMsMax$/,
    ],
    [changed('"file"', '"cloud"', FAULTY), /^server\.store: /],
    [changed('"liveness": true', '"liveness": false', FAULTY), /^liveness: /],
    [changed('"random"', '"sly"', SCHEDULED), /^schedule\.strategy: /],
    [changed('"early":10', '"early":101', SCHEDULED), /^schedule\.percent\.early: /],
    [changed('"busyMsMax": 5', '"busyMsMax": 0', SCHEDULED), /^schedule\.busyMsMax: /],
    [changed('"choice":4', '"choice":0', SCHEDULED), /^schedule\.decisions\[0\]\.choice: /],
    [
      changed('"choice":4', '"choice":5', SCHEDULED),
      /^schedule\.decisions\[0\]\.choice: early is at most 4$/,
    ],
    [
      changed("timer/10/1/late", "c1#1/up/3/early", SCHEDULED),
      /^schedule\.decisions\[1\]\.at: there is another decision "c1#1\/up\/3\/early"$/,
    ],
    [
      changed("3/early", "3/soon", SCHEDULED),
      /^schedule\.decisions\[0\]\.at: .* asks nothing; it ends in one of early, late, cut, busy$/,
    ],
    [
      JSON.stringify({
        ...PLAN,
        operations: Array.from({ length: PLAN_LIMITS.operationsMax + 1 }, (_, index) => ({
          ...PLAN.operations[1],
          id: `o${index}`,
        })),
      }),
      /^operations: /,
    ],
  ])("says where a plan is wrong, and what is: case %#", (text, message) => {
    expect(messageOf(text)).toMatch(message);
    expect(messageOf(text)).not.toContain("\n");
  });

  it("answers whatever it is given", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parsePlan(text).ok).toBe(false);
      }),
    );
  });
});
