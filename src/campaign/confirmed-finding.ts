/**
 * A group of violations that was run again.
 *
 * @packageDocumentation
 */
import type { Plan } from "../plan/index.js";
import type { Group } from "./findings.js";
import type { KeptOutcome } from "./lost.js";

export interface ConfirmedFinding extends Group {
  readonly target: string;
  readonly token: string;
  /** `confirmed`: a new process saw the same history. `diverged`: it saw another one. */
  readonly confirmation: "confirmed" | "diverged" | "unconfirmed";
  /** In real time: how often the plan was run again, and in how many of these runs it was seen. */
  readonly again?: { readonly seen: number; readonly runs: number };
  /** What the new process saw; null where it saw nothing. */
  readonly outcome: KeptOutcome | null;
  /** Where the plan was made smaller: what stands here is of the smaller one, but for the token. */
  readonly minimised?: Minimised;
}

export interface Minimised {
  readonly runs: number;
  /** False where it was stopped before no step was left. */
  readonly isMinimal: boolean;
  readonly originalPlan: Plan;
  readonly originalTraceHash: string;
}
