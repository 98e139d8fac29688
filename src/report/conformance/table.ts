/**
 * The matrix on a terminal.
 *
 * @packageDocumentation
 */
import type { ClauseVerdict } from "../../conformance/index.js";
import type { Paint } from "../paint.js";
import { counted } from "../quantity.js";
import { wrapped } from "../wrap.js";
import type { CellRecord, ConformanceDocument } from "./document.js";
import { operationWords } from "./operation-words.js";
import { VERDICT_SIGNS } from "./verdict-words.js";

export interface TableOptions {
  /** Of the terminal. */
  readonly columns: number;
  readonly paint: Paint;
}

/** Longest verdict, with its sign. */
const CELL_WIDTH = 16;
const NAME_WIDTH_MAX = 26;
/** Failures that are told under the table, a clause and target. */
const TOLD_MAX = 2;

/** The table, and what is broken under it. */
export function conformanceLines(
  document: ConformanceDocument,
  options: TableOptions,
): readonly string[] {
  return [...tableLines(document, options), "", ...failureLines(document, options)];
}

function tableLines(
  { clauses, targets }: ConformanceDocument,
  { paint }: TableOptions,
): readonly string[] {
  const titleWidth = Math.max(...clauses.map(({ title }) => title.length));
  const names = targets.map(({ target }) => shortName(target));
  const widths = names.map((name) => Math.max(CELL_WIDTH, name.length));
  const head = names.map((name, place) => name.padEnd((widths[place] ?? 0) + 2)).join("");
  const lines = [`  ${"".padEnd(8 + titleWidth + 2)}${head}`.trimEnd()];
  let section = "";
  clauses.forEach((clause, row) => {
    if (clause.section !== section) {
      section = clause.section;
      lines.push(paint.bold(`  ${section}`));
    }
    const cells = targets.map(({ cells }, place) => {
      const verdict = cells[row]?.verdict ?? "UNKNOWN";
      const text = `${VERDICT_SIGNS[verdict]} ${verdict}`.padEnd((widths[place] ?? 0) + 2);
      return colourOf(verdict, paint)(text);
    });
    lines.push(`  ${clause.id.padEnd(8)}${clause.title.padEnd(titleWidth + 2)}${cells.join("")}`);
  });
  return lines;
}

function failureLines(
  document: ConformanceDocument,
  { columns, paint }: TableOptions,
): readonly string[] {
  const width = Math.max(40, Math.min(columns, 120) - 6);
  return document.targets.flatMap(({ target, cells, cases }) => {
    const failed = cells.filter(({ verdict }) => verdict === "FAILED");
    const head = `  ${paint.bold(target)}  ${counted(cases.directed, "directed case")}, ${counted(cases.generated, "generated case")}: ${tally(cells)}`;
    return [head, ...failed.flatMap((cell) => cellLines(cell, width, paint))];
  });
}

function cellLines(cell: CellRecord, width: number, paint: Paint): readonly string[] {
  const broken = cell.evidence.filter(({ severity }) => severity === "must");
  return broken.slice(0, TOLD_MAX).flatMap((evidence) => {
    const known = evidence.knownIssue === undefined ? "" : `  known: ${evidence.knownIssue}`;
    return [
      `    ${paint.red(`✗ ${cell.clause}`)}  ${evidence.property ?? ""}, ${caseWords(evidence)}${paint.dim(known)}`,
      ...wrapped(firstLine(evidence.message), width).map((line) => `      ${line}`),
    ];
  });
}

function firstLine(message: string): string {
  const [line = "", ...rest] = message.split("\n");
  return rest.length === 0 ? line : `${line} …`;
}

function caseWords({ case: { id, origin }, operations }: CellRecord["evidence"][number]): string {
  const name = origin === "directed" ? id : `${origin} case ${id}`;
  const [first] = operations;
  return operations.length === 1 && first !== undefined
    ? `${name}: ${operationWords(first)}`
    : `${name} (${counted(operations.length, "operation")})`;
}

/** `40 OK, 2 FAILED, 1 UNKNOWN`. */
export function tally(cells: readonly CellRecord[]): string {
  const counts = new Map<ClauseVerdict, number>();
  for (const { verdict } of cells) {
    if (verdict !== "CONVENTION") counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  return [...counts]
    .sort((left, right) => right[1] - left[1])
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(", ");
}

/** Of a long command, the beginning and the end. */
export function shortName(target: string): string {
  if (target.length <= NAME_WIDTH_MAX) return target;
  const half = Math.floor((NAME_WIDTH_MAX - 1) / 2);
  return `${target.slice(0, half)}…${target.slice(-half)}`;
}

function colourOf(verdict: ClauseVerdict, paint: Paint): (text: string) => string {
  switch (verdict) {
    case "FAILED":
      return paint.red;
    case "NON-STRICT":
    case "UNKNOWN":
    case "UNIMPLEMENTED":
      return paint.yellow;
    case "OK":
      return paint.green;
    case "INFORMATIONAL":
      return paint.cyan;
    case "UNEXERCISED":
    case "CONVENTION":
      return paint.dim;
  }
}
