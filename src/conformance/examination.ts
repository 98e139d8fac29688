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
import { countOf, Questions } from "./questions.js";

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
  /** How far the case got instead, where it did not put the clause to the test. */
  readonly shortfall: Shortfall | null;
  readonly observations: readonly Observation[];
}

export interface Shortfall {
  readonly words: string;
  /** Whether the server refused something or left it unanswered; else nothing of the kind came up. */
  readonly isServers: boolean;
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
  const reached = isJudged && isDecided ? times : 0;
  return {
    exercised: reached,
    shortfall: reached > 0 ? null : shortfallOf(questions),
    violations: broken,
    disturbances,
    undecided: undecided === undefined || times === 0 ? null : undecided.reason,
    observations,
  };
}

/** What became of the requests of a case. */
function shortfallOf(questions: Questions | null): Shortfall {
  if (questions === null) return { words: "the server's process was lost", isServers: true };
  const { asked, publications } = questions;
  const refused = countOf(asked, ({ status }) => status === "error");
  const unanswered = countOf(asked, ({ status }) => status === null);
  const words =
    `of ${quantity(asked.length, "request")} ${refused} were refused and ${unanswered} not answered, ` +
    `and ${quantity(publications.length, "publication")} came`;
  return { words, isServers: refused + unanswered > 0 };
}

function quantity(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The end of the server's process: told by a property, or by whoever waited for the process in vain. */
function isFatal(property: string): boolean {
  return property === SURVIVAL || !PROPERTY_IDS.has(property);
}
