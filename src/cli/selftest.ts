/**
 * `happnstance selftest`: tries the properties on servers that are wrong on purpose.
 *
 * @packageDocumentation
 */
import { availableParallelism } from "node:os";

import type { Command } from "commander";

import { RunnerProcess, type Reply } from "../campaign/index.js";
import { FAULT_KINDS, type FaultChoice, type FaultKind } from "../plan/index.js";
import { counted, paintOf } from "../report/index.js";
import { MUTANTS, revealingFaults, type Mutant } from "../targets/reference/index.js";
import { EXIT, usageError, type ExitCode } from "./exit-code.js";
import { wholeNumber } from "./options.js";
import { RUNNER_PATH } from "./prepared-target.js";
import { StatusLine } from "./status-line.js";

interface SelftestFlags {
  readonly cases: number;
  readonly workers: number;
  readonly only?: string;
  readonly json?: boolean;
}

/** How a mutant fared. */
export interface Trial {
  readonly mutant: string;
  readonly clause: string;
  /** The property meant for it that caught it; null where none did. */
  readonly caughtBy: string | null;
  /** How many cases that took, or how many were run. */
  readonly cases: number;
  /** The kinds of faults that alone reveal it; null where that isn't said of it. */
  readonly faults: readonly FaultKind[] | null;
  /** The kinds that went wrong where it was caught; null for a campaign's choice. */
  readonly under: readonly FaultKind[] | null;
  /** The case in which it was caught though nothing of these kinds went wrong; null where it was missed, as it must be. */
  readonly caughtWithout: number | null;
  /** Properties that are not meant for it and found something before. */
  readonly others: readonly string[];
  /** What went wrong with running it; null if nothing did. */
  readonly failure: string | null;
}

const CASES_DEFAULT = 500;
/** Cases in which everything goes wrong but what reveals a mutant: it must be missed in all of them. */
const MISSED_CASES = 50;
const WATCHDOG_MS = 120_000;

export function addSelftest(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("selftest")
    .description("hold the properties against servers that are wrong on purpose")
    .option("--cases <n>", "cases within which each must be caught", wholeNumber(1), CASES_DEFAULT)
    .option(
      "--workers <n>",
      "runner processes",
      wholeNumber(1, 256),
      Math.max(1, availableParallelism()),
    )
    .option("--only <id>", "the mutant of that id, and no other")
    .option("--json", "print what came out as JSON")
    .action(async (flags: SelftestFlags) => end(await selftest(flags)));
}

async function selftest({ cases, workers, only, json }: SelftestFlags): Promise<ExitCode> {
  const mutants = MUTANTS.filter(({ id }) => only === undefined || id === only);
  if (mutants.length === 0) {
    const ids = MUTANTS.map(({ id }) => id).join(", ");
    throw usageError(`there is no mutant "${only}"; there are ${ids}`);
  }
  const status = new StatusLine(json === true ? null : process.stderr);
  const waiting = [...mutants];
  const trials = new Map<string, Trial>();
  const work = async () => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      trials.set(mutant.id, await tryOut(mutant, cases));
      status.update(`  ${trials.size}/${mutants.length} mutants …`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, mutants.length) }, work));
  status.end();

  const ordered = mutants.map(({ id }) => trials.get(id) as Trial);
  const missed = ordered.filter(({ caughtBy }) => caughtBy === null);
  const early = ordered.filter(({ caughtWithout }) => caughtWithout !== null);
  const median = medianOf(ordered.filter((trial) => !missed.includes(trial)));
  if (json === true) {
    process.stdout.write(
      `${JSON.stringify({ cases, median, missed: missed.length, trials: ordered }, null, 2)}\n`,
    );
  } else print(ordered, median);
  if (ordered.some(({ failure }) => failure !== null)) return EXIT.internal;
  return missed.length + early.length === 0 ? EXIT.passed : EXIT.violated;
}

/**
 * Runs cases against a mutant until a property that is meant for it finds something. One that only
 * some faults reveal is then tried with all the others.
 */
