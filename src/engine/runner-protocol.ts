/**
 * What a campaign and its runner processes say to each other.
 *
 * @packageDocumentation
 */
import type { History } from "../history/index.js";
import type { Plan } from "../plan/index.js";
import type { Verdict } from "./verdict.js";

/** To a runner: run one case. The plan is made from `planSeed` where none is given. */
export interface CaseRequest {
  readonly id: number;
  readonly target: string;
  readonly planSeed: string;
  readonly plan?: Plan;
  /** Whether the history and the plan should come back with the verdict. */
  readonly wantsHistory: boolean;
}

export interface CaseOutcome {
  readonly plan: Plan;
  readonly history: History;
}

/** From a runner. */
export type RunnerMessage =
  /** Loaded, waiting for cases. */
  | { readonly kind: "ready" }
  /** A line to show: the target is being installed. */
  | { readonly kind: "progress"; readonly line: string }
  | {
      readonly kind: "verdict";
      readonly id: number;
      readonly verdict: Verdict;
      readonly outcome?: CaseOutcome;
    }
  /** The target cannot be had; every case would end so. */
  | { readonly kind: "unavailable"; readonly id: number; readonly message: string }
  /** An error of the tool's own. */
  | { readonly kind: "failed"; readonly id: number; readonly message: string };
