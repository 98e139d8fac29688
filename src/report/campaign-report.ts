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
  Divergence,
  KnownFinding,
  Minimised,
} from "../campaign/index.js";
import { judgementOf } from "../engine/index.js";
import type { Paint } from "./paint.js";
import { planSize } from "./plan-size.js";
import { counted, duration, grouped } from "./quantity.js";
import { sequenceLines, type SequenceOptions } from "./sequence.js";
import { timelineOf } from "./timeline/index.js";

const BAR_WIDTH = 20;
/** The summary lists that many groups in full; the rest stands in summary.json. */
const FINDINGS_SHOWN_MAX = 40;
/** And so many with their sequence of frames. */
const TOLD_MAX = 5;

/** `happnstance 0.1.0 · happn-3@1.13.3 (simulated) · seed 7 · 200 cases · 2 workers` */
export function headline(version: string, options: CampaignOptions, isLive: boolean): string {
  const budget =
    options.timeMs === null ? counted(options.cases, "case") : duration(options.timeMs);
  return [
    `happnstance ${version}`,
    `${options.target} (${isLive ? "in real time" : "simulated"})`,
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
    `${counted(progress.findings, "new finding")}`,
  ].join(" · ");
}

/** The lines of one group of findings; where its plan is a small one, with the sequence of frames if `isTold`. */
export function findingLines(
  finding: ConfirmedFinding,
  style: SequenceOptions,
  isTold = true,
): readonly string[] {
  const { paint } = style;
  const severity = paintSeverity(finding, paint);
  const name = finding.property.padEnd(30);
  const seen = `in ${counted(finding.cases, "case")}`.padEnd(14);
  const lines = [
    `  ${severity}  ${paint.bold(name)} ${finding.clause.padEnd(7)} ${seen} replay: ${paint.cyan(finding.token)}`,
    `          ${finding.example.violation.message}`,
    paint.dim(`          expected: ${finding.example.violation.expected}`),
  ];
  if (finding.again !== undefined) {
    const { seen, runs } = finding.again;
    lines.push(paint.dim(`          run again in real time: seen in ${seen} of ${runs}`));
  }
  if (finding.confirmation === "diverged") {
    lines.push(
      paint.yellow("          diverged: a new process saw another history from the same plan"),
    );
  }
  if (finding.minimised !== undefined) {
    lines.push(...minimisedLines(finding, finding.minimised, style, isTold));
  }
  return lines;
}

function minimisedLines(
  { outcome, example }: ConfirmedFinding,
  { originalPlan, runs, isMinimal }: Minimised,
  style: SequenceOptions,
  isTold: boolean,
): readonly string[] {
  if (outcome === null) return [];
  const { plan, history } = outcome;
  const rest = isMinimal ? "" : "; happnstance minimise goes on";
  const line = `          ${planSize(originalPlan)} → ${planSize(plan)} in ${counted(runs, "run")}${rest}`;
  if (history === null || !isTold) return [style.paint.dim(line)];
  const finding = judgementOf(example.violation);
  return [
    style.paint.dim(line),
    ...sequenceLines(timelineOf({ finding, history, plan }), style),
    "",
  ];
}

function paintSeverity(finding: ConfirmedFinding, paint: Paint): string {
  const text = finding.severity.padEnd(6);
  if (finding.severity === "must") return paint.red(text);
  return finding.severity === "should" ? paint.yellow(text) : text;
}

/** What is said of known issues besides what the campaign saw of them. */
export interface KnownText {
  readonly absent: readonly { readonly id: string; readonly status: string }[];
  /** Flags without which the tokens of this campaign make other plans, each with a space before it. */
  readonly flags: string;
}

/** The known issues of a campaign, one a line. */
export function knownLines(
  { knownList, target }: Pick<CampaignSummary, "knownList" | "target">,
  { absent, flags }: KnownText,
  paint: Paint,
): readonly string[] {
  const lines: string[] = [];
  if (knownList.length > 0) {
    lines.push(
      `  known   ${counted(knownList.length, "issue")} of ${target}, described in docs/FINDINGS.md`,
      ...knownList.map((finding) => paint.dim(knownLine(finding))),
    );
  }
  const gone = absent.filter(({ status }) => status === "gone");
  if (gone.length > 0) {
    const ids = gone.map(({ id }) => id).join(", ");
    lines.push(`  ${paint.green("no longer reproduces:")} ${ids}`);
  }
  const unseen = absent.length - gone.length;
  if (unseen > 0) {
    lines.push(paint.dim(`          and ${counted(unseen, "known issue")} that no case showed`));
  }
  if (flags !== "") lines.push(paint.dim(`  tokens of this run need${flags}`));
  return lines;
}

