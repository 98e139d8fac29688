/**
 * `happnstance fuzz`: a campaign against one target.
 *
 * @packageDocumentation
 */
import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";

import { Option, type Command } from "commander";

import type { ConfirmedFinding } from "../campaign/index.js";
import type { FaultChoice } from "../plan/index.js";
import {
  duration,
  headline,
  paintOf,
  planSize,
  progressLine,
  summaryLines,
} from "../report/index.js";
import {
  DIALECT_IDS,
  FIRST_DIALECT,
  MIXED_DIALECTS,
  type DialectId,
  type DrawnDialect,
} from "../protocol/index.js";
import type { ModuleTier } from "../targets/target.js";
import { AVOID_KNOWN, issueIds, triggersOf } from "./avoid.js";
import { exitCodeOf } from "./campaign-exit.js";
import {
  CampaignRun,
  campaignOptionsOf,
  type CampaignRunOptions,
  type CampaignRunResult,
} from "./campaign-run.js";
import { DEFAULT_TARGET, entryOf, secureIdOf, spokenIdOf, type CatalogEntry } from "./catalog.js";
import { EXIT, usageError, type ExitCode } from "./exit-code.js";
import { fuzzAgainst } from "./fuzz-against.js";
import { onInterrupt } from "./interrupt.js";
import { knownIssuesOf } from "./known-issues.js";
import { addLiveFlags, runsOf, settingsOf, type LiveFlags } from "./live-flags.js";
import { FAULTS_HELP, faultChoice, faultsFlag } from "./fault-choice.js";
import { durationMs, seedText, wholeNumber } from "./options.js";
import { MINIMISE_EACH_MS, MINIMISE_TOTAL_MS, WATCHDOG_MS } from "./prepared-target.js";
import { RunFolder } from "./run-folder.js";
import { StatusLine } from "./status-line.js";
import { columnsOf } from "./terminal.js";
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
  readonly faults: FaultChoice;
  readonly checkDeterminism?: boolean;
  readonly modules: ModuleTier;
  readonly minimise: boolean;
  readonly minimiseTime: number;
  readonly minimiseTotal: number;
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly against?: string;
  readonly secure?: boolean;
  readonly dialect?: DialectId | DrawnDialect;
}

const CASES_DEFAULT = 200;

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
    .option(
      "--watchdog <duration>",
      "wall time a server may be busy with a case",
      durationMs,
      WATCHDOG_MS,
    )
    .option("--out <folder>", "where runs are kept", "happnstance-out")
    .option(
      "--avoid <issues>",
      `known issues to keep out of the plans, to see what they hide; "${AVOID_KNOWN}" for all`,
      issueIds,
      [],
    )
    .option("--faults <kinds>", FAULTS_HELP, faultChoice, "swarm")
    .addOption(
      new Option(
        "--modules <tier>",
        "a server's modules between cases: kept where they have no state, or all run anew",
      )
        .choices(["kept", "fresh"])
        .default("kept"),
    )
    .option(
      "--minimise-time <duration>",
      "wall time for making the plan of one new finding smaller",
      durationMs,
      MINIMISE_EACH_MS,
    )
    .option(
      "--minimise-total <duration>",
      "the same, for all new findings together",
      durationMs,
      MINIMISE_TOTAL_MS,
    )
    .option("--no-minimise", "leave the plans of new findings as they are")
    .option("--secure", "in secure mode: users, groups and permissions that change")
    .addOption(
      new Option(
        "--dialect <name>",
        "what clients ask for; by default what the target serves",
      ).choices([...DIALECT_IDS, MIXED_DIALECTS]),
    )
    .option("--against <target>", "tell where another target does otherwise and no clause decides")
    .option("--check-determinism", "run every case that passes twice, instead of one of twenty")
    .option("--strict", "let known issues count for the exit code as well")
    .option("--json", "print the summary as JSON")
    .action(async (target: string, flags: FuzzFlags) => end(await fuzz(target, flags)));
}

/**
 * The id under which a target is fuzzed.
 * @throws CommandError (64) where it is not, in that mode or dialect
 */
function idOf(targetId: string, { secure, dialect, against: other }: FuzzFlags): string {
  if (secure !== true) return other === undefined ? spokenIdOf(targetId, dialect) : targetId;
  if (dialect === undefined || dialect === FIRST_DIALECT) return secureIdOf(targetId);
  throw usageError(`in secure mode, clients ask for ${FIRST_DIALECT} only`);
}

