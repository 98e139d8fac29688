/**
 * Violations of many cases, grouped by fingerprint: one group is one bug.
 *
 * @packageDocumentation
 */
import type { Severity } from "../../properties/index.js";
import type { FoundViolation, KnownIssue, Verdict } from "../engine/index.js";

/** The case that stands for a group: the one with the fewest operations, the first of those. */
export interface Example {
  readonly caseIndex: number;
  readonly planSeed: string;
  readonly operations: number;
  readonly hash: string;
  readonly violation: FoundViolation;
}

export interface Group {
  readonly fingerprint: string;
  readonly property: string;
  readonly severity: Severity;
  readonly clause: string;
  /** In how many cases it was seen. */
  readonly cases: number;
  readonly example: Example;
  /** The issue under which it is known, if it is. */
  readonly known: KnownIssue | null;
}

const SEVERITIES: readonly Severity[] = ["must", "should", "may"];

export class Findings {
  readonly #groups = new Map<string, { -readonly [Key in keyof Group]: Group[Key] }>();
  readonly #knownBy: (violation: FoundViolation) => KnownIssue | null;

  constructor(knownBy: (violation: FoundViolation) => KnownIssue | null) {
    this.#knownBy = knownBy;
  }

  /** Takes in what one case showed; the result does not depend on the order of cases. */
  add(caseIndex: number, planSeed: string, verdict: Verdict): void {
    const firsts = new Map<string, FoundViolation>();
    for (const violation of verdict.violations) {
      if (!firsts.has(violation.fingerprint)) firsts.set(violation.fingerprint, violation);
    }
    for (const violation of firsts.values()) {
      const { operations, hash } = verdict;
      const example: Example = { caseIndex, planSeed, operations, hash, violation };
      const group = this.#groups.get(violation.fingerprint);
      if (group === undefined) {
        this.#groups.set(violation.fingerprint, {
          fingerprint: violation.fingerprint,
          property: violation.property,
          severity: violation.severity,
          clause: violation.clause,
          cases: 1,
          example,
          known: this.#knownBy(violation),
        });
      } else {
        group.cases += 1;
        if (isBetter(example, group.example)) group.example = example;
      }
    }
  }

  get count(): number {
    return this.#groups.size;
  }

  /** Musts first, then what was seen most often, then by property and fingerprint. */
  groups(): readonly Group[] {
    return [...this.#groups.values()].sort(
      (left, right) =>
        SEVERITIES.indexOf(left.severity) - SEVERITIES.indexOf(right.severity) ||
        right.cases - left.cases ||
        (left.property < right.property ? -1 : left.property > right.property ? 1 : 0) ||
        (left.fingerprint < right.fingerprint ? -1 : 1),
    );
  }
}

function isBetter(candidate: Example, present: Example): boolean {
  return (
    candidate.operations < present.operations ||
    (candidate.operations === present.operations && candidate.caseIndex < present.caseIndex)
  );
}
