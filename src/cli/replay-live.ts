/**
 * Replaying in real time: no run is like another, so that a case is run several times, and what is
 * told is in how many of them it shows.
 *
 * @packageDocumentation
 */
import { runFresh, type Reply } from "../campaign/index.js";
import type { CaseRequest, FoundViolation } from "../engine/index.js";
import { counted, storyOf, type Paint } from "../report/index.js";
import { CommandError, EXIT, type ExitCode } from "./exit-code.js";

export interface LiveReplay {
  readonly request: CaseRequest;
  readonly runnerPath: string;
  readonly watchdogMs: number;
  readonly runs: number;
  /** Only this finding counts, where one is named. */
  readonly fingerprint: string | null;
}

/** What one run showed. */
interface Shown {
  readonly violations: readonly FoundViolation[];
  readonly reply: Reply;
}

/**
 * Runs the case again and again, and tells how often it fails.
 *
 * Exit: violated where any run failed; unknown where a named finding was not seen, for that does not
 * prove it mended; passed where no run of a whole case found anything.
 */
export async function replayLive(
  replay: LiveReplay,
  isJson: boolean,
  paint: Paint,
): Promise<ExitCode> {
  const shown: Shown[] = [];
  for (let run = 0; run < replay.runs; run += 1) shown.push(await runOnce(replay));
  const failed = shown.filter(({ violations }) => violations.length > 0);
  const isNamed = replay.fingerprint !== null;
  const status = failed.length > 0 ? "FAILED" : isNamed ? "NOT SEEN" : "PASSED";
  const code = { FAILED: EXIT.violated, "NOT SEEN": EXIT.unknown, PASSED: EXIT.passed }[status];
  const [first] = failed;
  if (isJson) {
    const { target } = replay.request;
    const violations = first?.violations ?? [];
    const again = { seen: failed.length, runs: replay.runs };
    process.stdout.write(`${JSON.stringify({ status, target, ...again, violations }, null, 2)}\n`);
    return code;
  }
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const colour = status === "PASSED" ? paint.green : status === "FAILED" ? paint.red : paint.yellow;
  say(
    `  in real time, best effort: seen in ${failed.length} of ${counted(replay.runs, "run")} on ${replay.request.target} · ${colour(status)}`,
  );
  if (status === "NOT SEEN") {
    say("  that it was not seen does not prove it mended: the history that was kept is the proof");
  }
  if (first === undefined) return code;
  const events = first.reply.kind === "verdict" ? (first.reply.outcome?.history.events ?? []) : [];
  for (const violation of first.violations) {
    say("");
    say(`  ${paint.bold(violation.property)}  ${violation.clause} (${violation.severity})`);
    say(`  ${violation.message}`);
    say(`  expected: ${violation.expected}`);
    for (const line of storyOf(violation.evidence, events)) say(line);
  }
  return code;
}

async function runOnce({
  request,
  runnerPath,
  watchdogMs,
  fingerprint,
}: LiveReplay): Promise<Shown> {
  const reply = await runFresh(request, {
    runnerPath,
    watchdogMs,
    progress: (line) => process.stderr.write(`  ${line}\n`),
  });
  if (reply.kind === "unavailable") throw new CommandError(EXIT.unavailable, reply.message);
  if (reply.kind === "failed") throw new CommandError(EXIT.internal, reply.message);
  if (reply.kind !== "verdict") {
    const how = reply.kind === "hung" ? `no end after ${reply.afterMs} ms` : reply.how;
    throw new CommandError(EXIT.internal, `the runner of a case was lost: ${how}`);
  }
  const firsts = new Map<string, FoundViolation>();
  for (const violation of reply.verdict.violations) {
    const isWanted = fingerprint === null || violation.fingerprint === fingerprint;
    if (isWanted && !firsts.has(violation.fingerprint)) {
      firsts.set(violation.fingerprint, violation);
    }
  }
  return { violations: [...firsts.values()], reply };
}
