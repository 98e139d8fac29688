/**
 * Violations of many cases, grouped: by fingerprint what is new, by issue what is known.
 *
 * @packageDocumentation
 */
import type { Severity } from "../../properties/index.js";
import type { CaseOutcome, FoundViolation, KnownCauses, Verdict } from "../engine/index.js";

/** The case that stands for a group: the one with the fewest operations, the first of those. */
export interface Example {
  readonly caseIndex: number;
  readonly planSeed: string;
  readonly operations: number;
  readonly hash: string;
  readonly violation: FoundViolation;
  /** What the case left, where it lived in real time and nothing brings it back. */
  readonly outcome?: CaseOutcome;
}

export interface Group {
  readonly fingerprint: string;
  readonly property: string;
  readonly severity: Severity;
  readonly clause: string;
  /** In how many cases it was seen. */
  readonly cases: number;
  readonly example: Example;
}

/** A fingerprint where it is known: in these cases, one of the suspects is its cause. */
export interface KnownGroup {
  readonly fingerprint: string;
  /** Numbers of the cases, in no order. */
  readonly cases: ReadonlySet<number>;
  readonly example: Example;
  /** Ids of issues that come into question in the example; one is certain. */
  readonly suspects: readonly string[];
}

type Open<Value> = { -readonly [Key in keyof Value]: Value[Key] };

const SEVERITIES: readonly Severity[] = ["must", "should", "may"];

export class Findings {
  readonly #groups = new Map<string, Open<Group>>();
  readonly #known = new Map<string, Open<KnownGroup> & { readonly cases: Set<number> }>();

  /**
   * Takes in what one case showed; the result does not depend on the order of cases.
   * @param outcome what is kept of it, where it lived in real time
   */
  add(
    caseIndex: number,
    planSeed: string,
    verdict: Verdict,
    known: KnownCauses,
    outcome?: CaseOutcome,
  ): void {
    const firsts = new Map<string, FoundViolation>();
    for (const violation of verdict.violations) {
      if (!firsts.has(violation.fingerprint)) firsts.set(violation.fingerprint, violation);
    }
    const { operations, hash } = verdict;
    for (const violation of firsts.values()) {
      const example: Example = {
        ...{ caseIndex, planSeed, operations, hash, violation },
        ...(outcome === undefined ? {} : { outcome }),
      };
      const suspects = known[violation.fingerprint];
      if (suspects === undefined) this.#addNew(example);
      else this.#addKnown(example, suspects);
    }
  }

  #addNew(example: Example): void {
    const { fingerprint, property, severity, clause } = example.violation;
    const group = this.#groups.get(fingerprint);
    if (group === undefined) {
      this.#groups.set(fingerprint, {
        fingerprint,
        property,
        severity,
        clause,
        cases: 1,
        example,
      });
      return;
    }
    group.cases += 1;
    if (isBetter(example, group.example)) group.example = example;
  }

  #addKnown(example: Example, suspects: readonly string[]): void {
    const { fingerprint } = example.violation;
    const group = this.#known.get(fingerprint);
    if (group === undefined) {
      const cases = new Set([example.caseIndex]);
      this.#known.set(fingerprint, { fingerprint, cases, example, suspects });
      return;
    }
    group.cases.add(example.caseIndex);
    if (isBetter(example, group.example)) Object.assign(group, { example, suspects });
  }

  /** How many are new. */
  get count(): number {
    return this.#groups.size;
  }

  /** What is new: musts first, then what was seen most often, then by property and fingerprint. */
  groups(): readonly Group[] {
    return [...this.#groups.values()].sort(
      (left, right) =>
        SEVERITIES.indexOf(left.severity) - SEVERITIES.indexOf(right.severity) ||
        right.cases - left.cases ||
        (left.property < right.property ? -1 : left.property > right.property ? 1 : 0) ||
        (left.fingerprint < right.fingerprint ? -1 : 1),
    );
  }

  /** What is known, in the order of the fingerprints. */
  knownGroups(): readonly KnownGroup[] {
    return [...this.#known.values()].sort((left, right) =>
      left.fingerprint < right.fingerprint ? -1 : 1,
    );
  }
}

function isBetter(candidate: Example, present: Example): boolean {
  return (
    candidate.operations < present.operations ||
    (candidate.operations === present.operations && candidate.caseIndex < present.caseIndex)
  );
}

/** Groups with those of the same case side by side. */
export function byCase(groups: readonly KnownGroup[]): (readonly KnownGroup[])[] {
  const cases = new Map<string, KnownGroup[]>();
  for (const group of groups) {
    const { planSeed } = group.example;
    cases.set(planSeed, [...(cases.get(planSeed) ?? []), group]);
  }
  return [...cases.values()];
}
