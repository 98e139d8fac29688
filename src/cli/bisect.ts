/**
 * `happnstance bisect`: in which release of happn-3 a defect came or went.
 *
 * @packageDocumentation
 */
import { availableParallelism } from "node:os";

import type { Command } from "commander";

import { runFresh, violationIn, type Reply } from "../campaign/index.js";
import type { Artifact } from "../engine/index.js";
import { bisectLines, paintOf, planSize, turnsIn, type ReleaseRow } from "../report/index.js";
import { EXIT, usageError, type ExitCode } from "./exit-code.js";
import { durationMs, wholeNumber } from "./options.js";
import { RUNNER_PATH, WATCHDOG_MS } from "./prepared-target.js";
import { releasesOf } from "./releases.js";
import { answered, artifactAt, folderOf } from "./replayed-case.js";
import { StatusLine } from "./status-line.js";

interface BisectFlags {
  readonly releases?: string;
  readonly workers: number;
  readonly watchdog: number;
  readonly json?: boolean;
}

export function addBisect(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("bisect")
    .description("tell in which release of happn-3 a defect came or went")
    .argument("<artifact>", "an artifact's folder, or a corpus entry")
    .option("--releases <list>", "ask these alone: 1.13.3,13.12.1 (default: all that are pinned)")
    .option(
      "--workers <n>",
      "runner processes",
      wholeNumber(1, 64),
      Math.max(1, availableParallelism()),
    )
    .option(
      "--watchdog <duration>",
      "wall time a server may be busy with a case",
      durationMs,
      WATCHDOG_MS,
    )
    .option("--json", "print the table as JSON")
    .action(async (what: string, flags: BisectFlags) => end(await bisect(what, flags)));
}

async function bisect(what: string, flags: BisectFlags): Promise<ExitCode> {
  const folder = folderOf(what);
  if (folder === null) throw usageError(`there is no artifact ${what}`);
  const artifact = artifactAt(folder);
  const versions = releasesOf(flags.releases);
  const { property, clause } = artifact.finding;
  const say = (line: string) => {
    if (flags.json !== true) process.stdout.write(`${line}\n`);
  };
  say(`  ${property} (${clause}), found in ${artifact.finding.target}: ${planSize(artifact.plan)}`);
  const rows = await rowsOf(artifact, versions, flags);
  if (flags.json === true) {
    const { fingerprint } = artifact.finding;
    const table = { property, clause, fingerprint, releases: rows, turns: turnsIn(rows) };
    process.stdout.write(`${JSON.stringify(table, null, 2)}\n`);
  }
  for (const line of bisectLines(rows, paintOf(process.stdout.isTTY))) say(line);
  return exitCodeOf(rows);
}

/** What counts is the newest release: whether somebody who installs it has the defect. */
function exitCodeOf(rows: readonly ReleaseRow[]): ExitCode {
  const newest = rows.at(-1)?.presence;
  if (newest === "there") return EXIT.violated;
  return newest === "gone" ? EXIT.passed : EXIT.unknown;
}

/** In the order of the versions, whichever is through first. */
async function rowsOf(
  artifact: Artifact,
  versions: readonly string[],
  { workers, watchdog, json }: BisectFlags,
): Promise<readonly ReleaseRow[]> {
  const status = new StatusLine(json === true ? null : process.stderr);
  const rows = new Array<ReleaseRow>(versions.length);
  const left = versions.entries();
  let done = 0;
  const work = async () => {
    for (const [index, version] of left) {
      const reply = await runFresh(
        {
          ...{ id: index, target: `happn-3@${version}`, plan: artifact.plan, wantsHistory: false },
          planSeed: artifact.plan.seed,
        },
        {
          ...{ runnerPath: RUNNER_PATH, watchdogMs: watchdog },
          progress: (line) => status.note(`  ${line}`),
        },
      );
      rows[index] = rowOf(version, reply, artifact);
      done += 1;
      status.update(`  ${done}/${versions.length} releases …`);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(workers, versions.length) }, work));
  } finally {
    status.end();
  }
  return rows;
}

function rowOf(version: string, answer: Reply, { finding }: Artifact): ReleaseRow {
  if (answer.kind === "unavailable") {
    return { version, presence: "unknown", words: answer.message };
  }
  const reply = answered(answer);
  const same = violationIn(reply, finding.fingerprint);
  if (same !== null) return { version, presence: "there", words: same.message };
  if (reply.kind !== "verdict") {
    const words = reply.kind === "hung" ? "the server hung" : `its process ended: ${reply.how}`;
    return { version, presence: "unknown", words };
  }
  const { violations, unknown, exercised } = reply.verdict;
  const other = violations.find(({ property }) => property === finding.property);
  if (other !== undefined) return { version, presence: "other", words: other.message };
  const [undecided] = unknown;
  if (undecided === undefined) {
    // A release that writes no publications breaks no promise about them either.
    return (exercised[finding.property] ?? 0) > 0
      ? { version, presence: "gone", words: "" }
      : { version, presence: "unknown", words: "the plan does not put it to the test there" };
  }
  const words = `${undecided.property}: ${undecided.reason}`;
  return { version, presence: "unknown", words };
}
