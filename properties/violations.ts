/**
 * Collects violations: the first of each shape, with a count of the others.
 *
 * One bug breaks a promise many times in a case; its first instance shows it, and is the easiest to
 * follow.
 *
 * @packageDocumentation
 */
import { findingOf, type Finding, type Violation } from "./property.js";

export class Violations {
  readonly #first = new Map<string, Violation>();
  readonly #counts = new Map<string, number>();
  exercised = 0;

  add(violation: Violation): void {
    const key = JSON.stringify([violation.clause, ...violation.shape]);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    if (this.#first.has(key)) return;
    const evidence = [...new Set(violation.evidence)].sort((left, right) => left - right);
    this.#first.set(key, { ...violation, evidence });
  }

  finding(): Finding {
    const violations = [...this.#first].map(([key, violation]) => {
      const others = (this.#counts.get(key) ?? 1) - 1;
      if (others === 0) return violation;
      return { ...violation, message: `${violation.message} (and ${others} more like it)` };
    });
    return findingOf(this.exercised, violations);
  }
}
