/**
 * What it takes to say something of a clause: who judges it, and whether a case put it to the test.
 *
 * @packageDocumentation
 */
import type { Action } from "../protocol/index.js";
import type { Questions } from "./questions.js";

export interface ClauseGround {
  /** Of docs/PROTOCOL.md: `STO-4`. */
  readonly id: string;
  /** A few words for a table. */
  readonly title: string;
  /** Ids of the properties whose judgement decides. Empty: `observe` says what there is to say. */
  readonly judges: readonly string[];
  /** Actions that a server must know, or the clause is unimplemented. */
  readonly needs?: readonly Action[];
  /** How often a case put it to the test; 0: it says nothing of the clause. */
  exercised(questions: Questions): number;
  /** What no property judges: what a server is free in, and a should that profiles let go. */
  observe?(questions: Questions): readonly Observation[];
}

export interface Observation {
  /** `met`: as a should says. `should`: not so. `may`: the server was free, and this is what it chose. */
  readonly grade: "met" | "should" | "may";
  /** One sentence without ids or times: equal observations are told once. */
  readonly words: string;
  /** Indices of the history's events that show it, ascending. */
  readonly evidence: readonly number[];
}

/** A clause that binds clients, and no server. */
export interface Convention {
  readonly id: string;
  readonly title: string;
}
