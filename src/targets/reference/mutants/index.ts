/**
 * All mutants, by the sections of the protocol.
 *
 * @packageDocumentation
 */
import * as acknowledgement from "./acknowledgement-mutants.js";
import * as chunk from "./chunk-mutants.js";
import * as answer from "./answer-mutants.js";
import * as circumstance from "./circumstance-mutants.js";
import * as dialect from "./dialect-mutants.js";
import * as disk from "./disk-mutants.js";
import * as framing from "./framing-mutants.js";
import * as link from "./link-mutants.js";
import * as matching from "./matching-mutants.js";
import * as mesh from "./mesh-mutants.js";
import * as publication from "./publication-mutants.js";
import * as content from "./publication-content-mutants.js";
import * as race from "./race-mutants.js";
import * as read from "./read-mutants.js";
import * as security from "./security-mutants.js";
import * as session from "./session-mutants.js";
import * as store from "./store-mutants.js";
import * as subscription from "./subscription-mutants.js";
import type { Mutant } from "./mutant.js";

export { revealingFaults, type Mutant, type Step } from "./mutant.js";
export type { FrameReader, Race } from "./race.js";

export const MUTANTS: readonly Mutant[] = [
  ...Object.values(framing),
  ...Object.values(session),
  ...Object.values(answer),
  ...Object.values(store),
  ...Object.values(read),
  ...Object.values(publication),
  ...Object.values(content),
  ...Object.values(acknowledgement),
  ...Object.values(subscription),
  ...Object.values(matching),
  ...Object.values(mesh),
  ...Object.values(race),
  ...Object.values(chunk),
  ...Object.values(disk),
  ...Object.values(circumstance),
  ...Object.values(security),
  ...Object.values(link),
  ...Object.values(dialect),
];
