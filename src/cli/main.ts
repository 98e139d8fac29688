#!/usr/bin/env node
/**
 * The command `happnstance`.
 *
 * @packageDocumentation
 */
import { Command, CommanderError } from "commander";

import { TargetUnavailableError } from "../targets/target.js";
import { addBisect } from "./bisect.js";
import { addCheck } from "./check.js";
import { addConform } from "./conform.js";
import { addCorpus } from "./corpus.js";
import { addDiff } from "./diff.js";
import { CommandError, EXIT, type ExitCode } from "./exit-code.js";
import { addFuzz } from "./fuzz.js";
import { addLists } from "./list.js";
import { addMinimise } from "./minimise.js";
import { addProxy } from "./proxy.js";
import { addReplay } from "./replay.js";
import { addReport } from "./report.js";
import { addSelftest } from "./selftest.js";
import { addServe } from "./serve.js";
import { packageVersion } from "./version.js";

let code: ExitCode = EXIT.passed;
const end = (ended: ExitCode) => {
  code = ended;
};

const program = new Command("happnstance")
  .description("deterministic simulation and fuzzing of happn protocol servers")
  .version(packageVersion())
  .showHelpAfterError("(see happnstance --help)")
  .exitOverride();
addFuzz(program, end);
addReplay(program, end);
addMinimise(program, end);
addReport(program, end);
addDiff(program, end);
addBisect(program, end);
addCheck(program, end);
addConform(program, end);
addCorpus(program, end);
addSelftest(program, end);
addServe(program, end);
addProxy(program, end);
addLists(program, end);
for (const command of program.commands) command.exitOverride();

// Whoever read may have gone, as behind `| head`. What was begun is finished all the same: what is
// found stands in the run's folder, and the exit code is for those who ask.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

try {
  await program.parseAsync();
  process.exitCode = code;
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** One line for what the user can mend; a stack for what is our own fault. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? EXIT.passed : EXIT.usage;
  }
  if (error instanceof CommandError) {
    process.stderr.write(`happnstance: ${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof TargetUnavailableError) {
    process.stderr.write(`happnstance: ${error.message}\n`);
    return EXIT.unavailable;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `happnstance: internal error, please report it with the command line\n${text}\n`,
  );
  return EXIT.internal;
}
