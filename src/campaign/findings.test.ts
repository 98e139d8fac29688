import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { FoundViolation, Verdict } from "../engine/index.js";
import { Findings } from "./findings.js";

function violation(fingerprint: string, severity: "must" | "should" = "must"): FoundViolation {
  return {
    property: "answered-once",
    severity,
    clause: "COR-1",
    fingerprint,
    message: "m",
    expected: "e",
    shape: [],
    evidence: [],
  };
}

function verdict(operations: number, ...violations: FoundViolation[]): Verdict {
  return {
    hash: "h",
    operations,
    virtualMs: 0,
    violations,
    unknown: [],
    exercised: {},
    actions: {},
    faults: {},
  };
}

describe("findings", () => {
  it("counts cases, not violations", () => {
    const findings = new Findings();
    findings.add(0, "s/0", verdict(5, violation("a"), violation("a")), {});
    findings.add(1, "s/1", verdict(3, violation("a")), {});

    expect(findings.groups()).toMatchObject([{ fingerprint: "a", cases: 2 }]);
  });

  it("shows the case with the fewest operations, the first of those", () => {
    const findings = new Findings();
    findings.add(4, "s/4", verdict(3, violation("a")), {});
    findings.add(0, "s/0", verdict(9, violation("a")), {});
    findings.add(2, "s/2", verdict(3, violation("a")), {});

    expect(findings.groups()[0]?.example).toMatchObject({ caseIndex: 2, operations: 3 });
  });

  it("puts musts before shoulds, and what was seen often first", () => {
    const findings = new Findings();
    findings.add(0, "s/0", verdict(1, violation("s", "should"), violation("rare")), {});
    findings.add(1, "s/1", verdict(1, violation("s", "should"), violation("often")), {});
    findings.add(2, "s/2", verdict(1, violation("often")), {});

    expect(findings.groups().map(({ fingerprint }) => fingerprint)).toEqual(["often", "rare", "s"]);
  });

  it("keeps what is known apart, with the suspects of the smallest case", () => {
    const findings = new Findings();
    findings.add(0, "s/0", verdict(4, violation("a"), violation("b"), violation("c")), {
      a: ["lost"],
      b: ["lost", "late"],
    });
    findings.add(1, "s/1", verdict(3, violation("b")), { b: ["late"] });

    expect(findings.groups().map(({ fingerprint }) => fingerprint)).toEqual(["c"]);
    expect(findings.knownGroups()).toMatchObject([
      { fingerprint: "a", cases: new Set([0]), suspects: ["lost"], example: { caseIndex: 0 } },
      { fingerprint: "b", cases: new Set([0, 1]), suspects: ["late"], example: { caseIndex: 1 } },
    ]);
  });

  it("takes a fingerprint for new in one case and for known in another, by its cause", () => {
    const findings = new Findings();
    findings.add(0, "s/0", verdict(1, violation("a")), { a: ["lost"] });
    findings.add(1, "s/1", verdict(1, violation("a")), {});

    expect(findings.count).toBe(1);
    expect(findings.knownGroups()).toHaveLength(1);
  });

  it("does not depend on the order in which cases end", () => {
    const cases = fc.array(fc.tuple(fc.nat(9), fc.constantFrom("a", "b", "c")), { maxLength: 12 });
    fc.assert(
      fc.property(cases, fc.infiniteStream(fc.nat()), (drawn, shuffle) => {
        const numbered = drawn.map(([operations, fingerprint], index) => ({
          index,
          operations,
          fingerprint,
          rank: shuffle.next().value as number,
        }));
        const groupsIn = (order: typeof numbered) => {
          const findings = new Findings();
          for (const { index, operations, fingerprint } of order) {
            findings.add(index, `s/${index}`, verdict(operations, violation(fingerprint)), {});
          }
          return findings.groups();
        };

        expect(groupsIn(numbered.toSorted((left, right) => left.rank - right.rank))).toEqual(
          groupsIn(numbered),
        );
      }),
    );
  });
});
