/**
 * `happnstance replay`: the same case again, in a new process.
 *
 * @packageDocumentation
 */
import type { Command } from "commander";

import { profileOf } from "../../models/index.js";
import type { Reply } from "../campaign/index.js";
import {
  judgementOf,
  knownBy,
  type CaseOutcome,
  type FoundViolation,
  type Verdict,
} from "../engine/index.js";
import {
  counted,
  duration,
  paintOf,
  sequenceLines,
  timelineOf,
  type Paint,
} from "../report/index.js";
import type { ExternalSettings } from "../targets/external/index.js";
import { faultChoice } from "./fault-choice.js";
import { issueIds } from "./avoid.js";
import { entryOf } from "./catalog.js";
import { emitTest } from "./emitted-test.js";
import { EXIT, usageError, type ExitCode } from "./exit-code.js";
import { knownIssuesOf } from "./known-issues.js";
import { addLiveFlags, checkedSettings, settingsOf, type LiveFlags } from "./live-flags.js";
import { durationMs } from "./options.js";
import { LIVE_WATCHDOG_MS, preparedTarget, RUNNER_PATH, WATCHDOG_MS } from "./prepared-target.js";
import { replayLive } from "./replay-live.js";
import { relevantIn, statusOf, type ReplayStatus } from "./replay-status.js";
import { answered, caseOf, rerun, type CaseFlags, type ReplayedCase } from "./replayed-case.js";
import { columnsOf } from "./terminal.js";

/** A case in real time is run so often where nothing else is said. */
const LIVE_RUNS = 5;

interface ReplayFlags extends CaseFlags, LiveFlags {
  readonly watchdog: number;
  readonly json?: boolean;
  /** A file; true: on stdout. */
  readonly emitTest?: string | true;
}

export function addReplay(program: Command, end: (code: ExitCode) => void): void {
  addLiveFlags(program.command("replay"))
    .description("run a case again: from a token, an artifact's folder or a corpus entry")
    .argument("<what>", "hs3-7-0000-a0d9q4, or a folder with plan.json and finding.json")
    .option("--target <id>", "replay against another target: is it fixed there?")
    .option("--avoid <issues>", "what the campaign that printed the token avoided", issueIds, [])
    .option("--faults <kinds>", "what that campaign was told of faults", faultChoice)
    .option(
      "--watchdog <duration>",
      "wall time the server may be busy with the case",
      durationMs,
      WATCHDOG_MS,
    )
    .option("--json", "print the outcome as JSON")
    .option(
      "--emit-test [file]",
      "write the finding as a test for vitest, on stdout where no file is named",
    )
    .action(async (what: string, flags: ReplayFlags) => end(await replay(what, flags)));
}

async function replay(what: string, flags: ReplayFlags): Promise<ExitCode> {
  const found = caseOf(what, flags);
  const entry = entryOf(found.target);
  const settings = settingsOf(entry, flags, found.finding?.live?.settings);
  if (entry.isLive === true) {
    if (flags.emitTest !== undefined) {
      throw usageError(`${entry.id} runs in real time, where a test would fail now and then`);
    }
    return replayInRealTime(found, settings, flags);
  }
  const reply = await rerun(found, flags.watchdog);
  if (flags.emitTest !== undefined) {
    emitTest(found, reply, flags.emitTest);
    // The test has taken stdout.
    if (flags.emitTest === true) return exitCodeOf(found, reply);
  }
  const paint = paintOf(process.stdout.isTTY && flags.json !== true);
  return report(found, reply, flags.json === true, paint);
}

async function replayInRealTime(
  found: ReplayedCase,
  settings: ExternalSettings,
  flags: ReplayFlags,
): Promise<ExitCode> {
  const { target, planSeed, plan, avoid, finding } = found;
  const prepared = await preparedTarget(target, { ...settings, isChecked: false });
  return replayLive(
    {
      request: {
        id: 0,
        ...{ target, planSeed, avoid },
        ...(plan === undefined ? {} : { plan }),
        settings: { ...checkedSettings(settings, prepared) },
        wantsHistory: true,
      },
      runnerPath: RUNNER_PATH,
      watchdogMs: Math.max(flags.watchdog, LIVE_WATCHDOG_MS),
      runs: Math.max(1, flags.runs ?? LIVE_RUNS),
      fingerprint: finding?.fingerprint ?? null,
    },
    flags.json === true,
    paintOf(process.stdout.isTTY && flags.json !== true),
  );
}

