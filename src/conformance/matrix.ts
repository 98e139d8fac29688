/**
 * The conformance matrix: a verdict for each clause and target, with its evidence.
 *
 * @packageDocumentation
 */
import type { ProfileId } from "../../models/index.js";
import type { FoundViolation } from "../engine/index.js";
import type { History } from "../history/index.js";
import type { Plan } from "../plan/index.js";

/** The words of Autobahn|Testsuite, and three for what nobody can say. */
export const CLAUSE_VERDICTS = [
  /** A must is broken. */
  "FAILED",
  /** A should is broken. */
  "NON-STRICT",
  /** The server does not know what the clause is about. */
  "UNIMPLEMENTED",
  /** Put to the test, and not decided: never a pass. */
  "UNKNOWN",
  /** No case put it to the test: never a pass. */
  "UNEXERCISED",
  /** The server was free, and this is what it chose. */
  "INFORMATIONAL",
  "OK",
  /** It binds clients, and no server. */
  "CONVENTION",
] as const;

export type ClauseVerdict = (typeof CLAUSE_VERDICTS)[number];

/** Where a plan comes from. */
export type Origin = "directed" | "generated" | "minimised";

/** A case that was run: `id` is a directed case's, or the number of a generated one. */
export interface ShownCase {
  readonly id: string;
  readonly says: string;
  readonly origin: Origin;
  /** The directed case that this is, run by clients of another dialect. */
  readonly formOf?: string;
  readonly plan: Plan;
  /** Null where the server's process was lost. */
  readonly history: History | null;
}

export interface Evidence {
  /** Null: the case shows what it shows, and nothing is wrong with it. */
  readonly violation: FoundViolation | null;
  /** What was observed, where nothing is broken. */
  readonly words: string | null;
  /** Indices of the history's events that show it, ascending. */
  readonly events: readonly number[];
  /** The known issue of the target that is its cause; null where none is. */
  readonly knownIssue: string | null;
  readonly shown: ShownCase;
}

export interface Cell {
  readonly clause: string;
  readonly verdict: ClauseVerdict;
  /** How often it was put to the test and decided, in how many cases. */
  readonly exercised: number;
  readonly cases: number;
  /** What else there is to say, in sentences. */
  readonly remarks: readonly string[];
  /** Strictest first. */
  readonly evidence: readonly Evidence[];
}

export interface TargetConformance {
  readonly target: string;
  readonly profile: ProfileId;
  readonly directedCount: number;
  readonly generatedCount: number;
  readonly wallMs: number;
  /** In the order of CLAUSES. */
  readonly cells: readonly Cell[];
  /** What the tool could not run by its own fault, one message each. */
  readonly failures: readonly string[];
}

export interface Matrix {
  readonly seed: string;
  readonly targets: readonly TargetConformance[];
}
