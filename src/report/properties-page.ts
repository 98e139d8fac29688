/**
 * docs/PROPERTIES.md: which clause is judged by what, and what proves that it is.
 *
 * @packageDocumentation
 */
import type { Property, Severity } from "../../properties/index.js";

/** A clause of docs/PROTOCOL.md. */
export interface Clause {
  readonly id: string;
  /** The strictest word in its text; null for a convention, which binds no server. */
  readonly severity: Severity | null;
}

/** What the page needs to know of a mutant. */
export interface ProvingMutant {
  readonly id: string;
  readonly clause: string;
  readonly properties: readonly string[];
  readonly description: string;
}

/** A must that lacks a check or a mutant, and why. */
export interface Gap {
  readonly clause: string;
  readonly reason: string;
}

export interface PropertiesPage {
  readonly clauses: readonly Clause[];
  readonly properties: readonly Property[];
  readonly mutants: readonly ProvingMutant[];
  readonly gaps: readonly Gap[];
}

/** The musts that are not proven yet; a test holds this list against what there is. */
export const GAPS: readonly Gap[] = [];

/** The clauses of a specification, in its order. */
export function clausesOf(protocol: string): readonly Clause[] {
  return protocol
    .split(/^#{2,4} /m)
    .map((section) => [section.slice(0, section.indexOf("\n")), section] as const)
    .filter(([heading]) => /^[A-Z]{3}-\d+$/.test(heading))
    .map(([id, text]) => ({ id, severity: severityIn(text) }));
}

/** Properties that judge a clause: those that cite it, and those that must find its mutants. */
export function checksOf(
  clause: string,
  { properties, mutants }: Pick<PropertiesPage, "properties" | "mutants">,
): readonly Property[] {
  const proving = mutants
    .filter((mutant) => mutant.clause === clause)
    .flatMap((mutant) => mutant.properties);
  return properties.filter(({ id, clauses }) => clauses.includes(clause) || proving.includes(id));
}

/** Musts without a check or without a mutant. */
export function unprovenIn(page: Omit<PropertiesPage, "gaps">): readonly string[] {
  return page.clauses
    .filter(({ severity }) => severity === "must")
    .map(({ id }) => id)
    .filter(
      (id) =>
        checksOf(id, page).length === 0 || !page.mutants.some((mutant) => mutant.clause === id),
    );
}

/** The page, as Markdown. */
export function propertiesPage(page: PropertiesPage): string {
  const { clauses, properties, mutants, gaps } = page;
  const reasonOf = new Map(gaps.map(({ clause, reason }) => [clause, reason]));
  const rows = clauses.map(({ id, severity }) => {
    const checks = checksOf(id, page).map((property) => linkTo(property.id));
    const proofs = mutants
      .filter(({ clause }) => clause === id)
      .map((mutant) => `\`${mutant.id}\``);
    return [
      `[${id}](PROTOCOL.md#${id.toLowerCase()})`,
      severity ?? "convention",
      checks.join(", ") || "–",
      proofs.join(", ") || "–",
      reasonOf.get(id) ?? "",
    ];
  });
  const sections = properties.map((property) => {
    const own = mutants.filter((mutant) => mutant.properties.includes(property.id));
    return [
      `### ${property.id}`,
      "",
      `**${property.severity}.** ${property.promise} (${property.clauses.join(", ")})`,
      "",
      ...own.map(({ id, clause, description }) => `- \`${id}\` (${clause}): ${description}`),
      ...(own.length === 0 ? ["No mutant breaks it."] : []),
      "",
    ];
  });
  return [
    "# Properties",
    "",
    "What is judged, clause by clause, and by which servers that are wrong on purpose it is proven.",
    "Generated from the registry of properties and the mutants; `happnstance selftest` runs them.",
    "",
    "## Clauses",
    "",
    ...table(["Clause", "Severity", "Judged by", "Proven by", "Remark"], rows),
    "",
    "## Promises",
    "",
    "Each with the mutants that it must find; of several properties of a mutant, one is enough.",
    "",
    ...sections.flat(),
  ]
    .join("\n")
    .replace(/\n+$/, "\n");
}

function severityIn(text: string): Severity | null {
  for (const severity of ["must", "should", "may"] as const) {
    if (new RegExp(`\\*\\*${severity}[.:]\\*\\*`).test(text)) return severity;
  }
  return null;
}

function linkTo(property: string): string {
  return `[${property}](#${property})`;
}

/** A table with its columns aligned, as the formatter of the repository leaves it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)];
}
