/**
 * What one case says of each clause.
 *
 * @packageDocumentation
 */
import { profileOf, type ProfileId } from "../../models/index.js";
import { PROPERTIES } from "../../properties/index.js";
import type { FoundViolation, Verdict } from "../engine/index.js";
import { Recording, type History } from "../history/index.js";
import type { ClauseGround, Observation } from "./clause-ground.js";
import { GROUNDS } from "./clauses/index.js";
import { Questions } from "./questions.js";

export interface ClauseInCase {
  /** How often the case put the clause to the test, and all who judge it decided; else 0. */
  readonly exercised: number;
  /** What breaks the clause. */
  readonly violations: readonly FoundViolation[];
  /**
   * What those who judge the clause found, and said of another one: a case that is broken otherwise
   * is no proof that this clause is kept.
   */
  readonly disturbances: readonly FoundViolation[];
  /** Why somebody who judges it could not decide; null where all did. */
  readonly undecided: string | null;
  readonly observations: readonly Observation[];
}

/** By clause id. `history` null: the server's process was lost, and nothing but that is known. */
export function examine(
  verdict: Pick<Verdict, "violations" | "unknown" | "exercised">,
  history: History | null,
): ReadonlyMap<string, ClauseInCase> {
  const questions =
    history === null
      ? null
      : new Questions(new Recording(history), profileOf(history.header.profile as ProfileId));
  return new Map(GROUNDS.map((ground) => [ground.id, ofClause(ground, verdict, questions)]));
}

const SURVIVAL = "server-survives";
const PROPERTY_IDS: ReadonlySet<string> = new Set(PROPERTIES.map(({ id }) => id));

function ofClause(
  ground: ClauseGround,
  { violations, unknown, exercised }: Pick<Verdict, "violations" | "unknown" | "exercised">,
  questions: Questions | null,
): ClauseInCase {
  const { id, judges } = ground;
  const broken = violations.filter(({ clause }) => clause === id);
  const disturbances = violations.filter(
    ({ clause, property, severity }) =>
      clause !== id && severity !== "may" && (judges.includes(property) || isFatal(property)),
  );
  const times = questions === null ? 0 : ground.exercised(questions);
  const observations = questions === null ? [] : (ground.observe?.(questions) ?? []);
  const isJudged = observations.length > 0 || judges.some((judge) => (exercised[judge] ?? 0) > 0);
  const undecided = unknown.find(({ property }) => judges.includes(property));
  const isDecided = undecided === undefined && broken.length + disturbances.length === 0;
  return {
    exercised: isJudged && isDecided ? times : 0,
    violations: broken,
    disturbances,
    undecided: undecided === undefined || times === 0 ? null : undecided.reason,
    observations,
  };
}

/** The end of the server's process: told by a property, or by whoever waited for the process in vain. */
function isFatal(property: string): boolean {
  return property === SURVIVAL || !PROPERTY_IDS.has(property);
}
