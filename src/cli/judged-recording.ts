/**
 * A recording held against all properties and the known issues of its target.
 *
 * @packageDocumentation
 */
import { knownBy, verdictOf, type FoundViolation, type Verdict } from "../engine/index.js";
import type { History } from "../history/index.js";
import { knownIssuesOf } from "./known-issues.js";
import { partialClientsOf } from "./recording-file.js";

export interface JudgedRecording {
  readonly verdict: Verdict;
  /** What counts: all that no known issue explains. */
  readonly fresh: readonly FoundViolation[];
  readonly known: readonly FoundViolation[];
  readonly status: "valid" | "invalid" | "unknown";
}

/** @param isStrict known issues count as well */
export function judgedRecording(history: History, isStrict: boolean): JudgedRecording {
  const verdict = withPartial(verdictOf(history), history);
  const issues = knownIssuesOf(history.header.target);
  const isKnown = (violation: FoundViolation) => !isStrict && knownBy(issues, violation) !== null;
  const fresh = verdict.violations.filter((violation) => !isKnown(violation));
  const known = verdict.violations.filter(isKnown);
  const status = fresh.some(({ severity }) => severity !== "may")
    ? "invalid"
    : verdict.unknown.length > 0
      ? "unknown"
      : "valid";
  return { verdict, fresh, known, status };
}

/** Where the beginning of a connection is missing, not everything is decided. */
function withPartial(verdict: Verdict, history: History): Verdict {
  const clients = partialClientsOf(history);
  if (clients.length === 0) return verdict;
  const reason = `the beginning of ${clients.join(", ")} is missing: what was asked and subscribed to before is not known`;
  return { ...verdict, unknown: [...verdict.unknown, { property: "recording", reason }] };
}
