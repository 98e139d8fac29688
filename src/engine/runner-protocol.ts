/**
 * What a campaign and its runner processes say to each other.
 *
 * @packageDocumentation
 */
import type { History } from "../history/index.js";
import type { Decision, FaultChoice, Plan, ScheduleStrategy } from "../plan/index.js";
import type { ModuleTier } from "../targets/target.js";
import type { Verdict } from "./verdict.js";

/** To a runner: run one case. The plan is made from `planSeed` where none is given. */
export interface CaseRequest {
  readonly id: number;
  readonly target: string;
  readonly planSeed: string;
  readonly plan?: Plan;
  /** What goes wrong in a plan that is made from a seed; by the swarm where nothing is said. */
  readonly faults?: FaultChoice;
  /** Triggers to take out of the plan before it runs. */
  readonly avoid?: readonly string[];
  /**
   * Whether violations are to be held against the known issues of the target; with a fingerprint,
   * which one is the cause of that violation.
   */
  readonly attribute?: true | { readonly cause: string };
  /** What becomes of the target's modules between cases; `fresh` where nothing is said. */
  readonly modules?: ModuleTier;
  /** How the target is to be run, for those who know what to make of it; checked by the parent. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /**
   * Whether the history and the plan should come back with the verdict; with a fingerprint, only
   * where something broke in that way. In real time they come wherever something was found: nothing
   * brings that history back.
   */
  readonly wantsHistory: boolean | { readonly of: string };
}

export interface CaseOutcome {
  readonly plan: Plan;
  readonly history: History;
  /** The decisions that the schedule took; null where the plan has none to explore. */
  readonly decisions: readonly Decision[] | null;
  /** What the server's process has printed, where it is a process of ours. */
  readonly serverLog?: string;
}

/** Ids of known issues, by the fingerprint of what one of them is the cause of; what it lacks is new. */
export type KnownCauses = Readonly<Record<string, readonly string[]>>;

/** From a runner. */
export type RunnerMessage =
  /** Loaded, waiting for cases. */
  | { readonly kind: "ready" }
  /** What is run now, where its history is wanted: a server that never comes back leaves its plan at least. */
  | { readonly kind: "begins"; readonly id: number; readonly plan: Plan }
  /** Whose turn it is: a server that is busy for ever is a finding; a tool that is (preparing, judging) has a defect. */
  | { readonly kind: "turn"; readonly of: "server" | "tool" }
  /** A line to show: the target is being installed. */
  | { readonly kind: "progress"; readonly line: string }
  | {
      readonly kind: "verdict";
      readonly id: number;
      readonly verdict: Verdict;
      readonly known: KnownCauses;
      /** How the schedule of the plan was explored. */
      readonly strategy: ScheduleStrategy;
      /** What the process takes up in memory after the case. */
      readonly residentBytes: number;
      readonly outcome?: CaseOutcome;
    }
  /** The target cannot be had; every case would end so. */
  | { readonly kind: "unavailable"; readonly id: number; readonly message: string }
  /** An error of the tool's own. */
  | { readonly kind: "failed"; readonly id: number; readonly message: string };
