/**
 * `happnstance conform`: a verdict for each clause of the protocol, on one server or several.
 *
 * @packageDocumentation
 */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";

import { InvalidArgumentError, type Command } from "commander";

import { PROFILE_IDS } from "../../models/index.js";
import {
  CLAUSES,
  conform,
  type ClauseVerdict,
  type ConformOptions,
  type Matrix,
  type TargetConformance,
} from "../conformance/index.js";
import {
  conformanceDocument,
  conformanceLines,
  conformanceMarkdown,
  conformancePage,
  paintOf,
  type ConformanceDocument,
} from "../report/index.js";
import { referenceId } from "../targets/reference/index.js";
import { CATALOG, entryOf, spokenIdOf, type CatalogEntry } from "./catalog.js";
import { EXIT, usageError, type ExitCode } from "./exit-code.js";
import { Interruption } from "./interrupt.js";
import { knownIssuesOf } from "./known-issues.js";
import { addLiveFlags, checkedSettings, settingsOf, type LiveFlags } from "./live-flags.js";
import { durationMs, seedText, wholeNumber } from "./options.js";
import { LIVE_WATCHDOG_MS, preparedTarget, RUNNER_PATH } from "./prepared-target.js";
import { RunFolder } from "./run-folder.js";
import { StatusLine } from "./status-line.js";
import { clauseTextOf } from "./timeline-file.js";
import { packageVersion } from "./version.js";

interface ConformFlags extends LiveFlags {
  readonly seed?: string;
  readonly cases?: number;
  readonly clauses?: readonly string[];
  readonly workers?: number;
  readonly watchdog: number;
  readonly minimise: number;
  readonly all?: boolean;
  readonly out: string;
  readonly markdown?: string;
  readonly json?: boolean;
}

/** Wall time that a case may take: directed cases that a server never comes back from are waited for. */
const CONFORM_WATCHDOG_MS = 20_000;

/** For about a dozen failures, of a server whose cases take a tenth of a second. */
const MINIMISE_MS = 60_000;

const PAGE = "conformance.html";

/** Generated cases where nothing is said: about half a minute of them. */
const CASES_DEFAULT = 200;
const LIVE_CASES_DEFAULT = 20;
/** Plans wait generously, and a server in real time is waited for. */
const LIVE_SPEED_DEFAULT = 10;
/** Cases in real time mostly wait. */
const LIVE_WORKERS_OF_CPU = 4;

export function addConform(program: Command, end: (code: ExitCode) => void): void {
  addLiveFlags(program.command("conform"))
    .description("hold servers to the protocol, clause by clause: a matrix of verdicts")
    .argument("[targets...]", "target ids, see `happnstance targets`")
    .option("--all", "the reference and every pinned release")
    .option(
      "--seed <text>",
      "where the chance of generated cases comes from (default: a new one)",
      seedText,
    )
    .option(
      "--cases <n>",
      `generated cases a target, besides the directed ones (default: ${CASES_DEFAULT}, ${LIVE_CASES_DEFAULT} in real time)`,
      wholeNumber(0),
    )
    .option("--clauses <ids>", "directed cases for these alone: STO-4,SUB-2", clauseIds)
    .option("--workers <n>", "runner processes", wholeNumber(1, 256))
    .option(
      "--watchdog <duration>",
      "wall time a server may be busy with a case",
      durationMs,
      CONFORM_WATCHDOG_MS,
    )
    .option(
      "--minimise <duration>",
      "time a target may take for making failures of generated cases small; 0: none",
      (text) => (text === "0" ? 0 : durationMs(text)),
      MINIMISE_MS,
    )
    .option("--out <folder>", "where runs are kept", "happnstance-out")
    .option("--markdown <file>", "write the verdicts as Markdown as well")
    .option("--json", "print conformance.json")
    .action(async (targets: readonly string[], flags: ConformFlags) =>
      end(await runConform(targets, flags)),
    );
}

function clauseIds(text: string): readonly string[] {
  const ids = text.split(",").map((id) => id.trim().toUpperCase());
  const unknown = ids.find((id) => !CLAUSES.some((clause) => clause.id === id));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`there is no clause "${unknown}"; they look like STO-4,SUB-2.`);
  }
  return ids;
}

async function runConform(targets: readonly string[], flags: ConformFlags): Promise<ExitCode> {
  const ids = flags.all === true ? [...plainIds(), ...targets] : targets;
  if (ids.length === 0) throw usageError("name the servers to hold to the protocol, or give --all");
  const entries = [...new Set(ids)].map(entryOf);
  for (const entry of entries) liveSettings(entry, flags);
  const seed = flags.seed ?? randomBytes(4).toString("hex");
  const folder = RunFolder.create(flags.out);
  const status = new StatusLine(flags.json === true ? null : process.stderr);
  const interruption = new Interruption(status);
  const columns: TargetConformance[] = [];
  try {
    for (const entry of entries) {
      if (interruption.hasCome) break;
      columns.push(await held(entry, { flags, seed, status, isOver: () => interruption.hasCome }));
    }
  } finally {
    interruption.release();
    status.end();
  }
  return report({ seed, targets: columns }, folder.path, flags, interruption.hasCome);
}

