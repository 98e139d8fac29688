/**
 * What replaying a case in virtual time has shown.
 *
 * @packageDocumentation
 */
import type { FindingRecord, FoundViolation, Verdict } from "../engine/index.js";

/**
 * FAILED: it is broken, in the history that was found where one is known. FIXED: the finding that was
 * named doesn't show. PASSED: nothing is broken, and none was named. UNKNOWN: not everything was
 * decided. DIVERGED: another history than the one found.
 */
export type ReplayStatus = "FAILED" | "FIXED" | "PASSED" | "UNKNOWN" | "DIVERGED";

/** What is replayed: only this finding counts, where one is named. */
export interface Replayed {
  readonly finding: Pick<FindingRecord, "fingerprint"> | null;
}

/** The first violation of each fingerprint; with a finding, its own fingerprint only. */
export function relevantIn({ finding }: Replayed, verdict: Verdict): readonly FoundViolation[] {
  const firsts = new Map<string, FoundViolation>();
  for (const violation of verdict.violations) {
    const isWanted = finding === null || violation.fingerprint === finding.fingerprint;
    if (isWanted && !firsts.has(violation.fingerprint)) {
      firsts.set(violation.fingerprint, violation);
    }
  }
  return [...firsts.values()];
}

/** @param isSame whether it is the history that was found; null where that isn't known */
export function statusOf(
  { finding }: Replayed,
  verdict: Verdict,
  violations: readonly FoundViolation[],
  isSame: boolean | null,
): ReplayStatus {
  if (isSame === false) return "DIVERGED";
  if (violations.length > 0) return "FAILED";
  if (verdict.unknown.length > 0) return "UNKNOWN";
  return finding === null ? "PASSED" : "FIXED";
}
