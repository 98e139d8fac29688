/**
 * conformance.json: the matrix as plain data, which every other form of it is made from.
 *
 * @packageDocumentation
 */
import {
  CLAUSES,
  SECTIONS,
  CONVENTIONS,
  type Cell,
  type ClauseVerdict,
  type Evidence,
  type Matrix,
  type Origin,
} from "../../conformance/index.js";
import type { History } from "../../history/index.js";
import type { PlannedOperation } from "../../plan/index.js";
import { LENIENT_CLAUSES, type Severity } from "../../../properties/index.js";
import { describeEvent } from "../story.js";

/** Version of conformance.json. */
export const CONFORMANCE_FORMAT = 1;

export interface ConformanceDocument {
  readonly format: typeof CONFORMANCE_FORMAT;
  /** Of happnstance. */
  readonly version: string;
  readonly seed: string;
  readonly clauses: readonly ClauseRow[];
  readonly targets: readonly TargetColumn[];
}

export interface ClauseRow {
  readonly id: string;
  readonly title: string;
  readonly section: string;
  /** The strictest word of the clause; null for a convention. */
  readonly severity: Severity | null;
}

export interface TargetColumn {
  readonly target: string;
  readonly profile: string;
  readonly cases: { readonly directed: number; readonly generated: number };
  readonly cells: readonly CellRecord[];
}

export interface CellRecord {
  readonly clause: string;
  readonly verdict: ClauseVerdict;
  /** How often it was put to the test, and in how many cases. */
  readonly exercised: number;
  readonly cases: number;
  readonly remarks: readonly string[];
  readonly evidence: readonly EvidenceRecord[];
}

export interface EvidenceRecord {
  /** Present where something is broken. */
  readonly property?: string;
  readonly severity?: Severity;
  /** The clause that is named as broken. */
  readonly clause?: string;
  readonly fingerprint?: string;
  readonly expected?: string;
  /** A known issue of the target. */
  readonly knownIssue?: string;
  /** What happened or was observed; empty where the case just shows how the clause is kept. */
  readonly message: string;
  readonly case: { readonly id: string; readonly says: string; readonly origin: Origin };
  readonly mode: "lockstep" | "concurrent";
  readonly operations: readonly PlannedOperation[];
  readonly log: readonly LogLine[];
}

export interface LogLine {
  /** Milliseconds since the case began: virtual, or of a target in real time real ones. */
  readonly at: number;
  readonly text: string;
  /** Present where it shows the failure. */
  readonly isEvidence?: true;
}

/** Lines of a log; of a longer one, what surrounds the evidence. */
const LOG_LINES_MAX = 150;

/** The matrix as data. @param version of happnstance */
export function conformanceDocument(
  { seed, targets }: Matrix,
  version: string,
): ConformanceDocument {
  return {
    format: CONFORMANCE_FORMAT,
    ...{ version, seed },
    clauses: CLAUSES.map(({ id, title }) => ({
      ...{ id, title },
      section: SECTIONS[id.split("-")[0] ?? ""] ?? "",
      severity: severityOf(id),
    })),
    targets: targets.map(({ target, profile, directedCount, generatedCount, cells }) => ({
      ...{ target, profile },
      cases: { directed: directedCount, generated: generatedCount },
      cells: cells.map(cellRecord),
    })),
  };
}

function severityOf(clause: string): Severity | null {
  const isConvention = CONVENTIONS.some(({ id }) => id === clause);
  return isConvention ? null : (LENIENT_CLAUSES.get(clause) ?? "must");
}

function cellRecord({ clause, verdict, exercised, cases, remarks, evidence }: Cell): CellRecord {
  return {
    ...{ clause, verdict, exercised, cases, remarks },
    evidence: evidence.map(evidenceRecord),
  };
}

function evidenceRecord({ violation, words, events, knownIssue, shown }: Evidence): EvidenceRecord {
  const { id, says, origin, plan, history } = shown;
  return {
    ...(violation === null
      ? {}
      : {
          property: violation.property,
          severity: violation.severity,
          clause: violation.clause,
          fingerprint: violation.fingerprint,
          expected: violation.expected,
        }),
    ...(knownIssue === null ? {} : { knownIssue }),
    message: violation?.message ?? words ?? "",
    case: { id, says, origin },
    mode: plan.mode,
    operations: plan.operations,
    log: history === null ? [] : logOf(history, events),
  };
}

/** The wire at the server: what arrived there and what it wrote, and what happened to connections. */
function logOf({ events }: History, evidence: readonly number[]): readonly LogLine[] {
  const lines = events.flatMap((event, index) => {
    const isEvidence = evidence.includes(index);
    if (!isEvidence && UNTOLD.has(event.kind)) return [];
    const line = { index, at: event.at, text: describeEvent(event, events) };
    return [isEvidence ? { ...line, isEvidence: true as const } : line];
  });
  return shortened(lines).map(({ at, text, ...rest }) => ({
    ...{ at, text },
    ...("isEvidence" in rest ? { isEvidence: true as const } : {}),
  }));
}

/** The other end of what is told already. */
const UNTOLD: ReadonlySet<string> = new Set(["send", "receive", "connect", "closed", "census"]);

interface Line extends LogLine {
  readonly index: number;
}

function shortened(lines: readonly Line[]): readonly Line[] {
  if (lines.length <= LOG_LINES_MAX) return lines;
  const marked = lines.flatMap(({ isEvidence }, place) => (isEvidence === true ? [place] : []));
  const [first = 0] = marked;
  const last = marked.at(-1) ?? LOG_LINES_MAX;
  const around = Math.max(5, Math.floor((LOG_LINES_MAX - (last - first)) / 2));
  const isNear = (place: number) => place >= first - around && place <= last + around;
  const near = lines.filter((_, place) => isNear(place));
  if (near.length <= 2 * LOG_LINES_MAX) return near;
  return lines.filter((_, place) => marked.some((each) => Math.abs(each - place) <= 5));
}