async function tryOut(mutant: Mutant, cases: number): Promise<Trial> {
  const runner = new RunnerProcess({
    runnerPath: RUNNER_PATH,
    watchdogMs: WATCHDOG_MS,
    progress: () => undefined,
  });
  const { id, clause, faults = null } = mutant;
  const revealing = revealingFaults(mutant);
  try {
    const caught = await casesUntil(runner, mutant, cases, revealing);
    let without: Caught | null = null;
    if (faults !== null && caught.failure === null) {
      const others = FAULT_KINDS.filter((kind) => !faults.includes(kind));
      without = await casesUntil(runner, mutant, MISSED_CASES, others);
    }
    return {
      mutant: id,
      clause,
      ...{ caughtBy: caught.by, cases: caught.cases, faults },
      under: revealing === "swarm" ? null : revealing,
      caughtWithout: without === null || without.by === null ? null : without.cases,
      others: caught.others,
      failure: caught.failure ?? without?.failure ?? null,
    };
  } finally {
    runner.kill();
  }
}

interface Caught {
  readonly by: string | null;
  readonly cases: number;
  readonly others: readonly string[];
  readonly failure: string | null;
}

async function casesUntil(
  runner: RunnerProcess,
  { id, properties }: Mutant,
  cases: number,
  faults: FaultChoice,
): Promise<Caught> {
  const others = new Set<string>();
  const caught = (by: string | null, count: number, failure: string | null): Caught => {
    return { by, cases: count, others: [...others], failure };
  };
  for (let index = 0; index < cases; index += 1) {
    const reply = await runner.run({
      id: index,
      target: `mutant:${id}`,
      planSeed: planSeedOf(index),
      faults,
      wantsHistory: false,
    });
    if (reply.kind !== "verdict") return caught(null, index + 1, reasonOf(reply));
    const found = new Set(reply.verdict.violations.map(({ property }) => property));
    const by = properties.find((property) => found.has(property));
    if (by !== undefined) return caught(by, index + 1, null);
    for (const property of found) others.add(property);
  }
  return caught(null, cases, null);
}

/** The same plans in every selftest, so that its counts can be compared. */
function planSeedOf(index: number): string {
  return `mutants/${index}`;
}

function reasonOf(reply: Exclude<Reply, { kind: "verdict" }>): string {
  switch (reply.kind) {
    case "hung":
      return `no answer after ${reply.afterMs} ms`;
    case "died":
      return `the runner died: ${reply.how}`;
    case "unavailable":
    case "failed":
      return reply.message;
  }
}

/** The middle of how many cases it took; null where nothing was caught. */
function medianOf(caught: readonly Trial[]): number | null {
  const counts = caught.map(({ cases }) => cases).sort((left, right) => left - right);
  return counts[Math.floor((counts.length - 1) / 2)] ?? null;
}

function print(trials: readonly Trial[], median: number | null): void {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const paint = paintOf(process.stdout.isTTY);
  say("  cases  mutant                          clause  caught by");
  for (const trial of trials) {
    const { mutant, clause, caughtBy, cases, others, failure, under, caughtWithout } = trial;
    const columns = `${String(cases).padStart(7)}  ${mutant.padEnd(30)}  ${clause.padEnd(6)}`;
    const instead =
      others.length === 0 ? "nothing" : `${others.join(", ")}, which is not meant for it`;
    const by = failure ?? caughtBy ?? `NOT CAUGHT; found: ${instead}`;
    const only = under === null ? "" : `, under ${under.join(" and ")} alone`;
    say(`${columns}  ${caughtBy === null ? paint.red(by) : `${by}${only}`}`);
    if (caughtWithout === null) continue;
    say(paint.red(`         CAUGHT WITHOUT THAT in case ${caughtWithout}: it must not show then`));
  }
  const missed = trials.filter(({ caughtBy }) => caughtBy === null).length;
  say("");
  say(
    `  ${counted(trials.length, "mutant")}, ${missed} not caught; half of those caught needed ${median ?? 0} or fewer cases`,
  );
}
