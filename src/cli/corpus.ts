/**
 * `happnstance corpus`: the regressions that the repository keeps.
 *
 * @packageDocumentation
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import type { Command } from "commander";

import type { Failure } from "../campaign/index.js";
import { writeArtifact, type FoundViolation } from "../engine/index.js";
import { parsePlan, type Plan } from "../plan/index.js";
import { counted, paintOf } from "../report/index.js";
import { entryOf } from "./catalog.js";
import { EXIT, usageError, type ExitCode } from "./exit-code.js";
import {
  minimiseRegressions,
  type CorpusMinimiseFlags,
  type MinimalRegression,
} from "./corpus-minimise.js";
import { durationMs, wholeNumber } from "./options.js";
import {
  outcomeOf,
  PlanRunner,
  readRegression,
  regressionFinding,
  regressionFolders,
  regressionReadme,
  type PlanRun,
  type RegressionOutcome,
} from "./regressions.js";
import { RUNNER_PATH } from "./prepared-target.js";
import { packageRoot } from "./version.js";

const REGRESSIONS = join(packageRoot(), "corpus", "regressions");
const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;

interface RunFlags {
  readonly watchdog: number;
}

interface AddFlags extends RunFlags {
  readonly target: string;
  readonly property: string;
  readonly id: string;
  readonly clause?: string;
  readonly corpus: string;
}

export function addCorpus(program: Command, end: (code: ExitCode) => void): void {
  const corpus = program.command("corpus").description("the regressions that are kept");
  const watchdog = [
    "--watchdog <duration>",
    "wall time a server may be busy with a case",
    durationMs,
  ] as const;
  corpus
    .command("run")
    .description("replay regressions: does each still fail as recorded?")
    .argument("[folders...]", "entries, or folders of entries (default: all)")
    .option(...watchdog, 15_000)
    .action(async (folders: string[], flags: RunFlags) => end(await run(folders, flags)));
  corpus
    .command("add")
    .description("keep a plan as the regression of one defect")
    .argument("<plan>", "a plan.json, or an artifact's folder")
    .requiredOption("--target <id>", "the target that has the defect")
    .requiredOption("--property <id>", "the property that it breaks")
    .requiredOption("--id <id>", "name of the defect, in 2 to 6 lower-case words")
    .option("--clause <id>", "the clause, where the plan breaks several of the property")
    .option("--corpus <folder>", "folder of regressions", REGRESSIONS)
    .option(...watchdog, 15_000)
    .action(async (plan: string, flags: AddFlags) => end(await add(plan, flags)));
  corpus
    .command("refresh")
    .description("write finding.json and README.txt anew after a property's words have changed")
    .argument("[folders...]", "entries, or folders of entries (default: all)")
    .option(...watchdog, 15_000)
    .action(async (folders: string[], flags: RunFlags) => end(await refresh(folders, flags)));
  corpus
    .command("minimise")
    .description("make regressions as small as they get, keeping how they fail and why")
    .argument("[folders...]", "entries, or folders of entries (default: all)")
    .option("--check", "write nothing; fail where one isn't minimal")
    .option("--runs <n>", "how many runs may be spent on each", wholeNumber(1), 2_000)
    .option(...watchdog, 15_000)
    .action(async (folders: string[], flags: CorpusMinimiseFlags) => {
      const keep = (folder: string, { plan, failure }: MinimalRegression) =>
        keepMinimal(folder, plan, failure);
      end(await minimiseRegressions(entriesOf(folders), flags, { nameOf, keep }));
    });
  for (const command of corpus.commands) command.exitOverride();
}

async function run(folders: readonly string[], flags: RunFlags): Promise<ExitCode> {
  const paint = paintOf(process.stdout.isTTY);
  const entries = entriesOf(folders);
  let failedCount = 0;
  await withRunner(flags, async (runner) => {
    for (const folder of entries) {
      const { finding, plan } = readRegression(folder);
      const outcome = outcomeOf(finding, await runner.run(plan, entryOf(finding.target).id));
      const isAsRecorded = outcome.status === "FAILED" || outcome.status === "DIVERGED";
      if (isAsRecorded) failedCount += 1;
      const status = outcome.status.padEnd(8);
      const painted = isAsRecorded ? paint.green(status) : paint.red(status);
      say(`  ${painted} ${nameOf(folder)}  ${wordsOf(outcome)}`);
    }
  });
  say(`  ${failedCount} of ${counted(entries.length, "regression")} as recorded`);
  return failedCount === entries.length ? EXIT.passed : EXIT.violated;
}

async function add(path: string, flags: AddFlags): Promise<ExitCode> {
  const target = entryOf(flags.target).id;
  if (!ID.test(flags.id)) throw usageError(`"${flags.id}" is no id: take lower-case words`);
  const folder = join(flags.corpus, target, flags.id);
  const plan = planAt(path);
  await withRunner(flags, async (runner) => {
    const run = await runner.run(plan, target);
    const violation = run.violations.find(
      ({ property, clause }) =>
        property === flags.property && (flags.clause === undefined || clause === flags.clause),
    );
    if (violation === undefined) {
      const found = run.violations.map(({ property, clause }) => `${property} (${clause})`);
      throw usageError(
        `the plan does not break ${flags.property} on ${target}; it breaks ${found.join(", ") || "nothing"}`,
      );
    }
    keep(folder, flags.id, plan, violation, run, target);
  });
  return EXIT.passed;
}

async function refresh(folders: readonly string[], flags: RunFlags): Promise<ExitCode> {
  let isComplete = true;
  await withRunner(flags, async (runner) => {
    for (const folder of entriesOf(folders)) {
      const { finding, plan } = readRegression(folder);
      const run = await runner.run(plan, entryOf(finding.target).id);
      const candidates = run.violations.filter(({ property }) => property === finding.property);
      const violation =
        outcomeOf(finding, run).status === "OTHER"
          ? (candidates.find(({ clause }) => clause === finding.clause) ?? candidates[0])
          : candidates.find(({ fingerprint }) => fingerprint === finding.fingerprint);
      if (violation === undefined) {
        say(`  ${nameOf(folder)} does not fail any more; it is left as it is`);
        isComplete = false;
        continue;
      }
      keep(folder, nameOf(folder).split("/")[1] ?? "", plan, violation, run, finding.target);
    }
  });
  return isComplete ? EXIT.passed : EXIT.violated;
}

function keep(
  folder: string,
  id: string,
  plan: Plan,
  violation: FoundViolation,
  run: PlanRun,
  target: string,
): void {
  const finding = regressionFinding(violation, run, target);
  const readme = regressionReadme(id, finding, run);
  writeArtifact(folder, { finding, plan, history: null }, readme);
  say(`  ${nameOf(folder)}  ${violation.property}  ${violation.clause} (${violation.severity})`);
}

function keepMinimal(folder: string, plan: Plan, { violation, traceHash, outcome }: Failure): void {
  const { finding } = readRegression(folder);
  const run = { violations: [violation], traceHash, history: outcome?.history ?? null };
  keep(folder, nameOf(folder).split("/")[1] ?? "", plan, violation, run, finding.target);
}

async function withRunner(
  flags: RunFlags,
  work: (runner: PlanRunner) => Promise<void>,
): Promise<void> {
  const runner = new PlanRunner({
    runnerPath: RUNNER_PATH,
    watchdogMs: flags.watchdog,
    progress: (line) => process.stderr.write(`  ${line}\n`),
  });
  try {
    await work(runner);
  } finally {
    runner.close();
  }
}

function entriesOf(folders: readonly string[]): readonly string[] {
  return (folders.length === 0 ? [REGRESSIONS] : folders).flatMap(regressionFolders);
}

/** `<target>/<id>`, the last two names of the folder. */
function nameOf(folder: string): string {
  return folder
    .split(/[\\/]+/)
    .filter((name) => name !== "")
    .slice(-2)
    .join("/");
}

function wordsOf({ violation, status }: RegressionOutcome): string {
  if (violation === null) return "the property holds";
  const history = status === "DIVERGED" ? ", in another history" : "";
  return `${violation.property} ${violation.clause}${history}`;
}

function planAt(path: string): Plan {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const file = isFolder ? join(path, "plan.json") : path;
  if (!existsSync(file)) throw usageError(`there is no plan ${file}`);
  const plan = parsePlan(readFileSync(file, "utf8"));
  if (!plan.ok) throw usageError(`${file}: ${plan.message}`);
  return plan.plan;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
