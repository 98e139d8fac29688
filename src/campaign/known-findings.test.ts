import { describe, expect, it } from "vitest";

import type { Example, KnownGroup } from "./findings.js";
import { KnownFindings } from "./known-findings.js";

function example(caseIndex: number, operations: number, fingerprint: string): Example {
  return {
    caseIndex,
    planSeed: `s/${caseIndex}`,
    operations,
    hash: "h",
    violation: {
      property: "p",
      severity: "must",
      clause: "PUB-1",
      fingerprint,
      message: "m",
      expected: "e",
      shape: [],
      evidence: [],
    },
  };
}

function group(fingerprint: string, cases: readonly number[], operations: number): KnownGroup {
  const [first = 0] = cases;
  return {
    fingerprint,
    cases: new Set(cases),
    example: example(first, operations, fingerprint),
    suspects: [],
  };
}

const listOf = (...added: readonly (readonly [KnownGroup, string])[]) => {
  const known = new KnownFindings(({ caseIndex }) => `token ${caseIndex}`);
  for (const [one, issue] of added) known.add(one, issue);
  return known.list().map(({ issue, cases, token }) => [issue, cases, token]);
};

describe("known findings", () => {
  it("count a case once an issue, and show the smallest", () => {
    const a = [group("a", [1, 2], 9), "lost"] as const;
    const b = [group("b", [2, 3], 4), "lost"] as const;

    expect(listOf(a, b)).toEqual([["lost", 3, "token 2"]]);
    expect(listOf(b, a)).toEqual(listOf(a, b));
  });

  it("put what was seen most often first", () => {
    expect(
      listOf([group("a", [1], 1), "rare"], [group("b", [1, 2], 1), "often"]).map(
        ([issue]) => issue,
      ),
    ).toEqual(["often", "rare"]);
  });
});
