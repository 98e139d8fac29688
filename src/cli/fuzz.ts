/**
 * `happnstance fuzz`: a campaign against one target.
 *
 * @packageDocumentation
 */
import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

import type { Command } from "commander";

import {
  Campaign,
  type CampaignOptions,
  type CampaignSummary,
  type ConfirmedFinding,
} from "../campaign/index.js";
import { duration, headline, paintOf, progressLine, summaryLines } from "../report/index.js";
import { TargetUnavailableError } from "../targets/target.js";
import { DEFAULT_TARGET, entryOf, targetOf } from "./catalog.js";
import { CommandError, EXIT, type ExitCode } from "./exit-code.js";
import { knownIssuesOf } from "./known-issues.js";
import { durationMs, seedText, wholeNumber } from "./options.js";
import { RunFolder } from "./run-folder.js";
import { StatusLine } from "./status-line.js";
import { packageVersion } from "./version.js";

interface FuzzFlags {
  readonly seed?: string;
  readonly cases?: number;
  readonly from: number;
  readonly time?: number;
  readonly workers: number;
  readonly watchdog: number;
  readonly out: string;
  readonly json?: boolean;
  readonly strict?: boolean;
}

const CASES_DEFAULT = 200;

export const RUNNER_PATH = fileURLToPath(new URL("./runner.js", import.meta.url));

export function addFuzz(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("fuzz")
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
    .option("--watchdog <duration>", "wall time a case may take", durationMs, 120_000)
    .option("--out <folder>", "where runs are kept", "happnstance-out")
    .option("--strict", "let known issues count for the exit code as well")
    .option("--json", "print the summary as JSON")
    .action(async (target: string, flags: FuzzFlags) => end(await fuzz(target, flags)));
}

async function fuzz(targetId: string, flags: FuzzFlags): Promise<ExitCode> {
  const entry = entryOf(targetId);
  const timeMs = flags.time ?? null;
  const options: CampaignOptions = {
    target: entry.id,
    targetCode: entry.code,
    seed: flags.seed ?? randomBytes(4).toString("hex"),
    cases: flags.cases ?? (timeMs === null ? CASES_DEFAULT : Number.POSITIVE_INFINITY),
    firstCase: flags.from,
    timeMs,
    workers: Math.min(flags.workers, flags.cases ?? flags.workers),
    runnerPath: RUNNER_PATH,
    watchdogMs: flags.watchdog,
    knownIssues: knownIssuesOf(entry.id),
  };
  const folder = RunFolder.create(flags.out);
  const status = new StatusLine(flags.json === true ? null : process.stderr);
  const paint = paintOf(process.stdout.isTTY);
  const say = (line: string) => {
    if (flags.json !== true) process.stdout.write(`${line}\n`);
  };

  let startedAt = performance.now();
  const found: ConfirmedFinding[] = [];
  const campaign = new Campaign(options, {
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
  });

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
  try {
    say(headline(packageVersion(), options));
    await prepare(entry.id, (line) => status.note(`  ${line}`));
    startedAt = performance.now();
    summary = await campaign.run();
  } finally {
    release();
    status.end();
  }
  if (summary.unavailable !== null) {
    throw new CommandError(EXIT.unavailable, summary.unavailable);
  }

  folder.summarise(summary, (message) => status.note(`  ${message}`));
  const code = exitCodeOf(summary, flags.strict === true);
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(folder.summaryOf(summary), null, 2)}\n`);
    return code;
  }
  say(progressLine(summary, 1, summary.wallMs));
  for (const line of summaryLines(summary, paint)) say(line);
  if (summary.isInterrupted) {
    const next = options.firstCase + summary.cases;
    say(
      `  interrupted after ${duration(summary.wallMs)}; go on with: happnstance fuzz ${entry.id} --seed ${options.seed} --from ${next}`,
    );
  }
  say(`  Reports: ${folder.path}      exit ${code} (${EXIT_WORDS[code]})`);
  return code;
}

const EXIT_WORDS: Readonly<Record<ExitCode, string>> = {
  [EXIT.passed]: "nothing new found",
  [EXIT.violated]: "violations found",
  [EXIT.unknown]: "not decided",
  [EXIT.diverged]: "a case diverged",
  [EXIT.usage]: "usage",
  [EXIT.unavailable]: "target unavailable",
  [EXIT.internal]: "internal error",
};

/** New violations first; what is unknown is never a pass. */
function exitCodeOf(summary: CampaignSummary, isStrict: boolean): ExitCode {
  const counting = summary.findingsList.filter(
    ({ severity, known }) => severity !== "may" && (isStrict || known === null),
  );
  if (counting.some(({ confirmation }) => confirmation === "confirmed")) return EXIT.violated;
  if (summary.failures.length > 0) return EXIT.internal;
  if (summary.findingsList.some(({ confirmation }) => confirmation === "diverged")) {
    return EXIT.diverged;
  }
  const isDecided = summary.unknown.length === 0 && summary.cases > 0 && !summary.isInterrupted;
  return isDecided ? EXIT.passed : EXIT.unknown;
}

async function prepare(targetId: string, progress: (line: string) => void): Promise<void> {
  try {
    await targetOf(targetId).prepare(progress);
  } catch (error) {
    if (error instanceof TargetUnavailableError) {
      throw new CommandError(EXIT.unavailable, error.message);
    }
    throw error;
  }
}

/** Calls `first` on the first Ctrl-C and `second` on the next; the result undoes it. */
function onInterrupt(first: () => void, second: () => void): () => void {
  let count = 0;
  const listener = () => {
    count += 1;
    if (count === 1) first();
    else second();
  };
  process.on("SIGINT", listener);
  process.on("SIGTERM", listener);
  return () => {
    process.off("SIGINT", listener);
    process.off("SIGTERM", listener);
  };
}
