import { describe, expect, it } from "vitest";

import { Recording } from "../../history/index.js";
import type { Decision, Plan, PlannedAction, PlannedOperation } from "../../plan/index.js";
import { referenceTarget } from "../../targets/reference/index.js";
import { observeCase } from "../simulate.js";
import { Courses } from "./course.js";
import { asItMet } from "./meeting.js";
import { withRenamedDecisions } from "./decision.js";
import { withOperations } from "./structure.js";

const SLOW = { delayMsMin: 20, delayMsMax: 60, shape: "uniform" } as const;
const connect: PlannedAction = { kind: "connect", handshake: "full" };
const set: PlannedAction = { kind: "set", path: "/a", data: {}, options: {} };
const get: PlannedAction = { kind: "get", path: "/a", options: {} };

function operation(
  id: string,
  client: string,
  action: PlannedAction,
  afterMs = 0,
): PlannedOperation {
  return { id, client, afterMs, awaited: true, action };
}

/** While the server is busy with o3, o5 comes in; o6 comes much later. */
const BUSY: readonly Decision[] = [
  { at: "c1#1/up/2/busy", choice: 9 },
  { at: "c1#1/up/5/busy", choice: 400 },
];
const PLAN: Plan = {
  ...{ format: 1, generator: 0, seed: "meeting", mode: "concurrent" },
  clients: ["c1", "c2"].map((name) => ({ name, link: { up: SLOW, down: SLOW } })),
  operations: [
    operation("o1", "c1", connect),
    operation("o2", "c2", connect),
    operation("o3", "c1", set, 100),
    operation("o4", "c2", get),
    operation("o5", "c2", get, 100),
    operation("o6", "c1", get, 5_000),
  ],
  schedule: { strategy: "fifo", decisions: BUSY },
};

async function coursesOf(plan: Plan): Promise<Courses> {
  const { history } = await observeCase(plan, referenceTarget("1.x"));
  expect(new Recording(history).events.some(({ kind }) => kind === "quiet")).toBe(true);
  return new Courses(plan, history);
}

describe("a plan as it met", () => {
  it("brings in at one moment what was read once the server wasn't busy any more", async () => {
    const before = await coursesOf(PLAN);
    const readAt = before.of({ id: "o3" }).arriveAt ?? 0;
    expect(before.of({ id: "o5" }).arriveAt).toBe(readAt + 400);
    const part = withRenamedDecisions(
      withOperations(
        PLAN,
        PLAN.operations.filter(({ id }) => id !== "o4"),
      ),
      before,
    );

    const met = asItMet(part, PLAN, before);

    expect(met.schedule?.decisions).toEqual([{ at: "c2#1/up/5/early", choice: 1 }]);
    const after = await coursesOf(met);
    expect(after.of({ id: "o5" }).arriveAt).toBe(after.of({ id: "o3" }).arriveAt);
  });

  it("keeps nobody waiting for long", async () => {
    const before = await coursesOf(PLAN);

    const after = await coursesOf(asItMet(PLAN, PLAN, before));

    const between = (courses: Courses) =>
      (courses.of({ id: "o6" }).arriveAt ?? 0) - (courses.of({ id: "o5" }).arriveAt ?? 0);
    expect(between(before)).toBeGreaterThan(4_000);
    expect(between(after)).toBe(10);
  });

  it("is the same plan where one operation is under way at a time", async () => {
    const plan: Plan = { ...PLAN, mode: "lockstep" };

    expect(asItMet(plan, plan, await coursesOf(plan))).toBe(plan);
  });
});
