/**
 * `happnstance corpus minimise`: regressions made as small as they get.
 *
 * @packageDocumentation
 */
import { availableParallelism } from "node:os";

import {
  minimiseFinding,
  simplerFailing,
  type Failure,
  type TrialRunnersOptions,
} from "../campaign/index.js";
import { formatPlan, type Plan } from "../plan/index.js";
import { counted, planSize } from "../report/index.js";
import { TargetUnavailableError } from "../targets/target.js";
import { entryOf } from "./catalog.js";
import { CommandError, EXIT, type ExitCode } from "./exit-code.js";
import { RUNNER_PATH } from "./prepared-target.js";
import { readRegression } from "./regressions.js";
import { StatusLine } from "./status-line.js";

export interface CorpusMinimiseFlags {
  readonly watchdog: number;
  readonly runs: number;
  readonly check?: boolean;
}

export interface MinimalRegression {
  readonly plan: Plan;
  readonly failure: Failure;
}

/** What is done with regressions: where they are called by name, and kept. */
export interface RegressionKeeper {
  nameOf(folder: string): string;
  keep(folder: string, minimal: MinimalRegression): void;
}

/** Minimises those that aren't minimal; with `check`, only says which aren't. */
export async function minimiseRegressions(
  folders: readonly string[],
  flags: CorpusMinimiseFlags,
  keeper: RegressionKeeper,
): Promise<ExitCode> {
  const status = new StatusLine(process.stderr);
  const say = (line: string) => {
    status.end();
    process.stdout.write(`  ${line}\n`);
  };
  let lackingCount = 0;
  try {
    for (const folder of folders) {
      status.update(`  ${keeper.nameOf(folder)} …`);
      const outcome =
        flags.check === true
          ? await checked(folder, flags, status)
          : await minimised(folder, flags, status, keeper);
      if (!outcome.isGood) lackingCount += 1;
      say(`${keeper.nameOf(folder)}  ${outcome.words}`);
    }
  } catch (error) {
    if (!(error instanceof TargetUnavailableError)) throw error;
    throw new CommandError(EXIT.unavailable, error.message);
  } finally {
    status.end();
  }
  const total = counted(folders.length, "regression");
  say(`${folders.length - lackingCount} of ${total} minimal`);
  return lackingCount === 0 ? EXIT.passed : EXIT.violated;
}

interface Outcome {
  readonly isGood: boolean;
  readonly words: string;
}

async function checked(
  folder: string,
  flags: CorpusMinimiseFlags,
  status: StatusLine,
): Promise<Outcome> {
  const { plan, options } = taskOf(folder, flags, status);
  try {
    const simpler = await simplerFailing(plan, options);
    if (simpler === null) return { isGood: true, words: `minimal: ${planSize(plan)}` };
    return {
      isGood: false,
      words: `not minimal: ${planSize(simpler)} are enough\n${formatPlan(simpler)}`,
    };
  } catch (error) {
    if (error instanceof RangeError) return { isGood: false, words: "does not fail any more" };
    throw error;
  }
}

async function minimised(
  folder: string,
  flags: CorpusMinimiseFlags,
  status: StatusLine,
  keeper: RegressionKeeper,
): Promise<Outcome> {
  const { plan, options } = taskOf(folder, flags, status);
  const result = await minimiseFinding({ ...options, plan, runsMax: flags.runs });
  if (result.kind !== "minimised") {
    return { isGood: false, words: "does not fail any more; it is left as it is" };
  }
  const isSame = formatPlan(result.plan) === formatPlan(plan);
  if (!isSame) keeper.keep(folder, result);
  const rest = result.isMinimal ? "" : "; its runs were spent, so it may get smaller yet";
  const words = isSame
    ? `minimal: ${planSize(plan)}`
    : `${planSize(plan)} → ${planSize(result.plan)}`;
  return {
    isGood: result.isMinimal,
    words: `${words}, ${counted(result.runs, "run")}${rest}`,
  };
}

function taskOf(
  folder: string,
  { watchdog }: CorpusMinimiseFlags,
  status: StatusLine,
): { readonly plan: Plan; readonly options: TrialRunnersOptions } {
  const { finding, plan } = readRegression(folder);
  return {
    plan,
    options: {
      target: entryOf(finding.target).id,
      fingerprint: finding.fingerprint,
      count: availableParallelism(),
      runner: {
        runnerPath: RUNNER_PATH,
        watchdogMs: watchdog,
        progress: (line) => status.note(`  ${line}`),
      },
    },
  };
}
