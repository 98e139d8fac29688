/**
 * What a campaign says on a terminal.
 *
 * @packageDocumentation
 */
import type {
  CampaignOptions,
  CampaignProgress,
  CampaignSummary,
  ConfirmedFinding,
} from "../campaign/index.js";
import type { Paint } from "./paint.js";
import { counted, duration, grouped } from "./quantity.js";

const BAR_WIDTH = 20;
/** The summary lists that many groups in full; the rest stands in summary.json. */
const FINDINGS_SHOWN_MAX = 40;

/** `happnstance 0.1.0 · happn-3@1.13.3 (simulated) · seed 7 · 200 cases · 2 workers` */
export function headline(version: string, options: CampaignOptions): string {
  const budget =
    options.timeMs === null ? counted(options.cases, "case") : duration(options.timeMs);
  return [
    `happnstance ${version}`,
    `${options.target} (simulated)`,
    `seed ${options.seed}`,
    budget,
    counted(options.workers, "worker"),
  ].join(" · ");
}

/** One line that is rewritten while a campaign runs. `share` is how much of the budget is spent, 0 to 1. */
export function progressLine(progress: CampaignProgress, share: number, wallMs: number): string {
  const filled = Math.min(BAR_WIDTH, Math.floor(share * BAR_WIDTH));
  const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
  return `  ${bar} ${totals(progress, wallMs)}`;
}

/** `200/200 cases · 31,480 operations · 1 h 52 min virtual in 41 s · 9 findings` */
export function totals(progress: CampaignProgress, wallMs: number): string {
  const cases = Number.isFinite(progress.casesMax)
    ? `${grouped(progress.cases)}/${grouped(progress.casesMax)} cases`
    : counted(progress.cases, "case");
  return [
    cases,
    counted(progress.operations, "operation"),
    `${duration(progress.virtualMs)} virtual in ${duration(wallMs)}`,
    counted(progress.findings, "finding"),
  ].join(" · ");
}

/** The lines of one group of findings. */
export function findingLines(finding: ConfirmedFinding, paint: Paint): readonly string[] {
  const severity = paintSeverity(finding, paint);
  const name = finding.property.padEnd(30);
  const seen = `in ${counted(finding.cases, "case")}`.padEnd(14);
  const lines = [
    `  ${severity}  ${paint.bold(name)} ${finding.clause.padEnd(7)} ${seen} replay: ${paint.cyan(finding.token)}`,
    `          ${finding.example.violation.message}`,
    paint.dim(`          expected: ${finding.example.violation.expected}`),
  ];
  if (finding.known !== null) {
    lines.push(paint.dim(`          known as ${finding.known.id}: ${finding.known.sentence}`));
  }
  if (finding.confirmation === "diverged") {
    lines.push(
      paint.yellow("          diverged: a new process saw another history from the same plan"),
    );
  }
  return lines;
}

function paintSeverity(finding: ConfirmedFinding, paint: Paint): string {
  const text = finding.severity.padEnd(6);
  if (finding.known !== null) return paint.dim(text);
  if (finding.severity === "must") return paint.red(text);
  return finding.severity === "should" ? paint.yellow(text) : text;
}

/** All that follows the progress line once a campaign is over. */
export function summaryLines(summary: CampaignSummary, paint: Paint): readonly string[] {
  const lines: string[] = [""];
  for (const finding of summary.findingsList.slice(0, FINDINGS_SHOWN_MAX)) {
    lines.push(...findingLines(finding, paint));
  }
  const hidden = summary.findingsList.length - FINDINGS_SHOWN_MAX;
  if (hidden > 0) lines.push(`  … and ${counted(hidden, "more finding")} in summary.json`);
  for (const { property, cases, reason } of summary.unknown) {
    lines.push(`  ${paint.yellow("unknown")}  ${property} in ${counted(cases, "case")}: ${reason}`);
  }
  for (const { caseIndex, message } of summary.failures.slice(0, 3)) {
    lines.push(`  ${paint.red("internal error")} in case ${caseIndex}: ${message}`);
  }
  const idle = Object.entries(summary.exercised).filter(([, count]) => count === 0);
  if (idle.length > 0 && summary.cases > 0) {
    lines.push(`  never exercised: ${idle.map(([property]) => property).join(", ")}`);
  }
  return lines;
}
