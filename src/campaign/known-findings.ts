/**
 * What a campaign saw of known issues: in how many cases each, and one that shows it.
 *
 * @packageDocumentation
 */
import type { Example, KnownGroup } from "./findings.js";

/** A known issue that was seen. */
export interface KnownFinding {
  /** Id of the issue. */
  readonly issue: string;
  /** In how many cases. */
  readonly cases: number;
  /** The smallest case that shows it, and its token. */
  readonly example: Example;
  readonly token: string;
}

export class KnownFindings {
  readonly #cases = new Map<string, Set<number>>();
  readonly #examples = new Map<string, Example>();
  readonly #tokenOf: (example: Example) => string;

  constructor(tokenOf: (example: Example) => string) {
    this.#tokenOf = tokenOf;
  }

  /** Puts down a group to an issue. */
  add({ cases, example }: KnownGroup, issue: string): void {
    const all = this.#cases.get(issue) ?? new Set();
    for (const caseIndex of cases) all.add(caseIndex);
    this.#cases.set(issue, all);
    const present = this.#examples.get(issue);
    if (present === undefined || isBefore(example, present)) this.#examples.set(issue, example);
  }

  /** The issue seen most often first. */
  list(): readonly KnownFinding[] {
    return [...this.#examples]
      .map(([issue, example]) => ({
        issue,
        cases: this.#cases.get(issue)?.size ?? 0,
        example,
        token: this.#tokenOf(example),
      }))
      .sort((left, right) => right.cases - left.cases || (left.issue < right.issue ? -1 : 1));
  }
}

/** Smaller, or earlier, or of the lesser fingerprint: so that it doesn't matter which was added first. */
function isBefore(left: Example, right: Example): boolean {
  if (left.operations !== right.operations) return left.operations < right.operations;
  if (left.caseIndex !== right.caseIndex) return left.caseIndex < right.caseIndex;
  return left.violation.fingerprint < right.violation.fingerprint;
}
