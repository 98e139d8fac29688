/**
 * `happnstance report`: shows a finding, on the terminal and as a page.
 *
 * @packageDocumentation
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import type { Command } from "commander";

import { propertyOf } from "../../properties/index.js";
import {
  FINDING_FORMAT,
  judgementOf,
  seenAgain,
  type Artifact,
  type CaseOutcome,
  type FindingRecord,
  type FoundViolation,
} from "../engine/index.js";
import {
  counted,
  paintOf,
  runIndexPage,
  sequenceLines,
  timelineOf,
  type IndexedFinding,
  type Paint,
} from "../report/index.js";
import { issueIds } from "./avoid.js";
import { faultChoice } from "./fault-choice.js";
import { EXIT, usageError, type ExitCode } from "./exit-code.js";
import { durationMs } from "./options.js";
import {
  answered,
  artifactAt,
  caseOf,
  caseOfArtifact,
  folderOf,
  rerun,
  type CaseFlags,
} from "./replayed-case.js";
import { columnsOf, hasDisplay } from "./terminal.js";
import { clauseTextOf, TIMELINE, writeFinding, writeTimeline } from "./timeline-file.js";
import { packageVersion } from "./version.js";

interface ReportFlags extends CaseFlags {
  readonly all?: boolean;
  readonly open?: boolean;
  readonly out: string;
  readonly watchdog: number;
}

export function addReport(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("report")
    .description("show a finding, or all of a run, on the terminal and as a page")
    .argument("<what>", "an artifact's folder, a run's folder, a corpus entry, or a token")
    .option("--all", "show every event on the terminal, not what matters alone")
    .option("--open", "open the page (default: where there is a display)")
    .option("--no-open", "only write the page, and say where it is")
    .option("--target <id>", "the target, where a token does not tell it")
    .option("--avoid <issues>", "what the campaign that printed the token avoided", issueIds, [])
    .option("--faults <kinds>", "what that campaign was told of faults", faultChoice)
    .option("--out <folder>", "where to keep what had to be run again", "happnstance-out")
    .option(
      "--watchdog <duration>",
      "wall time a server may be busy with a case",
      durationMs,
      30_000,
    )
    .action(async (what: string, flags: ReportFlags) => end(await report(what, flags)));
}

async function report(what: string, flags: ReportFlags): Promise<ExitCode> {
  const folder = folderOf(what);
  if (folder === null) return ofToken(what, flags);
  if (existsSync(join(folder, "finding.json"))) return ofArtifact(folder, flags);
  if (existsSync(join(folder, "summary.json"))) return ofRun(folder, flags);
  throw usageError(
    `${folder} is neither an artifact (it has no finding.json) nor a run (it has no summary.json)`,
  );
}

async function ofArtifact(folder: string, flags: ReportFlags): Promise<ExitCode> {
  const kept = artifactAt(folder);
  if (kept.history !== null) {
    tell(kept, flags);
    show(
      guarded(() => writeTimeline(folder, kept)),
      flags,
    );
    return EXIT.passed;
  }
  const { finding, plan } = kept;
  const reply = answered(await rerun(caseOfArtifact(kept, {}), flags.watchdog));
  const outcome = reply.kind === "verdict" ? reply.outcome : undefined;
  const violation =
    reply.kind === "verdict"
      ? reply.verdict.violations.find(({ fingerprint }) => fingerprint === finding.fingerprint)
      : undefined;
  if (reply.kind === "verdict" && (violation === undefined || outcome === undefined)) {
    say(`  ${finding.target} does not break ${finding.property} in this way any more`);
    return EXIT.passed;
  }
  // Where the server was lost again, the finding stands as it is, without a history.
  const seen =
    reply.kind === "verdict" && violation !== undefined
      ? seenAgain(finding, violation, reply.verdict.hash)
      : finding;
  const artifact: Artifact = { finding: withClause(seen), plan, history: outcome?.history ?? null };
  const out = join(
    flags.out,
    `${finding.target}-${basename(resolve(folder))}`.replaceAll(":", "-"),
  );
  tell(artifact, flags);
  guarded(() => writeFinding(out, artifact));
  show(join(out, TIMELINE), flags);
  return EXIT.passed;
}

async function ofToken(token: string, flags: ReportFlags): Promise<ExitCode> {
  const found = caseOf(token, flags);
  const reply = answered(await rerun(found, flags.watchdog));
  if (reply.kind !== "verdict" || reply.outcome === undefined) {
    throw usageError(`${token} ends its server before it can tell what happened; replay shows how`);
  }
  const { verdict, outcome } = reply;
  if (found.isSame?.(verdict.hash) === false) {
    say("  another history than the one found: another build of the target, or another Node");
  }
  const firsts = new Map<string, FoundViolation>();
  for (const violation of verdict.violations) {
    if (!firsts.has(violation.fingerprint)) firsts.set(violation.fingerprint, violation);
  }
  if (firsts.size === 0) {
    say("  nothing is broken in this case");
    return EXIT.passed;
  }
  const parent = join(flags.out, token);
  const findings = [...firsts.values()].map((violation): IndexedFinding => {
    const finding = recordOf(violation, outcome, { token, hash: verdict.hash });
    const artifact = { finding, ...outcome };
    tell(artifact, flags);
    const folder = `${finding.property}-${finding.fingerprint}`;
    guarded(() => writeFinding(join(parent, folder), artifact));
    return { finding, folder };
  });
  const [only] = findings;
  if (findings.length === 1 && only !== undefined) show(join(parent, only.folder, TIMELINE), flags);
  else show(writeIndex(parent, findings), flags);
  return EXIT.passed;
}

function ofRun(folder: string, flags: ReportFlags): ExitCode {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => existsSync(join(folder, name, "finding.json")))
    .sort((left, right) => (left < right ? -1 : 1));
  if (names.length === 0) {
    say("  nothing was found in this run");
    return EXIT.passed;
  }
  const paint = paintOf(process.stdout.isTTY);
  const findings = names.map((name): IndexedFinding => {
    const artifact = artifactAt(join(folder, name));
    guarded(() => writeTimeline(join(folder, name), artifact));
    const { severity, property, clause, message } = artifact.finding;
    say(`  ${severity.padEnd(6)}  ${paint.bold(property)}  ${clause}`);
    say(`          ${message}`);
    say(paint.dim(`          ${join(folder, name, TIMELINE)}`));
    return { finding: artifact.finding, folder: name };
  });
  say("");
  say(`  ${counted(findings.length, "timeline")}`);
  show(writeIndex(folder, findings), flags);
  return EXIT.passed;
}

function writeIndex(folder: string, findings: readonly IndexedFinding[]): string {
  const path = join(folder, "index.html");
  guarded(() => writeFileSync(path, runIndexPage(basename(resolve(folder)), findings)));
  return path;
}

/** The finding and its frames, on the terminal. */
function tell({ finding, plan, history }: Artifact, flags: ReportFlags): void {
  const paint = paintOf(process.stdout.isTTY);
  const { target, clause, severity, property, promise, message, expected } = finding;
  say("");
  say(`  ${paint.bold(`${target} breaks ${clause}`)} (${severity}) · ${property}`);
  say(paint.dim(`  ${promise}`));
  say(`  ${message}`);
  say("");
  if (history === null) {
    say(`  expected: ${expected}`);
    say("  The server never answered, so there is no history to show.");
    return;
  }
  for (const line of sequenceLines(timelineOf({ finding, history, plan }), {
    columns: columnsOf(process.stdout),
    paint,
    ...(flags.all === true ? { shows: "other" as const } : {}),
  })) {
    say(line);
  }
}

