/**
 * All that the cases of one target said of one clause, and the verdict that follows.
 *
 * @packageDocumentation
 */
import { LENIENT_CLAUSES, type Severity } from "../../properties/index.js";
import type { FoundViolation } from "../engine/index.js";
import type { Observation } from "./clause-ground.js";
import type { ClauseInCase, Shortfall } from "./examination.js";
import type { Cell, ClauseVerdict, Evidence, ShownCase } from "./matrix.js";

/** Different failures of one clause that are shown, at most. */
const FAILURES_SHOWN_MAX = 3;

interface Found {
  readonly violation: FoundViolation;
  readonly shown: ShownCase;
  cases: number;
}

export class ClauseRecord {
  readonly #clause: string;
  #exercised = 0;
  #cases = 0;
  #example: ShownCase | null = null;
  /** Own cases that put it to the test, and how far those that did not got. */
  #ownReached = 0;
  readonly #ownShort: { readonly shown: ShownCase; readonly shortfall: Shortfall }[] = [];
  /** Null as long as none was run. */
  #isCleanInOwn: boolean | null = null;
  readonly #found = new Map<string, Found>();
  /** What its own cases showed of other clauses instead. */
  readonly #disturbances: { readonly violation: FoundViolation; readonly shown: ShownCase }[] = [];
  /** Own cases that, in one dialect or another, put it to the test and showed nothing else. */
  readonly #clear = new Set<string>();
  readonly #undecided = new Map<string, ShownCase>();
  readonly #observations = new Map<string, { observation: Observation; shown: ShownCase }>();

  constructor(clause: string) {
    this.#clause = clause;
  }

