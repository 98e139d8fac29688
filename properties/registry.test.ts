import { readdirSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import type { Recording } from "../src/history/index.js";
import { HistoryBuilder } from "./history-builder.js";
import type { Property } from "./property.js";
import { SecureHistory } from "./security-history.test-support.js";
import { judge, PROPERTIES, propertyOf } from "./registry.js";

describe("registry", () => {
  it("lists each property once, under its file's name", () => {
    const ids = PROPERTIES.map(({ id }) => id);
    const files = readdirSync(new URL(".", import.meta.url));

    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) {
      expect(files).toContain(`${id}.ts`);
      expect(files).toContain(`${id}.test.ts`);
    }
  });

  it.each(PROPERTIES.map((property) => [property.id, property] as const))(
    "%s states a promise and its clauses",
    (_, { promise, clauses }) => {
      expect(promise).toMatch(/^[A-Z].*\.$/);
      expect(clauses.length).toBeGreaterThan(0);
      for (const clause of clauses) expect(clause).toMatch(/^[A-Z]{3}-\d+$/);
    },
  );

  it.each(PROPERTIES.map((property) => [property.id, property] as const))(
    "%s finds nothing in an empty history",
    (_, property) => {
      const recording = new HistoryBuilder().quiet().recording();

      expect(property.check(recording, profileOf("1.x"))).toEqual({
        validity: "valid",
        exercised: 0,
      });
    },
  );

  it("finds a property by its id", () => {
    expect(propertyOf("answered-once")?.id).toBe("answered-once");
    expect(propertyOf("nonsense")).toBeNull();
  });

  it("calls a check that throws unknown, with the reason", () => {
    const failing = (thrown: unknown): Property => ({
      id: "failing",
      promise: "It fails.",
      clauses: [],
      severity: "must",
      check() {
        throw thrown;
      },
    });
    const recording = new HistoryBuilder().recording();
    const findings = judge(recording, profileOf("1.x"), [
      failing(new RangeError("too far")),
      failing("a text"),
    ]);

    expect(findings.map(({ finding }) => finding)).toEqual([
      { validity: "unknown", exercised: 0, reason: "the check failed: RangeError: too far" },
      { validity: "unknown", exercised: 0, reason: "the check failed: a text" },
    ]);
  });

  it("leaves out what servers of a profile do not promise", () => {
    const ids = (profile: "1.x" | "13.x") =>
      judge(new HistoryBuilder().recording(), profileOf(profile)).map(
        ({ property }) => property.id,
      );

    expect(ids("1.x")).not.toContain("pattern-set-refused");
    expect(ids("13.x")).toContain("pattern-set-refused");
  });

  it("judges by every property, in their order, but for those of secure mode and those of the rest", () => {
    const idsOf = (recording: Recording) =>
      judge(recording, profileOf("13.x")).map(({ property }) => property.id);
    const plain = idsOf(new HistoryBuilder().recording());
    const secure = idsOf(new SecureHistory().recording());
    const ofSecure = secure.filter((id) => !plain.includes(id));

    expect(PROPERTIES.map(({ id }) => id).filter((id) => !ofSecure.includes(id))).toEqual(plain);
    expect(ofSecure).toHaveLength(6);
    expect(plain.filter((id) => !secure.includes(id))).toEqual(["lockstep-prediction"]);
  });
});
