import { describe, expect, it } from "vitest";

import type { Plan, PlannedAction, PlannedOperation } from "../../plan/index.js";
import { referenceTarget } from "../../targets/reference/index.js";
import { observeCase } from "../simulate.js";
import { verdictOf } from "../verdict.js";
import { Courses } from "./course.js";
import { withRenamedDecisions } from "./decision.js";
import { relevancesOf } from "./relevance.js";
import { inOrderOfStart, slicesOf } from "./slice.js";
import { withOperations } from "./structure.js";
import { asItArrived, atTheirTimes } from "./timing.js";

const SLOW = { delayMsMin: 20, delayMsMax: 60, shape: "uniform" } as const;

function operation(
  id: string,
  client: string,
  action: PlannedAction,
  afterMs = 0,
  awaited = true,
): PlannedOperation {
  return { id, client, afterMs, awaited, action };
}

const connect: PlannedAction = { kind: "connect", handshake: "full" };
const set = (path: string): PlannedAction => ({ kind: "set", path, data: {}, options: {} });
const on = (path: string): PlannedAction => ({ kind: "on", channel: `/SET@${path}`, options: {} });
const remove = (path: string): PlannedAction => ({ kind: "remove", path, options: {} });

/** c1 hears what is removed at /a, though it subscribed to sets; all else has nothing to do with it. */
const PLAN: Plan = {
  format: 1,
  generator: 0,
  seed: "slice",
  mode: "concurrent",
  clients: ["c1", "c2", "c3"].map((name) => ({ name, link: { up: SLOW, down: SLOW } })),
  operations: [
    operation("o1", "c1", connect),
    operation("o2", "c1", on("/a")),
    operation("o3", "c1", on("/far")),
    operation("o4", "c2", connect),
    operation("o5", "c2", set("/a"), 1_000),
    operation("o6", "c2", set("/far"), 300, false),
    operation("o7", "c2", remove("/a"), 500),
    operation("o8", "c3", connect),
    operation("o9", "c3", set("/elsewhere"), 10),
    operation("o10", "c2", set("/elsewhere"), 5_000),
  ],
};

const TARGET = referenceTarget("1.x", { mutant: "set-hears-remove" });

async function observed(plan: Plan) {
  const { history, decisions } = await observeCase(plan, TARGET);
  const violation = verdictOf(history).violations.find(
    ({ property }) => property === "no-unwanted-publication",
  );
  return { courses: new Courses(plan, history), violation, decisions };
}

const arrivals = (courses: Courses, { operations }: Plan) =>
  operations.map((one) => courses.of(one).arriveAt);

describe("the relevance of operations", () => {
  it("is told by the evidence, the paths and the time", async () => {
    const { courses, violation } = await observed(PLAN);
    const relevances = relevancesOf(PLAN, courses, violation?.evidence ?? []);

    const withRelevance = (wanted: string) =>
      [...relevances].flatMap(([id, relevance]) => (relevance === wanted ? [id] : []));
    expect(withRelevance("named")).toEqual(["o1", "o2", "o4", "o7"]);
    expect(withRelevance("met")).toEqual(["o8", "o9"]);
    expect(withRelevance("own")).toEqual(["o5"]);
    expect(withRelevance("near")).toEqual([]);
    expect(withRelevance("before")).toEqual(["o3", "o6"]);
    expect(withRelevance("after")).toEqual(["o10"]);
  });

  it("is unknown where there is no history", () => {
    const relevances = relevancesOf(PLAN, new Courses(PLAN, null), []);

    expect(new Set(relevances.values())).toEqual(new Set(["before"]));
  });
});

describe("slices", () => {
  it("begin with what the evidence names, one at a time over plain links", async () => {
    const { courses, violation } = await observed(PLAN);
    const relevances = relevancesOf(PLAN, courses, violation?.evidence ?? []);
    const [first] = slicesOf(inOrderOfStart(PLAN, courses), relevances, courses);

    expect(first?.mode).toBe("lockstep");
    expect(first?.operations.map(({ id }) => id)).toEqual(["o1", "o4", "o2", "o7"]);
  });
});