  /** @param isOwn whether the case is meant for this clause */
  add(said: ClauseInCase, shown: ShownCase, isOwn: boolean): void {
    if (said.exercised > 0) {
      this.#exercised += said.exercised;
      this.#cases += 1;
      if (isOwn || this.#example === null) this.#example = betterOf(this.#example, shown, isOwn);
    }
    for (const violation of said.violations) keep(this.#found, violation, shown);
    if (isOwn) {
      if (said.shortfall === null) {
        this.#ownReached += 1;
        this.#clear.add(caseOf(shown));
      } else this.#ownShort.push({ shown, shortfall: said.shortfall });
      this.#isCleanInOwn = this.#isCleanInOwn !== false && said.violations.length === 0;
      for (const violation of said.disturbances) this.#disturbances.push({ violation, shown });
    }
    if (said.undecided !== null) this.#undecided.set(said.undecided, shown);
    for (const observation of said.observations) {
      if (!this.#observations.has(observation.words)) {
        this.#observations.set(observation.words, { observation, shown });
      }
    }
  }

  /** Whether it is kept in the cases that are meant for it. */
  get isCleanInOwn(): boolean {
    return this.#isCleanInOwn === true;
  }

  /**
   * @param isUnimplemented whether the server lacks what the clause is about
   * @param isCleanElsewhere whether another clause is kept in the cases that are meant for it
   * @param whyNone why none of the cases that are meant for it was run, should that be so
   */
  cell(
    isUnimplemented: string | null,
    isCleanElsewhere: (clause: string) => boolean,
    whyNone: string,
  ): Cell {
    const base = { clause: this.#clause, exercised: this.#exercised, cases: this.#cases };
    const found = [...this.#found.values()].sort(byStrictness);
    const told = this.#told();
    // Where that other clause is kept otherwise, it is this one that makes the difference.
    const own = told.filter(({ violation }) => isCleanElsewhere(violation.clause));
    const all = [...found, ...own].slice(0, FAILURES_SHOWN_MAX);
    const evidence = [
      ...all.map(evidenceOfViolation),
      ...[...this.#observations.values()].map(evidenceOfObservation),
    ];
    const remarks = [
      ...(isUnimplemented === null ? [] : [isUnimplemented]),
      ...(found.length + own.length > all.length
        ? [`${found.length + own.length} different failures; ${all.length} are shown`]
        : []),
      ...own.map(({ violation }) => `told as ${violation.clause}, which is kept otherwise`),
      ...this.#inOneDialectOnly(),
    ];
    const verdict = isUnimplemented === null ? this.#verdict(found, own) : "UNIMPLEMENTED";
    if (verdict !== null) {
      return { ...base, verdict, remarks: unique(remarks), evidence: this.#withExample(evidence) };
    }
    if (told.length > 0) {
      const others = unique(told.map(({ violation }) => violation.clause)).join(", ");
      const remark = `the cases for it break ${others} before they can tell`;
      const shown = told.slice(0, FAILURES_SHOWN_MAX).map(evidenceOfViolation);
      return { ...base, verdict: "UNKNOWN", remarks: [...remarks, remark], evidence: shown };
    }
    const [first] = this.#undecided;
    if (first !== undefined) {
      const [reason, shown] = first;
      const undecided = { violation: null, words: reason, events: [], knownIssue: null, shown };
      return { ...base, verdict: "UNKNOWN", remarks: [...remarks, reason], evidence: [undecided] };
    }
    if (this.#ownShort.length + this.#ownReached === 0) {
      return { ...base, verdict: "UNEXERCISED", remarks: [...remarks, whyNone], evidence };
    }
    if (this.#ownReached === 0) return this.#unreached(base, remarks, evidence);
    return { ...base, verdict: this.#kept(), remarks, evidence: this.#withExample(evidence) };
  }

  /** What its own cases showed of other clauses, those aside that did otherwise in another dialect. */
  #told(): readonly Found[] {
    const told = new Map<string, Found>();
    for (const { violation, shown } of this.#disturbances) {
      if (!this.#clear.has(caseOf(shown))) keep(told, violation, shown);
    }
    return [...told.values()].sort(byStrictness);
  }

  #inOneDialectOnly(): readonly string[] {
    return this.#disturbances
      .filter(({ shown }) => this.#clear.has(caseOf(shown)))
      .map(
        ({ violation, shown }) =>
          `${shown.id} breaks ${violation.clause} before it can tell, and does not in another dialect`,
      );
  }

  /** What else was seen is no ground for a verdict: chance alone brought other cases to it. */
  #unreached(
    base: Pick<Cell, "clause" | "exercised" | "cases">,
    remarks: readonly string[],
    evidence: readonly Evidence[],
  ): Cell {
    const telling = this.#ownShort.filter(({ shortfall }) => shortfall.isServers);
    if (telling.length === 0) return { ...base, verdict: "UNEXERCISED", remarks, evidence };
    const short = telling.map(({ shown, shortfall: { words } }) => ({
      ...{ violation: null, words: `it does not get so far: ${words}`, events: [] },
      ...{ knownIssue: null, shown },
    }));
    const words = telling.map(({ shown, shortfall }) => `${shown.id} (${shortfall.words})`);
    const remark = `the cases that are meant for it do not get so far: ${words.join("; ")}`;
    return {
      ...base,
      verdict: "UNKNOWN",
      remarks: [...remarks, remark],
      evidence: [...short, ...evidence],
    };
  }

  /** Of what is broken; null where nothing is. */
  #verdict(found: readonly Found[], own: readonly Found[]): ClauseVerdict | null {
    const severities = [...found, ...own].map(({ violation }) => violation.severity);
    const observed = [...this.#observations.values()].map(({ observation }) => observation.grade);
    if (severities.includes("must")) return this.#isMust() ? "FAILED" : "NON-STRICT";
    if (severities.includes("should") || observed.includes("should")) return "NON-STRICT";
    return null;
  }

  #isMust(): boolean {
    return (LENIENT_CLAUSES.get(this.#clause) ?? "must") === "must";
  }

  #kept(): ClauseVerdict {
    const isMay = LENIENT_CLAUSES.get(this.#clause) === "may";
    const isFree = [...this.#observations.values()].some(
      ({ observation }) => observation.grade === "may",
    );
    const isBrokenMay = [...this.#found.values()].some(
      ({ violation }) => violation.severity === "may",
    );
    return isMay || isFree || isBrokenMay ? "INFORMATIONAL" : "OK";
  }

  /** A case that shows how the clause is kept, where nothing else shows anything. */
  #withExample(evidence: readonly Evidence[]): readonly Evidence[] {
    if (evidence.length > 0 || this.#example === null) return evidence;
    return [{ violation: null, words: null, events: [], knownIssue: null, shown: this.#example }];
  }
}

function caseOf({ id, formOf }: ShownCase): string {
  return formOf ?? id;
}

/** A case of its own before any other, and then the shorter one. */
function betterOf(present: ShownCase | null, other: ShownCase, isOwn: boolean): ShownCase {
  if (present === null || (isOwn && present.origin !== "directed")) return other;
  return isOwn && sizeOf(other) < sizeOf(present) ? other : present;
}

function keep(all: Map<string, Found>, violation: FoundViolation, shown: ShownCase): void {
  const present = all.get(violation.fingerprint);
  const cases = (present?.cases ?? 0) + 1;
  const isBetter = present === undefined || isPlainer(shown, present.shown);
  all.set(violation.fingerprint, isBetter ? { violation, shown, cases } : { ...present, cases });
}

function isPlainer(one: ShownCase, other: ShownCase): boolean {
  if (one.origin !== other.origin) return one.origin === "directed";
  return sizeOf(one) < sizeOf(other);
}

function sizeOf({ plan }: ShownCase): number {
  return plan.operations.length;
}

const STRICTNESS: readonly Severity[] = ["must", "should", "may"];

function byStrictness(left: Found, right: Found): number {
  return (
    STRICTNESS.indexOf(left.violation.severity) - STRICTNESS.indexOf(right.violation.severity) ||
    Number(isPlainer(right.shown, left.shown)) - Number(isPlainer(left.shown, right.shown))
  );
}

function evidenceOfViolation({ violation, shown }: Found): Evidence {
  return { violation, words: null, events: violation.evidence, knownIssue: null, shown };
}

function evidenceOfObservation({
  observation,
  shown,
}: {
  readonly observation: Observation;
  readonly shown: ShownCase;
}): Evidence {
  const { words, evidence } = observation;
  return { violation: null, words, events: evidence, knownIssue: null, shown };
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