function report(found: ReplayedCase, answer: Reply, isJson: boolean, paint: Paint): ExitCode {
  const reply = answered(answer);
  if (reply.kind !== "verdict") {
    const how = reply.kind === "hung" ? `hung for ${duration(reply.afterMs)}` : reply.how;
    process.stdout.write(
      isJson
        ? `${JSON.stringify({ status: "FAILED", property: "server-survives", how })}\n`
        : `  ${paint.red("FAILED")} · server-survives · the server's process: ${how}\n`,
    );
    return EXIT.violated;
  }
  const { verdict } = reply;
  const isSame = found.isSame?.(verdict.hash) ?? null;
  const violations = relevantIn(found, verdict);
  const status = statusOf(found, verdict, violations, isSame);
  if (isJson) {
    const sameHistory = isSame;
    process.stdout.write(
      `${JSON.stringify({ status, target: found.target, traceHash: verdict.hash, sameHistory, violations }, null, 2)}\n`,
    );
  } else {
    print(found, verdict, violations, status, isSame, reply.outcome, paint);
  }
  return EXIT_OF[status];
}

const EXIT_OF: Readonly<Record<ReplayStatus, ExitCode>> = {
  FAILED: EXIT.violated,
  FIXED: EXIT.passed,
  PASSED: EXIT.passed,
  UNKNOWN: EXIT.unknown,
  DIVERGED: EXIT.diverged,
};

/** What the exit code tells of a reply whose report isn't printed. */
function exitCodeOf(found: ReplayedCase, answer: Reply): ExitCode {
  const reply = answered(answer);
  if (reply.kind !== "verdict") return EXIT.violated;
  const { verdict } = reply;
  const isSame = found.isSame?.(verdict.hash) ?? null;
  return EXIT_OF[statusOf(found, verdict, relevantIn(found, verdict), isSame)];
}

function print(
  found: ReplayedCase,
  verdict: Verdict,
  violations: readonly FoundViolation[],
  status: ReplayStatus,
  isSame: boolean | null,
  outcome: CaseOutcome | undefined,
  paint: Paint,
): void {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const hash = `sha256 ${verdict.hash.slice(0, 8)}…`;
  const sameness =
    isSame === null
      ? `history on ${found.target} (${hash})`
      : isSame
        ? `same history as found (${hash})`
        : `another history than the one found (${hash}): another build of the target, another Node, or chance that the world does not control`;
  const names = [...new Set(violations.map(({ property }) => property))].join(", ");
  const colour = status === "FIXED" || status === "PASSED" ? paint.green : paint.red;
  say(`  ${sameness} · ${colour(status)}${names === "" ? "" : ` · ${names}`}`);
  say(
    paint.dim(
      `  ${found.target} · profile ${profileOf(entryOf(found.target).profile).id} · ${counted(verdict.operations, "operation")} · ${duration(verdict.virtualMs)} virtual`,
    ),
  );
  const issues = knownIssuesOf(found.target);
  for (const violation of violations) {
    const known = knownBy(issues, violation);
    say("");
    say(`  ${paint.bold(violation.property)}  ${violation.clause} (${violation.severity})`);
    say(`  ${violation.message}`);
    if (known !== null) say(paint.dim(`  known as ${known.id}: ${known.sentence}`));
    for (const line of sequenceOf(violation, outcome, paint)) say(line);
  }
  for (const { property, reason } of verdict.unknown) {
    say(`  ${paint.yellow("unknown")}  ${property}: ${reason}`);
  }
}

/** The frames that lead to a violation, with what was expected where it shows. */
function sequenceOf(
  violation: FoundViolation,
  outcome: CaseOutcome | undefined,
  paint: Paint,
): readonly string[] {
  if (outcome === undefined) return [`  expected: ${violation.expected}`];
  const { history, plan } = outcome;
  const finding = judgementOf(violation);
  return sequenceLines(timelineOf({ finding, history, plan }), {
    columns: columnsOf(process.stdout),
    paint,
  });
}
