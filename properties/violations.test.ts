import { describe, expect, it } from "vitest";

import { Violations } from "./violations.js";

const violation = (
  message: string,
  shape: readonly string[],
  evidence: readonly number[] = [],
) => ({
  clause: "SUB-2",
  message,
  expected: "Silence.",
  shape,
  evidence,
});

describe("violations", () => {
  it("is valid without any", () => {
    const violations = new Violations();
    violations.exercised = 3;

    expect(violations.finding()).toEqual({ validity: "valid", exercised: 3 });
  });

  it("keeps the first of each shape, and counts the others", () => {
    const violations = new Violations();
    violations.add(violation("first", ["a"], [5, 2, 5]));
    violations.add(violation("second", ["a"]));
    violations.add(violation("third", ["b"]));

    expect(violations.finding()).toEqual({
      validity: "invalid",
      exercised: 0,
      violations: [
        violation("first (and 1 more like it)", ["a"], [2, 5]),
        violation("third", ["b"]),
      ],
    });
  });
});
