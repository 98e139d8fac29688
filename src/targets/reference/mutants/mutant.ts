/**
 * Servers that are wrong on purpose: one small deviation each, now and then, by which the
 * properties are tried.
 *
 * @packageDocumentation
 */
import type { ProfileId } from "../../../../models/index.js";
import type { FaultChoice, FaultKind } from "../../../plan/index.js";
import type { LaterDialect } from "../../../protocol/index.js";
import type { Habits } from "../habits.js";
import type { Race } from "./race.js";
import type { Step } from "./step.js";

export type { Step };

export interface Mutant {
  /** Two to four words: what it does wrong. */
  readonly id: string;
  /** The clause of docs/PROTOCOL.md that it breaks. */
  readonly clause: string;
  /** Ids of the properties that must find it; one of them is enough. */
  readonly properties: readonly string[];
  /** One sentence in the present tense. */
  readonly description: string;
  /**
   * Kinds of faults each of which alone reveals it, and without all of which it is as good as right;
   * where absent, it shows without any, or under several.
   */
  readonly faults?: readonly FaultKind[];
  /** Kinds that happen as well where it is tried under one of these: what a disk has lost shows when it is read again. */
  readonly beside?: readonly FaultKind[];
  /** The profile in which it shows; 1.x where absent. */
  readonly profile?: ProfileId;
  /** Present where it shows in secure mode alone. */
  readonly isSecure?: true;
  /** The dialect in which alone it shows, where it isn't the first. */
  readonly dialect?: LaterDialect;
  /** The text that it writes in the place of a frame's; the same where absent. */
  readonly write?: (text: string) => string;
  /** What it does otherwise below the protocol; nothing where absent. */
  readonly habits?: Partial<Habits>;
  /** What it does in several turns of the event loop; makes the race of one run. */
  readonly race?: () => Race;
  /** Makes the wrong server of one run; what it counts starts anew. */
  create(step: Step): Step;
}

/** What goes wrong in the plans in which a mutant must be caught: of several kinds that reveal it, one is enough. */
export function revealingFaults({ faults, beside = [] }: Mutant): FaultChoice {
  const first = faults?.[0];
  return first === undefined ? "swarm" : [first, ...beside];
}

/** True for each `n`th time it is asked. */
export function every(n: number): () => boolean {
  let asked = 0;
  return () => {
    asked += 1;
    return asked % n === 0;
  };
}

/** True for each third time it is asked. */
export function everyThird(): () => boolean {
  return every(3);
}
