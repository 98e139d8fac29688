/**
 * All mutants, by id.
 *
 * @packageDocumentation
 */
import { answerTwice, wrongEventId } from "./answer-mutants.js";
import type { Mutant } from "./mutant.js";
import {
  dropPublication,
  keepSubscription,
  latePublication,
  misroutePublication,
  swapPublications,
} from "./publication-mutants.js";
import { changeCreated, loseWrite, staleRead } from "./store-mutants.js";

export type { Mutant, Step } from "./mutant.js";

export const MUTANTS: readonly Mutant[] = [
  dropPublication,
  answerTwice,
  swapPublications,
  misroutePublication,
  wrongEventId,
  keepSubscription,
  loseWrite,
  staleRead,
  changeCreated,
  latePublication,
];
