/**
 * How binding a clause is, where that is less than its property.
 *
 * A property may judge clauses of different strictness: the prediction of an answer is a must, but for
 * what only a should says of it. The clause decides; a property can ask for less than it, not for more.
 *
 * @packageDocumentation
 */
import type { Property, Severity } from "./property.js";

/** Strictest first. */
const SEVERITIES: readonly Severity[] = ["must", "should", "may"];

/** The strictest word of each clause of docs/PROTOCOL.md that has no must. */
export const LENIENT_CLAUSES: ReadonlyMap<string, Severity> = new Map([
  ["FRM-4", "may"],
  ["SES-3", "may"],
  ["SES-8", "should"],
  ["COR-5", "should"],
  ["STO-7", "should"],
  ["STO-13", "should"],
]);

/** Severity of a violation: that of its clause or of its property, whichever is the milder. */
export function severityOf(property: Pick<Property, "severity">, clause: string): Severity {
  const own = LENIENT_CLAUSES.get(clause) ?? "must";
  return SEVERITIES.indexOf(own) > SEVERITIES.indexOf(property.severity) ? own : property.severity;
}