function knownLine({ issue, cases, token, example }: KnownFinding): string {
  const seen = `in ${counted(cases, "case")}`.padEnd(14);
  return `          ${issue.padEnd(48)} ${example.violation.clause.padEnd(7)} ${seen} replay: ${token}`;
}

/** All that follows the progress line once a campaign is over. */
export function summaryLines(
  summary: CampaignSummary,
  known: KnownText,
  style: SequenceOptions,
): readonly string[] {
  const { paint } = style;
  const lines: string[] = [""];
  for (const [index, finding] of summary.findingsList.slice(0, FINDINGS_SHOWN_MAX).entries()) {
    lines.push(...findingLines(finding, style, index < TOLD_MAX));
  }
  const hidden = summary.findingsList.length - FINDINGS_SHOWN_MAX;
  if (hidden > 0) lines.push(`  … and ${counted(hidden, "more finding")} in summary.json`);
  lines.push(...knownLines(summary, known, paint));
  for (const { property, cases, reason, token } of summary.unknown) {
    lines.push(
      `  ${paint.yellow("unknown")}  ${property} in ${counted(cases, "case")}: ${reason} · replay: ${token}`,
    );
  }
  for (const { caseIndex, message } of summary.failures.slice(0, 3)) {
    lines.push(`  ${paint.red("internal error")} in case ${caseIndex}: ${message}`);
  }
  for (const divergence of summary.divergences.slice(0, DIVERGENCES_SHOWN_MAX)) {
    lines.push(...divergenceLines(divergence, paint));
  }
  lines.push(...faultLines(summary, paint));
  const idle = Object.entries(summary.exercised).filter(([, count]) => count === 0);
  if (idle.length > 0 && summary.cases > 0) {
    lines.push(`  never exercised: ${idle.map(([property]) => property).join(", ")}`);
  }
  return lines;
}

const DIVERGENCES_SHOWN_MAX = 5;

/** A case that was run twice, and was not the same. */
function divergenceLines(
  { token, index, events, sites }: Divergence,
  paint: Paint,
): readonly string[] {
  const told = events.map((event) => (event === null ? "nothing" : JSON.stringify(event)));
  const shown = told.map((text) =>
    text.length > EVENT_MAX ? `${text.slice(0, EVENT_MAX)}…` : text,
  );
  return [
    `  ${paint.yellow("diverged")} in event ${index} of two runs · replay: ${token}`,
    ...shown.map((text, run) => paint.dim(`          run ${run + 1}: ${text}`)),
    ...sites.slice(0, 3).map((site) => `          uncontrolled before it: ${site}`),
  ];
}

/** Characters of an event that are shown. */
const EVENT_MAX = 200;

/** How often each kind of fault and each strategy of the schedule came up; what never did is named. */
function faultLines(
  { faults, strategies, cases, repeated }: CampaignSummary,
  paint: Paint,
): readonly string[] {
  if (cases === 0) return [];
  const kinds = Object.entries(faults);
  const seen = kinds.filter(([, count]) => count > 0);
  const explored = Object.entries(strategies).map(([name, count]) => `${name} ${grouped(count)}`);
  const schedules = paint.dim(
    `  schedules  ${explored.join(" · ")} cases; ${grouped(repeated)} that passed were run twice`,
  );
  if (seen.length === 0) return [paint.dim("  faults     none"), schedules];
  const never = kinds.filter(([, count]) => count === 0).map(([kind]) => kind);
  return [
    paint.dim(
      `  faults     ${seen.map(([kind, count]) => `${kind} ${grouped(count)}`).join(" · ")}`,
    ),
    ...(never.length === 0 ? [] : [`  never inflicted: ${never.join(", ")}`]),
    schedules,
  ];
}
