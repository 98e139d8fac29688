import { describe, expect, it } from "vitest";

import { formatPlan, parsePlan, type Plan } from "../plan/index.js";
import { planOf } from "./generator.js";

const SEEDS = Array.from({ length: 60 }, (_, index) => `secure/${index}`);
const plans = SEEDS.map((seed) => planOf(seed, { isSecure: true, faults: "swarm" }));
const actions = plans.flatMap(({ operations }) => operations.map(({ action }) => action));

/** What a plan is without what was laid over it. */
function underneath({ operations }: Plan): readonly string[] {
  return operations.flatMap(({ client, action }) => {
    const isAdded =
      action.kind === "administer" ||
      action.kind === "revoke-session" ||
      (action.kind === "login" && action.credentials !== undefined);
    return isAdded ? [] : [`${client} ${action.kind}`];
  });
}

describe("plans in secure mode", () => {
  it("are the same for the same seed, and can be read back", () => {
    for (const [index, plan] of plans.entries()) {
      expect(planOf(SEEDS[index] as string, { isSecure: true, faults: "swarm" })).toEqual(plan);
      expect(parsePlan(formatPlan(plan))).toEqual({ ok: true, plan });
    }
  });

  it("say who may do what, and are plans as they are drawn anyway for the rest", () => {
    for (const plan of plans) {
      expect(plan.security?.users.map(({ name }) => name)).toEqual(["ann", "bob", "cid"]);
      expect(plan.operations.length).toBeGreaterThanOrEqual(underneath(plan).length);
      expect(underneath(plan).length).toBeGreaterThan(0);
    }
  });

  it("never end the server's process, nor ask for a disk", () => {
    const kinds = plans.flatMap(({ faults = [] }) => faults.map(({ fault }) => fault.kind));

    expect(kinds.length).toBeGreaterThan(0);
    expect(kinds).not.toContain("stop");
    expect(kinds).not.toContain("kill");
    expect(plans.filter(({ server }) => server !== undefined)).toEqual([]);
  });

  it("have every sort of login, and every sort of change", () => {
    const changes = actions.flatMap((action) =>
      action.kind === "administer" ? [action.change.kind] : [],
    );
    const logins = actions.flatMap((action) =>
      action.kind === "login" && action.credentials !== undefined
        ? Object.keys(action.credentials)
        : [],
    );

    expect(new Set(changes)).toEqual(
      new Set([
        ...["grant", "withdraw", "link", "unlink"],
        ...["set-password", "remove-user", "revoke-session"],
      ]),
    );
    expect(new Set(logins)).toEqual(new Set(["user", "password", "tokenOf", "token"]));
    expect(actions.some(({ kind }) => kind === "revoke-session")).toBe(true);
  });

  it("leave plans without it as they were", () => {
    const plain = SEEDS.slice(0, 10).map((seed) => planOf(seed, { faults: "swarm" }));

    expect(plain).toEqual(
      SEEDS.slice(0, 10).map((seed) => planOf(seed, { faults: "swarm", isSecure: false })),
    );
    expect(plain.every(({ security }) => security === undefined)).toBe(true);
  });
});
