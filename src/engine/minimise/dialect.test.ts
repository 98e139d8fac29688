import { describe, expect, it } from "vitest";

import type { Plan, PlannedAction } from "../../plan/index.js";
import { FEWER_DIALECTS } from "./dialect.js";
import { planWith } from "./planted.test-support.js";

const ENDED: PlannedAction = { kind: "off", channel: "/SET@/a", options: {}, listener: "o1" };

/** c1 and c2 speak happn_4 and end a listener each; c3 speaks the first dialect. */
const PLAN: Plan = {
  ...planWith(0),
  clients: planWith(0).clients.map((client) =>
    client.name === "c3" ? client : { ...client, dialect: "happn_4" },
  ),
  operations: ["c1", "c2"].map((client, index) => ({
    ...{ id: `o${index + 2}`, client, afterMs: 0, awaited: true, action: ENDED },
  })),
};

const spokenIn = ({ clients }: Plan) => clients.map(({ dialect }) => dialect ?? "first");
const namedIn = ({ operations }: Plan) => operations.map(({ action }) => "listener" in action);

describe("fewer dialects", () => {
  const steps = [...FEWER_DIALECTS.steps(PLAN)];

  it("are none, then one less each", () => {
    expect(steps.map(spokenIn)).toEqual([
      ["first", "first", "first"],
      ["first", "happn_4", "first"],
      ["happn_4", "first", "first"],
    ]);
  });

  it("leave no names of listeners to who speaks the first", () => {
    expect(steps.map(namedIn)).toEqual([
      [false, false],
      [false, true],
      [true, false],
    ]);
  });

  it("are not asked of who speaks the first already", () => {
    expect(steps.every(({ clients }) => clients[2] === PLAN.clients[2])).toBe(true);
    expect([...FEWER_DIALECTS.steps(planWith(3))]).toEqual([]);
  });
});
