import { describe, expect, it } from "vitest";

import { formatPlan, parsePlan, type Plan, type PlannedAction } from "../plan/index.js";
import { DIALECT_IDS, FIRST_DIALECT, LATER_DIALECTS } from "../protocol/index.js";
import { planOf } from "./generator.js";

const SEEDS = Array.from({ length: 40 }, (_, index) => `dialect/${index}`);
const OPTIONS = { profile: "13.x", faults: "swarm" } as const;
const plans = SEEDS.map((seed) => planOf(seed, { ...OPTIONS, dialect: "happn_4" }));
const actions = plans.flatMap(({ operations }) => operations.map(({ action }) => action));

const of = <Kind extends PlannedAction["kind"]>(kind: Kind) =>
  actions.filter(
    (action): action is Extract<PlannedAction, { kind: Kind }> => action.kind === kind,
  );

describe("plans in a later dialect", () => {
  it("are the same for the same seed, and can be read back", () => {
    for (const [index, plan] of plans.entries()) {
      const seed = SEEDS[index] as string;
      expect(planOf(seed, { ...OPTIONS, dialect: "happn_4" })).toEqual(plan);
      expect(parsePlan(formatPlan(plan))).toEqual({ ok: true, plan });
    }
  });

  it("have clients who ask for it, and are plans as they are drawn anyway for the rest", () => {
    for (const [index, plan] of plans.entries()) {
      const plain = planOf(SEEDS[index] as string, OPTIONS);
      const kinds = ({ operations }: typeof plan) =>
        operations.map(({ client, action }) => {
          // Some ask for a number instead of what is there.
          return `${client} ${action.kind === "count" ? "get" : action.kind}`;
        });

      expect(new Set(plan.clients.map(({ dialect }) => dialect))).toEqual(new Set(["happn_4"]));
      expect(kinds(plan)).toEqual(kinds(plain));
      expect(plan.faults).toEqual(plain.faults);
      expect(plan.features?.at(-1)).toBe("dialect happn_4");
    }
  });

  it("name the dialect in each configure-session but those of no protocol", () => {
    for (const dialect of LATER_DIALECTS) {
      const asked = SEEDS.flatMap((seed) => planOf(seed, { ...OPTIONS, dialect }).operations)
        .map(({ action }) => action)
        .filter((action) => action.kind === "configure-session")
        .map(({ protocol }) => protocol);

      expect(asked).toContain(dialect);
      expect(asked).not.toContain("happn_1.3.0");
      expect(asked).toContain("nonsense");
    }
  });

  it("count nothing, and say how deep a pattern reaches", () => {
    for (const { options } of [...of("on"), ...of("off")]) {
      expect(Object.keys(options)).not.toContain("refCount");
      expect(Object.keys(options)).not.toContain("listenerId");
    }
    const deep = of("on").filter(({ channel }) => channel.endsWith("/**"));
    expect(deep.length).toBeGreaterThan(0);
    expect(deep.every(({ options }) => "depth" in options)).toBe(true);
  });

  it("listen to one channel more than once, and end listeners in every way", () => {
    const offs = of("off");
    const waysOf = ({ channel, listener, options }: (typeof offs)[number]) =>
      listener !== undefined
        ? "by name"
        : channel === "*"
          ? "everything"
          : JSON.stringify(options["referenceId"] ?? "none");

    expect(new Set(offs.map(waysOf))).toEqual(
      new Set(["by name", "everything", '"none"', "0", '"no-listener"']),
    );
    const ids = new Map(
      plans.flatMap((plan, index) =>
        plan.operations.map(({ id, action }) => [`${index} ${id}`, action] as const),
      ),
    );
    for (const [index, { operations }] of plans.entries()) {
      for (const { action } of operations) {
        if (action.kind !== "off" || action.listener === undefined) continue;
        expect(ids.get(`${index} ${action.listener}`)?.kind).toBe("on");
      }
    }
  });

  it("count gauges and items from happn_3 on", () => {
    const numbers = (dialect: (typeof LATER_DIALECTS)[number]) => {
      const all = SEEDS.flatMap((seed) => planOf(seed, { ...OPTIONS, dialect }).operations);
      return new Set(
        all.flatMap(({ action }) => {
          if (action.kind === "count") return ["count"];
          return action.kind === "set" && "increment" in action.options ? ["increment"] : [];
        }),
      );
    };

    expect(numbers("happn_2")).toEqual(new Set());
    for (const dialect of ["happn_3", "happn_4"] as const) {
      expect(numbers(dialect)).toEqual(new Set(["count", "increment"]));
    }
    const gauges = of("set").filter(({ options }) => "increment" in options);
    expect(new Set(gauges.map(({ data }) => data))).toEqual(new Set(["counter", "hits"]));
    expect(gauges.some(({ options }) => "merge" in options || "noStore" in options)).toBe(false);
  });

  it("want no data of some sets, in some plans", () => {
    const bare = plans.map(
      ({ operations }) =>
        operations.filter(
          ({ action }) => action.kind === "set" && action.options["noDataResponse"] === true,
        ).length,
    );

    expect(bare.some((count) => count === 0)).toBe(true);
    expect(bare.some((count) => count > 3)).toBe(true);
  });
});

describe("plans of mixed dialects", () => {
  const isDialect = (name: string) => DIALECT_IDS.some((id) => id === name);
  const mixed = SEEDS.map((seed) => planOf(seed, { ...OPTIONS, dialect: "mixed" }));
  const spokenIn = ({ clients }: Plan) => clients.map(({ dialect }) => dialect ?? FIRST_DIALECT);

  it("have clients of every dialect that the profile has, and of no other", () => {
    const earlier = SEEDS.map((seed) =>
      planOf(seed, { ...OPTIONS, profile: "5.x", dialect: "mixed" }),
    );

    expect(new Set(mixed.flatMap(spokenIn))).toEqual(new Set(DIALECT_IDS));
    expect(new Set(earlier.flatMap(spokenIn))).toEqual(new Set(["happn_1.3.0", "happn_2"]));
    expect(mixed.some((plan) => new Set(spokenIn(plan)).size > 2)).toBe(true);
  });

  it("are the same for the same seed, can be read back, and say that they are mixed", () => {
    for (const [index, plan] of mixed.entries()) {
      expect(planOf(SEEDS[index] as string, { ...OPTIONS, dialect: "mixed" })).toEqual(plan);
      expect(parsePlan(formatPlan(plan))).toEqual({ ok: true, plan });
      expect(plan.features?.at(-1)).toBe("dialect mixed");
    }
  });

  it("let each client say things as its own dialect does", () => {
    for (const plan of mixed) {
      const speaks = new Map(plan.clients.map(({ name }, index) => [name, spokenIn(plan)[index]]));
      const plain = planOf(plan.seed, OPTIONS);
      for (const [index, { client, action }] of plan.operations.entries()) {
        const dialect = speaks.get(client);
        if (dialect === FIRST_DIALECT) expect(action).toEqual(plain.operations[index]?.action);
        if (action.kind === "count") expect(["happn_3", "happn_4"]).toContain(dialect);
        if (action.kind === "configure-session" && isDialect(action.protocol)) {
          expect(action.protocol).toBe(dialect);
        }
      }
    }
  });
});
