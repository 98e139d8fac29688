/**
 * `happnstance minimise`: the smallest plan that still fails in the same way.
 *
 * @packageDocumentation
 */
import { availableParallelism } from "node:os";

import type { Command } from "commander";

import { minimiseFinding, type MinimisedFinding } from "../campaign/index.js";
import { readArtifact, seenAgain, type Artifact } from "../engine/index.js";
import type { Plan } from "../plan/index.js";
import { counted, planSize } from "../report/index.js";
import { entryOf } from "./catalog.js";
import { CommandError, EXIT, usageError, type ExitCode } from "./exit-code.js";
import { onInterrupt } from "./interrupt.js";
import { journalIn } from "./minimise-journal.js";
import { durationMs, wholeNumber } from "./options.js";
import { RUNNER_PATH } from "./prepared-target.js";
import { StatusLine } from "./status-line.js";
import { writeFinding } from "./timeline-file.js";

interface MinimiseFlags {
  readonly runs: number;
  readonly time?: number;
  readonly workers: number;
  readonly out?: string;
  readonly watchdog: number;
  readonly json?: boolean;
}

type Minimised = Extract<MinimisedFinding, { kind: "minimised" }>;

/** More at once are seldom right about what comes next. */
const WORKERS_DEFAULT_MAX = 4;

export function addMinimise(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("minimise")
    .description("find the smallest plan that still breaks the same promise in the same way")
    .argument("<artifact>", "a folder with plan.json and finding.json")
    .option("--runs <n>", "how many runs may be spent", wholeNumber(1), 2_000)
    .option("--time <duration>", "stop after that: 90s, 10m", durationMs)
    .option(
      "--workers <n>",
      "runner processes; the result is the same for any number",
      wholeNumber(1, 64),
      Math.min(WORKERS_DEFAULT_MAX, Math.max(1, availableParallelism())),
    )
    .option("--out <folder>", "where the result goes (default: the artifact itself)")
    .option(
      "--watchdog <duration>",
      "wall time a server may be busy with a case",
      durationMs,
      30_000,
    )
    .option("--json", "print the outcome as JSON")
    .action(async (folder: string, flags: MinimiseFlags) => end(await run(folder, flags)));
}

async function run(folder: string, flags: MinimiseFlags): Promise<ExitCode> {
  const artifact = readArtifact(folder);
  if (!artifact.ok) throw usageError(artifact.message);
  const status = new StatusLine(flags.json === true ? null : process.stderr);
  const command = new Minimising(folder, artifact.value, flags, status);
  const release = onInterrupt(
    () => {
      status.note("  stopping: the smallest plan so far is kept (Ctrl-C again to leave at once)");
      command.interrupt();
    },
    () => process.exit(EXIT.unknown),
  );
  try {
    const minimised = await command.run();
    status.end();
    return command.report(minimised);
  } finally {
    release();
    status.end();
  }
}

/** One artifact being minimised. */
class Minimising {
  readonly #folder: string;
  readonly #artifact: Artifact;
  readonly #flags: MinimiseFlags;
  readonly #status: StatusLine;
  readonly #target: string;
  /** Where it was stopped half way, the plan that was begun with then: the journal is about it. */
  readonly #plan: Plan;
  readonly #deadline: number;
  #isInterrupted = false;

  constructor(folder: string, artifact: Artifact, flags: MinimiseFlags, status: StatusLine) {
    const { finding, plan, originalPlan } = artifact;
    this.#folder = folder;
    this.#artifact = artifact;
    this.#flags = flags;
    this.#status = status;
    const entry = entryOf(finding.target);
    if (entry.isLive === true) {
      throw usageError(
        `${entry.id} runs in real time, where a plan may fail now and not the next time; minimise needs a target in virtual time`,
      );
    }
    this.#target = entry.id;
    this.#plan = finding.minimised?.isMinimal === false ? (originalPlan ?? plan) : plan;
    this.#deadline =
      flags.time === undefined ? Number.POSITIVE_INFINITY : performance.now() + flags.time;
  }