interface Course {
  readonly flags: ConformFlags;
  readonly seed: string;
  readonly status: StatusLine;
  readonly isOver: () => boolean;
}

/** One target, held to every clause. */
async function held(
  entry: CatalogEntry,
  { flags, seed, status, isOver }: Course,
): Promise<TargetConformance> {
  const isLive = entry.isLive === true;
  const settings = liveSettings(entry, flags);
  const progress = (line: string) => status.note(`  ${line}`);
  const target = await preparedTarget(entry.id, settings, progress);
  const cpus = Math.max(1, availableParallelism());
  return conform({
    ...{ target: entry.id, profile: target.profile, abilities: target, seed, isOver },
    cases: flags.cases ?? (isLive ? LIVE_CASES_DEFAULT : CASES_DEFAULT),
    knownIssues: knownIssuesOf(entry.id),
    ...(flags.clauses === undefined ? {} : { clauses: flags.clauses }),
    ...servedBy(entry),
    workers: flags.workers ?? (isLive ? LIVE_WORKERS_OF_CPU * cpus : cpus),
    runner: {
      runnerPath: RUNNER_PATH,
      watchdogMs: isLive ? Math.max(flags.watchdog, LIVE_WATCHDOG_MS) : flags.watchdog,
      progress,
    },
    ...(isLive ? { settings: { ...checkedSettings(settings, target) } } : {}),
    minimiseMs: flags.minimise,
    advanced: (done, count, what) => status.update(`  ${entry.id}: ${done}/${count} ${what} …`),
  });
}

function servedBy({ id, usually }: CatalogEntry): Pick<ConformOptions, "served"> {
  if (usually === undefined) return {};
  return { served: { dialect: usually, target: spokenIdOf(id, usually) } };
}

function liveSettings(entry: CatalogEntry, flags: ConformFlags) {
  if (flags.runs !== undefined) throw usageError("conform runs each case once: it takes no --runs");
  const isLive = entry.isLive === true;
  return settingsOf(entry, flags, isLive ? { speed: LIVE_SPEED_DEFAULT } : {});
}

function report(
  matrix: Matrix,
  folder: string,
  flags: ConformFlags,
  isInterrupted: boolean,
): ExitCode {
  const document = conformanceDocument(matrix, packageVersion());
  const json = `${JSON.stringify(document, null, 1)}\n`;
  write(join(folder, "conformance.json"), json);
  write(join(folder, PAGE), conformancePage(document, clauseTextOf));
  if (flags.markdown !== undefined) write(flags.markdown, conformanceMarkdown(document));
  const code = exitCodeOf(matrix, document, isInterrupted);
  if (flags.json === true) {
    process.stdout.write(json);
    return code;
  }
  const columns = process.stdout.columns ?? 100;
  const lines = conformanceLines(document, { columns, paint: paintOf(process.stdout.isTTY) });
  for (const line of lines) process.stdout.write(`${line}\n`);
  for (const message of new Set(matrix.targets.flatMap(({ failures }) => failures))) {
    process.stderr.write(`happnstance: a case could not be run: ${message.split("\n")[0]}\n`);
  }
  process.stdout.write(`\n  seed ${matrix.seed}      ${join(folder, PAGE)}      exit ${code}\n`);
  return code;
}

function write(path: string, text: string): void {
  try {
    writeFileSync(resolve(path), text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw usageError(`cannot write ${path} (${code ?? String(error)}); choose another --out`);
  }
}

/** What could not be said is no reason to fail: the matrix says it. */
function exitCodeOf(
  { targets }: Matrix,
  document: ConformanceDocument,
  isInterrupted: boolean,
): ExitCode {
  const verdicts = document.targets.flatMap(({ cells }) => cells.map(({ verdict }) => verdict));
  const has = (verdict: ClauseVerdict) => verdicts.includes(verdict);
  if (has("FAILED")) return EXIT.violated;
  if (targets.some(({ failures }) => failures.length > 0)) return EXIT.internal;
  return isInterrupted || has("UNKNOWN") ? EXIT.unknown : EXIT.passed;
}

/**
 * All but those whose generated cases are in secure mode or in a later dialect: they are the same
 * servers. Of the references, which are one model, the oldest and the newest profile's.
 */
function plainIds(): readonly string[] {
  const between = PROFILE_IDS.slice(1, -1).map(referenceId);
  return CATALOG.filter(
    ({ id, isSecure, dialect }) =>
      isSecure !== true && dialect === undefined && !between.includes(id),
  ).map(({ id }) => id);
}