describe("a part of a plan at its times", () => {
  it("starts what is left when it started", async () => {
    const { courses } = await observed(PLAN);
    const kept = new Set(["o1", "o2", "o4", "o6", "o7", "o8", "o9", "o10"]);
    const part = withOperations(
      PLAN,
      PLAN.operations.filter(({ id }) => kept.has(id)),
    );

    const shifted = atTheirTimes(part, PLAN, courses);

    const again = (await observed(shifted)).courses;
    for (const one of part.operations) {
      // Chance on the links goes on from where it is, so an answer that is waited for may take longer.
      const difference = (again.of(one).startAt ?? 0) - (courses.of(one).startAt ?? 0);
      expect(Math.abs(difference)).toBeLessThanOrEqual(80);
    }
  });

  it("starts in lockstep what is left when it started, where a fault may matter", async () => {
    const pause = { id: "f1", afterMs: 9_000, durationMs: 10, fault: { kind: "pause" } } as const;
    const calm: Plan = { ...PLAN, mode: "lockstep" };
    const whole: Plan = { ...calm, faults: [pause] };
    const { courses } = await observed(whole);
    const partOf = (plan: Plan) =>
      withOperations(
        plan,
        plan.operations.filter(({ id }) => id !== "o3" && id !== "o6"),
      );
    const part = partOf(whole);

    const shifted = atTheirTimes(part, whole, courses);

    const again = (await observed(shifted)).courses;
    const startsOf = (from: Courses) => part.operations.map((one) => from.of(one).startAt ?? 0);
    const starts = startsOf(courses);
    for (const [index, at] of startsOf(again).entries()) {
      // Chance on the links goes on from where it is.
      expect(Math.abs(at - (starts[index] ?? 0))).toBeLessThanOrEqual(80);
    }
    const [last, earlier] = [starts, startsOf((await observed(part)).courses)].map((all) =>
      all.at(-1),
    );
    expect(earlier).toBeLessThan((last ?? 0) - 500);
    const calmPart = partOf(calm);
    expect(atTheirTimes(calmPart, calm, courses)).toBe(calmPart);
  });

  it("keeps the moments of faults that count from what is gone", async () => {
    const faults = [
      { id: "f1", operation: "o7", afterMs: 40, durationMs: 10, fault: { kind: "pause" } },
    ] as const;
    const whole = { ...PLAN, faults };
    const { courses } = await observed(PLAN);
    const part = withOperations(
      whole,
      PLAN.operations.filter(({ id }) => id !== "o7"),
    );

    const [fault] = atTheirTimes(part, whole, courses).faults ?? [];

    const momentOf = (id: string, afterMs: number) => (courses.of({ id }).startAt ?? 0) + afterMs;
    expect(fault?.operation).toBe("o6");
    expect(momentOf("o6", fault?.afterMs ?? 0)).toBe(momentOf("o7", 40));
  });
});

describe("a plan as it arrived", () => {
  it("reaches the server at about the same times over plain links", async () => {
    const { courses } = await observed(PLAN);
    const plain = asItArrived(PLAN, courses);

    const again = arrivals((await observed(plain)).courses, PLAN);

    expect(plain.clients.every(({ link }) => link.up.delayMsMax === 1)).toBe(true);
    for (const [index, at] of arrivals(courses, PLAN).entries()) {
      // The reference server takes its time by chance.
      expect(Math.abs((again[index] ?? 0) - (at ?? 0))).toBeLessThanOrEqual(20);
    }
  });
});

describe("decisions of what is left", () => {
  it("name the same events", async () => {
    const at = (event: string) => ({ at: `${event}/early`, choice: 1 });
    const decisions = [
      at("c2#1/up/1"),
      at("c2#1/up/5"),
      at("c2#1/up/6"),
      at("c2#1/up/7"),
      at("pool/3"),
    ];
    const plan: Plan = { ...PLAN, schedule: { strategy: "fifo", decisions } };
    const { courses } = await observed(PLAN);

    // The opening and three requests of the handshake come before o5.
    const part = withOperations(
      plan,
      plan.operations.filter(({ id }) => id !== "o5"),
    );
    const { schedule } = withRenamedDecisions(part, courses);

    expect(schedule?.decisions).toEqual([
      at("c2#1/up/1"),
      at("c2#1/up/5"),
      at("c2#1/up/6"),
      at("pool/3"),
    ]);
  });

  it("count the connections that are left", async () => {
    const again = operation("o11", "c2", connect, 100);
    const plan: Plan = {
      ...PLAN,
      operations: [...PLAN.operations.slice(0, 7), again],
      schedule: { strategy: "fifo", decisions: [{ at: "c2#2/up/2/late", choice: 2 }] },
    };
    const { courses } = await observed(plan);
    const part = withOperations(
      plan,
      plan.operations.filter(({ id }) => id !== "o4"),
    );

    expect(withRenamedDecisions(part, courses).schedule?.decisions).toEqual([
      { at: "c2#1/up/2/late", choice: 2 },
    ]);
  });
});
