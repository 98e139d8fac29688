/**
 * A property: a promise that every history must keep, and the check of it.
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import type { HistoryHeader, Recording } from "../src/history/index.js";
import type { LinearizationEvidence } from "./linearizability/index.js";

/** `must`: a departure is a defect. `should`: NON-STRICT. `may`: recorded only. (docs/PROTOCOL.md) */
export type Severity = "must" | "should" | "may";

export interface Property {
  /** The promise in 2 to 4 words; also its file name, docs heading and corpus folder. */
  readonly id: string;
  /** One sentence in the present tense. */
  readonly promise: string;
  /** Clauses of docs/PROTOCOL.md that it judges: `["SUB-2", "SUB-5"]`. */
  readonly clauses: readonly string[];
  /** Of all its violations but those of a clause that is milder (clause-severity.ts). */
  readonly severity: Severity;
  /** Whether servers of that profile, run in that way, promise it; absent: all do. */
  readonly applies?: (profile: Profile, header: HistoryHeader) => boolean;
  /** Pure. Never throws for any recording; what it cannot decide is `unknown`. */
  check(recording: Recording, profile: Profile): Finding;
}

/** `exercised` counts how often the promise was put to the test; 0 means that the case says nothing of it. */
export type Finding =
  | { readonly validity: "valid"; readonly exercised: number }
  | {
      readonly validity: "invalid";
      readonly exercised: number;
      readonly violations: readonly Violation[];
    }
  | { readonly validity: "unknown"; readonly exercised: number; readonly reason: string };

export interface Violation {
  /** The one clause that is broken: `SUB-4`. */
  readonly clause: string;
  /** What happened, to whom, when. One sentence that names clients, paths and virtual times. */
  readonly message: string;
  /** What was expected instead, and why by the clause. One sentence. */
  readonly expected: string;
  /**
   * What makes this violation the same bug in another case: option names, actions, kinds of paths,
   * error names; never ids, times or concrete names. Goes into the fingerprint, in this order.
   */
  readonly shape: readonly string[];
  /** Indices of the history's events that show it, ascending. */
  readonly evidence: readonly number[];
  /** Of a promise about the order of operations: how far an order goes, and why it ends there. */
  readonly linearization?: LinearizationEvidence;
}

/** Valid where there are no violations. */
export function findingOf(exercised: number, violations: readonly Violation[]): Finding {
  return violations.length === 0
    ? { validity: "valid", exercised }
    : { validity: "invalid", exercised, violations };
}
