/**
 * `happnstance minimise`: the smallest plan that still fails in the same way.
 *
 * @packageDocumentation
 */
import { join } from "node:path";

import type { Command } from "commander";

import { RunnerProcess, type RunnerOptions } from "../campaign/index.js";
import {
  minimise,
  readArtifact,
  seenAgain,
  writeArtifact,
  type Artifact,
  type FoundViolation,
} from "../engine/index.js";
import type { Plan } from "../plan/index.js";
import { artifactReadme, counted } from "../report/index.js";
import { entryOf } from "./catalog.js";
import { CommandError, EXIT, usageError, type ExitCode } from "./exit-code.js";
import { RUNNER_PATH } from "./fuzz.js";
import { durationMs, wholeNumber } from "./options.js";
import { StatusLine } from "./status-line.js";

interface MinimiseFlags {
  readonly runs: number;
  readonly out?: string;
  readonly watchdog: number;
}

export function addMinimise(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("minimise")
    .description("find the smallest plan that still breaks the same promise in the same way")
    .argument("<artifact>", "a folder with plan.json and finding.json")
    .option("--runs <n>", "how many runs may be spent", wholeNumber(1), 2_000)
    .option("--out <folder>", "where the result goes (default: <artifact>/minimal)")
    .option("--watchdog <duration>", "wall time a case may take", durationMs, 30_000)
    .action(async (folder: string, flags: MinimiseFlags) => end(await run(folder, flags)));
}

async function run(folder: string, flags: MinimiseFlags): Promise<ExitCode> {
  const artifact = readArtifact(folder);
  if (!artifact.ok) throw usageError(artifact.message);
  const { finding, plan } = artifact.value;
  const target = entryOf(finding.target).id;
  const status = new StatusLine(process.stderr);
  const judge = new Judge(target, {
    runnerPath: RUNNER_PATH,
    watchdogMs: flags.watchdog,
    progress: (line) => status.note(`  ${line}`),
  });
  try {
    if ((await judge.violationOf(plan, finding.fingerprint)) === null) {
      process.stdout.write(
        `  ${finding.property} is not broken by this plan on ${target} any more\n`,
      );
      return EXIT.passed;
    }
    const minimised = await minimise(plan, {
      runsMax: flags.runs,
      stillFails: async (candidate) =>
        (await judge.violationOf(candidate, finding.fingerprint)) !== null,
      advanced: ({ runs, operations }) =>
        status.update(`  ${counted(operations, "operation")} after ${counted(runs, "run")} …`),
    });
    const result = await judge.artifactOf(minimised.plan, artifact.value);
    const out = flags.out ?? join(folder, "minimal");
    writeArtifact(out, result, artifactReadme({ ...result.finding }, result.history));
    status.end();
    const rest = minimised.isFixpoint ? "" : "; the runs were spent, so it may get smaller yet";
    process.stdout.write(
      `  ${counted(plan.operations.length, "operation")} → ${counted(minimised.plan.operations.length, "operation")} in ${counted(minimised.runs, "run")}${rest}\n  ${out}\n`,
    );
    return EXIT.violated;
  } finally {
    status.end();
    judge.close();
  }
}

/** Runs candidate plans in one runner process, replaced when a candidate took it down. */
class Judge {
  readonly #target: string;
  readonly #options: RunnerOptions;
  #runner: RunnerProcess | null = null;

  constructor(target: string, options: RunnerOptions) {
    this.#target = target;
    this.#options = options;
  }

  async violationOf(plan: Plan, fingerprint: string): Promise<FoundViolation | null> {
    const reply = await this.#run(plan, false);
    if (reply.kind !== "verdict") return null;
    return (
      reply.verdict.violations.find((violation) => violation.fingerprint === fingerprint) ?? null
    );
  }

  async artifactOf(plan: Plan, from: Artifact): Promise<Artifact> {
    const reply = await this.#run(plan, true);
    const violation =
      reply.kind === "verdict"
        ? reply.verdict.violations.find((other) => other.fingerprint === from.finding.fingerprint)
        : undefined;
    if (reply.kind !== "verdict" || violation === undefined || reply.outcome === undefined) {
      throw new CommandError(EXIT.diverged, "the minimal plan did not fail again: diverged");
    }
    return {
      plan,
      history: reply.outcome.history,
      finding: seenAgain(from.finding, violation, reply.verdict.hash),
    };
  }

  close(): void {
    this.#runner?.kill();
  }

  #run(plan: Plan, wantsHistory: boolean) {
    if (this.#runner?.isAlive !== true) this.#runner = new RunnerProcess(this.#options);
    return this.#runner.run({
      id: 0,
      target: this.#target,
      planSeed: plan.seed,
      plan,
      wantsHistory,
    });
  }
}
