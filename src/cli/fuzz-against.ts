/**
 * What `fuzz A --against B` prints and leaves.
 *
 * @packageDocumentation
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { formatHistory } from "../history/index.js";
import { formatPlan } from "../plan/index.js";
import { counted, diffLines, duration, paintOf, type Paint } from "../report/index.js";
import {
  differential,
  type DifferenceGroup,
  type DifferentialOptions,
  type DifferentialSummary,
} from "./differential.js";
import { withoutDialect } from "../targets/dialect-target.js";
import { withoutSecurity } from "../targets/secure-target.js";
import { EXIT, usageError, type ExitCode } from "./exit-code.js";
import { Interruption } from "./interrupt.js";
import { DIFFERENCE_FILES } from "./kept-difference.js";
import { preparedTarget } from "./prepared-target.js";
import { settingsOf } from "./live-flags.js";
import { RunFolder } from "./run-folder.js";
import { StatusLine } from "./status-line.js";
import { columnsOf } from "./terminal.js";
import { packageVersion } from "./version.js";

export interface AgainstOptions extends Omit<
  DifferentialOptions,
  "isInterrupted" | "advanced" | "progress"
> {
  readonly out: string;
  readonly isJson: boolean;
  /** Differences that no clause decides count for the exit code. */
  readonly isStrict: boolean;
}

/** Events shown before and behind a difference. */
const CONTEXT = 2;
/** So many groups are shown side by side. */
const SHOWN_MAX = 10;

export async function fuzzAgainst(options: AgainstOptions): Promise<ExitCode> {
  const { targets, seed, cases, timeMs, workers, isJson } = options;
  const [one, other] = targets;
  for (const entry of targets) {
    if (entry.isSecure === true) {
      throw usageError(`--against compares without secure mode; name ${withoutSecurity(entry.id)}`);
    }
    if (entry.dialect !== undefined) {
      throw usageError(
        `--against compares clients of happn_1.3.0; name ${withoutDialect(entry.id)}`,
      );
    }
    if (entry.isLive !== true) continue;
    throw usageError(`${entry.id} runs in real time; --against compares in virtual time`);
  }
  const folder = RunFolder.create(options.out);
  const status = new StatusLine(isJson ? null : process.stderr);
  const say = (line: string) => {
    if (!isJson) process.stdout.write(`${line}\n`);
  };
  const budget = timeMs === null ? counted(cases, "case") : duration(timeMs);
  say(
    `happnstance ${packageVersion()} · ${one.id} against ${other.id} · seed ${seed} · ${budget} · ${counted(workers, "worker")}`,
  );
  const progress = (line: string) => status.note(`  ${line}`);
  for (const entry of targets) await preparedTarget(entry.id, settingsOf(entry, {}), progress);
  const interruption = new Interruption(status);
  let summary: DifferentialSummary;
  try {
    summary = await differential({
      ...options,
      ...{ isInterrupted: () => interruption.hasCome, progress },
      advanced: (done) => status.update(`  ${done} cases …`),
    });
  } finally {
    interruption.release();
    status.end();
  }
  const kept = summary.groups.map((group, index) => keep(folder, group, index));
  const code =
    options.isStrict && summary.groups.length > 0
      ? EXIT.violated
      : interruption.hasCome || summary.cases === 0
        ? EXIT.unknown
        : EXIT.passed;
  const data = dataOf(options, summary, kept);
  writeFileSync(join(folder.path, "summary.json"), `${JSON.stringify(data, null, 2)}\n`);
  if (isJson) process.stdout.write(`${JSON.stringify(data, null, 2)}\n`);
  else print(options, summary, kept, say, paintOf(process.stdout.isTTY));
  say(`  Reports: ${folder.path}      exit ${code}`);
  return code;
}

/** Leaves a group's plan and both histories in a folder, and returns its path. */
function keep(folder: RunFolder, { example }: DifferenceGroup, index: number): string {
  const path = join(folder.path, `difference-${index + 1}`);
  mkdirSync(path, { recursive: true });
  const [left, right] = example.histories;
  const [first, second] = DIFFERENCE_FILES.histories;
  writeFileSync(join(path, DIFFERENCE_FILES.plan), formatPlan(example.plan));
  writeFileSync(join(path, first), formatHistory(left));
  writeFileSync(join(path, second), formatHistory(right));
  return path;
}

function dataOf(
  { targets, seed }: AgainstOptions,
  { groups, ...rest }: DifferentialSummary,
  kept: readonly string[],
) {
  return {
    version: packageVersion(),
    targets: targets.map(({ id }) => id),
    seed,
    ...rest,
    differences: groups.map(({ shape, cases, example, isConfirmed }, index) => ({
      ...{ shape, cases, isConfirmed, folder: kept[index] },
      ...{ case: example.caseIndex, difference: example.difference },
    })),
  };
}

function print(
  { targets }: AgainstOptions,
  { cases, alike, decided, byProfile, groups }: DifferentialSummary,
  kept: readonly string[],
  say: (line: string) => void,
  paint: Paint,
): void {
  const decidedCount = Object.values(decided).reduce((sum, count) => sum + count, 0);
  say(
    `  ${counted(cases, "case")}: ${alike} alike, ${decidedCount} decided by a clause, ${byProfile} by profile, ${counted(groups.length, "kind")} of difference that no clause decides`,
  );
  for (const [property, count] of Object.entries(decided)) {
    say(paint.dim(`          ${property} decides in ${counted(count, "case")}`));
  }
  for (const [index, { shape, cases: seen, example, isConfirmed }] of groups.entries()) {
    say("");
    say(`  ${paint.yellow("informational")}  ${paint.bold(shape)}  in ${counted(seen, "case")}`);
    if (!isConfirmed) say(paint.yellow("  two new processes did not differ in this way"));
    say(paint.dim(`  ${kept[index] ?? ""}`));
    if (index >= SHOWN_MAX) continue;
    const [left, right] = example.histories;
    const sides = [
      { name: targets[0].id, history: left },
      { name: targets[1].id, history: right },
    ] as const;
    const style = {
      plan: example.plan,
      context: CONTEXT,
      columns: columnsOf(process.stdout),
      paint,
    };
    for (const line of diffLines(example.difference, [...sides], style)) say(line);
  }
}