/** Says where the page is, and opens it where that is wanted. */
function show(path: string, flags: ReportFlags): void {
  const paint: Paint = paintOf(process.stdout.isTTY);
  say("");
  say(`  ${paint.cyan(path)}`);
  if (!(flags.open ?? hasDisplay())) return;
  const url = pathToFileURL(resolve(path)).href;
  const [command, ...args] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", "", url]
        : ["xdg-open", url];
  const child = spawn(command, args, { detached: true, stdio: "ignore" });
  child.on("error", ({ message }) => {
    process.stderr.write(`  it can't be opened from here (${message}); open it in a browser\n`);
  });
  child.unref();
}

function recordOf(
  violation: FoundViolation,
  { history }: CaseOutcome,
  { token, hash }: { readonly token: string; readonly hash: string },
): FindingRecord {
  return withClause({
    format: FINDING_FORMAT,
    version: packageVersion(),
    node: process.version,
    token,
    target: history.header.target,
    ...judgementOf(violation),
    promise: propertyOf(violation.property)?.promise ?? "",
    traceHash: hash,
    confirmation: "unconfirmed",
  });
}

function withClause(finding: FindingRecord): FindingRecord {
  const clauseText = clauseTextOf(finding.clause);
  return clauseText === undefined ? finding : { ...finding, clauseText };
}

/** Does what writes files. @throws CommandError (64) where it can't be written */
function guarded<Value>(write: () => Value): Value {
  try {
    return write();
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw usageError(
      `cannot write ${path ?? "the page"} (${code}); choose another folder with --out`,
    );
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