  interrupt(): void {
    this.#isInterrupted = true;
  }

  async run(): Promise<MinimisedFinding> {
    const { fingerprint, property, clause } = this.#artifact.finding;
    const { workers, watchdog, runs: runsMax } = this.#flags;
    const status = this.#status;
    const subject = { target: this.#target, fingerprint };
    const journal = journalIn(this.#folder, subject, this.#plan);
    this.#say(`minimising ${planSize(this.#plan)} on ${this.#target}: ${property} (${clause})`);
    const minimised = await minimiseFinding({
      target: this.#target,
      plan: this.#plan,
      fingerprint,
      count: workers,
      runner: {
        runnerPath: RUNNER_PATH,
        watchdogMs: watchdog,
        progress: (line) => status.note(`  ${line}`),
      },
      runsMax,
      isOver: () => this.#isInterrupted || performance.now() >= this.#deadline,
      known: journal.known,
      learned: (hash) => journal.add(hash),
      advanced: ({ runs, plan, attempt }) =>
        status.update(`  ${planSize(plan)} after ${counted(runs, "run")}: ${attempt} …`),
    });
    const isStopped = minimised.kind === "minimised" && !minimised.isMinimal;
    if (!isStopped) journal.remove();
    return minimised;
  }

  report(minimised: MinimisedFinding): ExitCode {
    const { property, target } = this.#artifact.finding;
    if (minimised.kind === "absent") {
      this.#say(`${property} is not broken by this plan on ${target} any more`);
      this.#sayJson({ status: "FIXED" });
      return EXIT.passed;
    }
    if (minimised.kind === "diverged") {
      throw new CommandError(
        EXIT.diverged,
        "no plan failed again in a process of its own: diverged",
      );
    }
    this.#keep(minimised);
    return EXIT.violated;
  }

  #keep(minimised: Minimised): void {
    const { finding, plan, originalPlan } = this.#artifact;
    const folder = this.#flags.out ?? this.#folder;
    const result = artifactOf(finding, originalPlan ?? plan, minimised);
    writeFinding(folder, result);
    const { runs, isMinimal, unjudged } = minimised;
    const rest = isMinimal ? "no step is left" : "not minimal yet; the same command goes on";
    this.#say(
      `${planSize(this.#plan)} → ${planSize(minimised.plan)} in ${counted(runs, "run")}: ${rest}`,
    );
    this.#say(folder);
    for (const message of new Set(unjudged)) {
      const [line = ""] = message.split("\n");
      process.stderr.write(`happnstance: a plan could not be judged: ${line}\n`);
    }
    this.#sayJson({
      status: "FAILED",
      folder,
      before: sizesOf(this.#plan),
      after: sizesOf(minimised.plan),
      runs,
      isMinimal,
    });
  }

  #say(line: string): void {
    if (this.#flags.json !== true) process.stdout.write(`  ${line}\n`);
  }

  #sayJson(value: unknown): void {
    if (this.#flags.json === true) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }
}

function sizesOf({ operations, faults = [], schedule }: Plan) {
  return {
    operations: operations.length,
    faults: faults.length,
    decisions: schedule?.decisions?.length ?? 0,
  };
}

function artifactOf(
  finding: Artifact["finding"],
  originalPlan: Plan,
  { plan, failure, original, runs, isMinimal }: Minimised,
): Artifact {
  const { violation, traceHash, outcome } = failure;
  const before = finding.minimised ?? {
    runs: 0,
    originalTraceHash: original.traceHash,
    originalOperations: originalPlan.operations.length,
  };
  return {
    plan,
    originalPlan,
    history: outcome?.history ?? null,
    finding: {
      ...seenAgain(finding, violation, traceHash),
      confirmation: "confirmed",
      minimised: { ...before, runs: before.runs + runs, isMinimal },
    },
  };
}
