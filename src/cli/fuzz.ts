/**
 * `happnstance fuzz`: a campaign against one target.
 *
 * @packageDocumentation
 */
import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

import { Option, type Command } from "commander";

import {
  Campaign,
  type CampaignOptions,
  type CampaignSummary,
  type ConfirmedFinding,
} from "../campaign/index.js";
import { duration, headline, paintOf, progressLine, summaryLines } from "../report/index.js";
import type { ExternalSettings } from "../targets/external/index.js";
import { TargetUnavailableError, type ModuleTier, type Target } from "../targets/target.js";
import { absentIssues, type AbsentIssue } from "./absent-issues.js";
import { AVOID_KNOWN, issueIds, triggersOf } from "./avoid.js";
import { DEFAULT_TARGET, entryOf, targetOf } from "./catalog.js";
import { CommandError, EXIT, type ExitCode } from "./exit-code.js";
import { onInterrupt } from "./interrupt.js";
import { knownIssuesOf } from "./known-issues.js";
import { addLiveFlags, checkedSettings, runsOf, settingsOf, type LiveFlags } from "./live-flags.js";
import { durationMs, seedText, wholeNumber } from "./options.js";
import { PlanRunner } from "./regressions.js";
import { RunFolder } from "./run-folder.js";
import { StatusLine } from "./status-line.js";
import { packageVersion } from "./version.js";

interface FuzzFlags extends LiveFlags {
  readonly seed?: string;
  readonly cases?: number;
  readonly from: number;
  readonly time?: number;
  readonly workers: number;
  readonly watchdog: number;
  readonly out: string;
  readonly avoid: readonly string[];
  readonly modules: ModuleTier;
  readonly json?: boolean;
  readonly strict?: boolean;
}

const CASES_DEFAULT = 200;

export const RUNNER_PATH = fileURLToPath(new URL("./runner.js", import.meta.url));

/** Wall time that a case in real time may take: it waits for what virtual time skips. */
export const LIVE_WATCHDOG_MS = 900_000;

export function addFuzz(program: Command, end: (code: ExitCode) => void): void {
  addLiveFlags(program.command("fuzz"))
    .description("generate cases from a seed, run them against a server, report what breaks")
    .argument("[target]", "a target id, see `happnstance targets`", DEFAULT_TARGET)
    .option("--seed <text>", "where all chance comes from (default: a new one)", seedText)
    .option("--cases <n>", `how many cases (default: ${CASES_DEFAULT})`, wholeNumber(1))
    .option("--from <n>", "number of the first case", wholeNumber(0), 0)
    .option("--time <duration>", "start no case after that: 90s, 10m, 4h", durationMs)
    .option(
      "--workers <n>",
      "runner processes",
      wholeNumber(1, 256),
      Math.max(1, availableParallelism()),
    )
    .option("--watchdog <duration>", "wall time a case may take", durationMs, 30_000)
    .option("--out <folder>", "where runs are kept", "happnstance-out")
    .option(
      "--avoid <issues>",
      `known issues to keep out of the plans, to see what they hide; "${AVOID_KNOWN}" for all`,
      issueIds,
      [],
    )
    .addOption(
      new Option(
        "--modules <tier>",
        "a server's modules between cases: kept where they have no state, or all run anew",
      )
        .choices(["kept", "fresh"])
        .default("kept"),
    )
    .option("--strict", "let known issues count for the exit code as well")
    .option("--json", "print the summary as JSON")
    .action(async (target: string, flags: FuzzFlags) => end(await fuzz(target, flags)));
}