async function fuzz(targetId: string, flags: FuzzFlags): Promise<ExitCode> {
  const entry = entryOf(idOf(targetId, flags));
  const timeMs = flags.time ?? null;
  if (flags.against !== undefined) return against(entry, flags.against, flags);
  const settings = settingsOf(entry, flags);
  const paint = paintOf(process.stdout.isTTY);
  const status = new StatusLine(flags.json === true ? null : process.stderr);
  const say = (line: string) => {
    if (flags.json !== true) process.stdout.write(`${line}\n`);
  };
  const folder = RunFolder.create(flags.out, { ...settings });
  const options: CampaignRunOptions = {
    entry,
    settings,
    runs: runsOf(flags),
    ...extentOf(flags),
    avoid: triggersOf(flags.avoid, knownIssuesOf(entry.id), entry.id),
    faults: flags.faults,
    checksDeterminism: flags.checkDeterminism === true,
    folder,
    minimise: flags.minimise ? { eachMs: flags.minimiseTime, totalMs: flags.minimiseTotal } : null,
  };
  let startedAt = performance.now();
  const found: ConfirmedFinding[] = [];
  let run: CampaignRun | null = null;
  let isStopped = false;
  const release = onInterrupt(
    () => {
      status.note(
        "  stopping: no further cases; what was found is being confirmed (Ctrl-C again to leave at once)",
      );
      isStopped = true;
      run?.interrupt();
    },
    () => {
      status.end();
      for (const { token, property } of found) say(`  ${property}  replay: ${token}`);
      process.exit(found.length > 0 ? EXIT.violated : EXIT.unknown);
    },
  );
  say(headline(packageVersion(), campaignOptionsOf(options), entry.isLive === true));
  let ran: CampaignRunResult;
  try {
    run = await CampaignRun.prepared(options, {
      progress: (line) => status.note(`  ${line}`),
      advanced: (progress) => {
        const wallMs = performance.now() - startedAt;
        const share = timeMs === null ? progress.cases / progress.casesMax : wallMs / timeMs;
        status.update(progressLine(progress, share, wallMs));
      },
      confirming: (done, count) => status.update(`  confirming findings ${done}/${count} …`),
      confirmed: (finding) => found.push(finding),
      minimising: (done, count, plan) =>
        status.update(`  minimising findings ${done}/${count}: ${planSize(plan)} …`),
      lookingForAbsent: () => status.update("  looking for known issues that were not seen …"),
    });
    // Whoever does not want to wait for the target has said so before there was a run to stop.
    if (isStopped) run.interrupt();
    startedAt = performance.now();
    ran = await run.run();
  } finally {
    release();
    status.end();
  }
  const { summary, absent } = ran;
  const code = exitCodeOf(summary, flags.strict === true);
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(folder.summaryOf(summary, absent), null, 2)}\n`);
    return code;
  }
  say(progressLine(summary, 1, summary.wallMs));
  const style = { paint, columns: columnsOf(process.stdout) };
  const knownText = { absent, flags: `${avoidText(flags.avoid)}${faultsFlag(flags.faults)}` };
  for (const line of summaryLines(summary, knownText, style)) say(line);
  if (summary.isInterrupted) {
    const next = options.firstCase + summary.cases;
    say(
      `  interrupted after ${duration(summary.wallMs)}; go on with: happnstance fuzz ${entry.id} --seed ${options.seed} --from ${next}${knownText.flags}`,
    );
  }
  say(`  Reports: ${folder.path}      exit ${code} (${EXIT_WORDS[code]})`);
  return code;
}

/** What every campaign is told, whether it has one target or two. */
function extentOf({ seed, cases, from, time, workers, watchdog, modules }: FuzzFlags) {
  const timeMs = time ?? null;
  return {
    seed: seed ?? randomBytes(4).toString("hex"),
    cases: cases ?? (timeMs === null ? CASES_DEFAULT : Number.POSITIVE_INFINITY),
    firstCase: from,
    timeMs,
    workers: Math.min(workers, cases ?? workers),
    watchdogMs: watchdog,
    modules,
  };
}

function against(entry: CatalogEntry, other: string, flags: FuzzFlags): Promise<ExitCode> {
  return fuzzAgainst({
    targets: [entry, entryOf(other)],
    ...extentOf(flags),
    out: flags.out,
    isJson: flags.json === true,
    isStrict: flags.strict === true,
  });
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

function avoidText(avoid: readonly string[]): string {
  return avoid.length === 0 ? "" : ` --avoid ${avoid.join(",")}`;
}
