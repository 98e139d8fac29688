/**
 * The matrix in Markdown, for a document: the verdicts, and what is broken.
 *
 * @packageDocumentation
 */
import { CLAUSE_VERDICTS } from "../../conformance/index.js";
import type { CellRecord, ConformanceDocument, TargetColumn } from "./document.js";
import { tally } from "./table.js";
import { VERDICT_MEANINGS, VERDICT_SIGNS } from "./verdict-words.js";

/** The whole document; links are those of a page beside docs/PROTOCOL.md. */
export function conformanceMarkdown({
  version,
  seed,
  clauses,
  targets,
}: ConformanceDocument): string {
  const head = ["Clause", "", ...targets.map(({ target }) => target)];
  const rows = clauses.map(({ id, title }, row) => [
    `[${id}](PROTOCOL.md#${id.toLowerCase()})`,
    title,
    ...targets.map(({ cells }) => {
      const verdict = cells[row]?.verdict ?? "UNKNOWN";
      return verdict === "OK" || verdict === "CONVENTION"
        ? VERDICT_SIGNS[verdict]
        : `${VERDICT_SIGNS[verdict]} ${verdict}`;
    }),
  ]);
  const legend = CLAUSE_VERDICTS.map((verdict) => [
    `${VERDICT_SIGNS[verdict]} ${verdict}`,
    VERDICT_MEANINGS[verdict],
  ]);
  return [
    "# Conformance",
    "",
    "Servers held to [PROTOCOL.md](PROTOCOL.md), clause by clause. Made by `happnstance conform`, version",
    `${version}, seed \`${seed}\`; the same command writes \`conformance.html\`, in which each verdict opens its`,
    "evidence: the operations and every frame.",
    "",
    ...tableOf(["Verdict", "Says"], legend),
    "",
    "## The matrix",
    "",
    ...tableOf(head, rows),
    "",
    "## What is broken",
    "",
    "Each failure by itself: the clause, the case that shows it, and the known issue of that release that it",
    "is due to ([FINDINGS.md](FINDINGS.md)).",
    "",
    ...targets.flatMap(brokenIn),
  ].join("\n");
}

function brokenIn({ target, cells, cases }: TargetColumn): readonly string[] {
  const rows = cells.flatMap(failureRows);
  return [
    `### ${target}`,
    "",
    `${cases.directed} directed and ${cases.generated} generated cases: ${tally(cells)}.`,
    "",
    ...(rows.length === 0
      ? ["Nothing is broken."]
      : tableOf(["Clause", "Severity", "Property", "Case", "Known issue"], rows)),
    "",
  ];
}

function failureRows({ clause, evidence, verdict }: CellRecord): readonly (readonly string[])[] {
  if (verdict !== "FAILED" && verdict !== "NON-STRICT") return [];
  const rows = evidence.map(({ severity, property, case: { id, origin }, knownIssue, message }) => [
    clause,
    severity ?? (verdict === "NON-STRICT" ? "should" : ""),
    property ?? message,
    origin === "directed" ? `\`${id}\`` : `${origin} ${id}`,
    knownIssue === undefined ? "" : `\`${knownIssue}\``,
  ]);
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = JSON.stringify(row);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** A table as the formatter of this project leaves it. */
function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) =>
    Math.max(3, ...all.map((row) => [...(row[column] ?? "")].length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - [...cell].length)).join(" | ")} |`;
  const [first = [], ...rest] = all;
  return [line(first), line(widths.map((width) => "-".repeat(width))), ...rest.map(line)];
}