async function fuzz(targetId: string, flags: FuzzFlags): Promise<ExitCode> {
  const entry = entryOf(targetId);
  const timeMs = flags.time ?? null;
  const knownIssues = knownIssuesOf(entry.id);
  const settings = settingsOf(entry, flags);
  const options: CampaignOptions = {
    target: entry.id,
    targetCode: entry.code,
    seed: flags.seed ?? randomBytes(4).toString("hex"),
    cases: flags.cases ?? (timeMs === null ? CASES_DEFAULT : Number.POSITIVE_INFINITY),
    firstCase: flags.from,
    timeMs,
    workers: Math.min(flags.workers, flags.cases ?? flags.workers),
    runnerPath: RUNNER_PATH,
    watchdogMs: entry.isLive === true ? Math.max(flags.watchdog, LIVE_WATCHDOG_MS) : flags.watchdog,
    knownIssues,
    avoid: triggersOf(flags.avoid, knownIssues, entry.id),
    modules: flags.modules,
  };
  const folder = RunFolder.create(flags.out, { ...settings });
  const status = new StatusLine(flags.json === true ? null : process.stderr);
  const paint = paintOf(process.stdout.isTTY);
  const say = (line: string) => {
    if (flags.json !== true) process.stdout.write(`${line}\n`);
  };

  say(headline(packageVersion(), options, entry.isLive === true));
  const prepared = await preparedTarget(entry.id, settings, (line) => status.note(`  ${line}`));
  const live =
    entry.isLive === true
      ? { live: { settings: { ...checkedSettings(settings, prepared) }, runs: runsOf(flags) } }
      : {};
  let startedAt = performance.now();
  const found: ConfirmedFinding[] = [];
  const campaign = new Campaign(
    { ...options, ...live },
    {
      progress: (line) => status.note(`  ${line}`),
      advanced: (progress) => {
        const wallMs = performance.now() - startedAt;
        const share = timeMs === null ? progress.cases / progress.casesMax : wallMs / timeMs;
        status.update(progressLine(progress, share, wallMs));
      },
      confirming: (done, count) => status.update(`  confirming findings ${done}/${count} …`),
      confirmed: (finding) => {
        found.push(finding);
        folder.keep(finding, (message) => status.note(`  ${message}`));
      },
    },
  );

  const release = onInterrupt(
    () => {
      status.note(
        "  stopping: no further cases; what was found is being confirmed (Ctrl-C again to leave at once)",
      );
      campaign.interrupt();
    },
    () => {
      status.end();
      for (const { token, property } of found) say(`  ${property}  replay: ${token}`);
      process.exit(found.length > 0 ? EXIT.violated : EXIT.unknown);
    },
  );
  let summary: CampaignSummary;
  let absent: readonly AbsentIssue[];
  try {
    startedAt = performance.now();
    summary = await campaign.run();
    absent = await absentIn(summary, options, (line) => status.update(line));
  } finally {
    release();
    status.end();
  }
  if (summary.unavailable !== null) {
    throw new CommandError(EXIT.unavailable, summary.unavailable);
  }

  folder.summarise(summary, absent, (message) => status.note(`  ${message}`));
  const code = exitCodeOf(summary, flags.strict === true);
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(folder.summaryOf(summary, absent), null, 2)}\n`);
    return code;
  }
  say(progressLine(summary, 1, summary.wallMs));
  const knownText = { absent, avoided: flags.avoid.join(",") };
  for (const line of summaryLines(summary, knownText, paint)) say(line);
  if (summary.isInterrupted) {
    const next = options.firstCase + summary.cases;
    say(
      `  interrupted after ${duration(summary.wallMs)}; go on with: happnstance fuzz ${entry.id} --seed ${options.seed} --from ${next}${avoidText(flags.avoid)}`,
    );
  }
  say(`  Reports: ${folder.path}      exit ${code} (${EXIT_WORDS[code]})`);
  return code;
}

const EXIT_WORDS: Readonly<Record<ExitCode, string>> = {
  [EXIT.passed]: "nothing new",
  [EXIT.violated]: "violations found",
  [EXIT.unknown]: "not decided",
  [EXIT.diverged]: "a case diverged",
  [EXIT.usage]: "usage",
  [EXIT.unavailable]: "target unavailable",
  [EXIT.internal]: "internal error",
};

/** New violations first; what is unknown is never a pass. */
function exitCodeOf(summary: CampaignSummary, isStrict: boolean): ExitCode {
  const counting = summary.findingsList.filter(({ severity }) => severity !== "may");
  if (isStrict && summary.knownList.length > 0) return EXIT.violated;
  // What a history in real time shows is proof, whether or not another run shows it as well.
  const isProven = ({ confirmation, again }: ConfirmedFinding) =>
    confirmation === "confirmed" || again !== undefined;
  if (counting.some(isProven)) return EXIT.violated;
  if (summary.failures.length > 0) return EXIT.internal;
  if (summary.findingsList.some(({ confirmation }) => confirmation === "diverged")) {
    return EXIT.diverged;
  }
  const isDecided = summary.unknown.length === 0 && summary.cases > 0 && !summary.isInterrupted;
  return isDecided ? EXIT.passed : EXIT.unknown;
}

function avoidText(avoid: readonly string[]): string {
  return avoid.length === 0 ? "" : ` --avoid ${avoid.join(",")}`;
}

/** Wall time that a regression may take: they are of a few operations each. */
const REGRESSION_MS_MAX = 5_000;

/** What became of the known issues that a whole campaign did not see. */
async function absentIn(
  summary: CampaignSummary,
  { knownIssues, runnerPath, watchdogMs, workers }: CampaignOptions,
  progress: (line: string) => void,
): Promise<readonly AbsentIssue[]> {
  if (summary.isInterrupted || summary.unavailable !== null) return [];
  const seen = new Set(summary.knownList.map(({ issue }) => issue));
  if (knownIssues.every(({ id }) => seen.has(id))) return [];
  progress("  looking for known issues that were not seen …");
  const options = { runnerPath, watchdogMs: Math.min(watchdogMs, REGRESSION_MS_MAX), progress };
  const runners = Array.from({ length: workers }, () => new PlanRunner(options));
  try {
    return await absentIssues(knownIssues, seen, runners);
  } finally {
    for (const runner of runners) runner.close();
  }
}

/**
 * The target of an id, found to be there.
 * @throws CommandError (69) where it isn't
 */
export async function preparedTarget(
  targetId: string,
  settings: ExternalSettings,
  progress: (line: string) => void = () => undefined,
): Promise<Target> {
  try {
    const target = targetOf(targetId, { ...settings });
    await target.prepare(progress);
    return target;
  } catch (error) {
    if (error instanceof TargetUnavailableError) {
      throw new CommandError(EXIT.unavailable, error.message);
    }
    throw error;
  }
}
