/**
 * `happnstance replay`: the same case again, in a new process.
 *
 * @packageDocumentation
 */
import { statSync } from "node:fs";

import type { Command } from "commander";

import { profileOf } from "../../models/index.js";
import { runFresh, type Reply } from "../campaign/index.js";
import {
  caseSeedOf,
  hashCodeOf,
  knownBy,
  parseToken,
  readArtifact,
  type FindingRecord,
  type FoundViolation,
  type Verdict,
} from "../engine/index.js";
import type { History } from "../history/index.js";
import type { Plan } from "../plan/index.js";
import { counted, duration, paintOf, storyOf, type Paint } from "../report/index.js";
import type { ExternalSettings } from "../targets/external/index.js";
import { GENERATOR_VERSION } from "../workload/index.js";
import { issueIds, triggersOf } from "./avoid.js";
import { entryOf, entryOfCode } from "./catalog.js";
import { CommandError, EXIT, usageError, type ExitCode } from "./exit-code.js";
import { LIVE_WATCHDOG_MS, preparedTarget, RUNNER_PATH } from "./fuzz.js";
import { addLiveFlags, checkedSettings, settingsOf, type LiveFlags } from "./live-flags.js";
import { knownIssuesOf } from "./known-issues.js";
import { durationMs } from "./options.js";
import { replayLive } from "./replay-live.js";

/** A case in real time is run so often where nothing else is said. */
const LIVE_RUNS = 5;

interface ReplayFlags extends LiveFlags {
  readonly target?: string;
  readonly avoid: readonly string[];
  readonly watchdog: number;
  readonly json?: boolean;
}

/** What is replayed, wherever it came from. */
interface Case {
  readonly target: string;
  readonly planSeed: string;
  readonly plan?: Plan;
  /** Triggers to take out of the plan that the seed makes. */
  readonly avoid: readonly string[];
  /** Tells whether a trace hash is the one that was found; null where another target is asked. */
  readonly isSame: ((hash: string) => boolean) | null;
  /** Only this finding counts, where one is named. */
  readonly finding: FindingRecord | null;
}

export function addReplay(program: Command, end: (code: ExitCode) => void): void {
  addLiveFlags(program.command("replay"))
    .description("run a case again: from a token, an artifact's folder or a corpus entry")
    .argument("<what>", "hs1-7-0012-ak3f9x, or a folder with plan.json and finding.json")
    .option("--target <id>", "replay against another target: is it fixed there?")
    .option("--avoid <issues>", "what the campaign that printed the token avoided", issueIds, [])
    .option("--watchdog <duration>", "wall time the case may take", durationMs, 120_000)
    .option("--json", "print the outcome as JSON")
    .action(async (what: string, flags: ReplayFlags) => end(await replay(what, flags)));
}

async function replay(what: string, flags: ReplayFlags): Promise<ExitCode> {
  const found = isFolder(what) ? fromArtifact(what, flags) : fromToken(what, flags);
  const entry = entryOf(found.target);
  const settings = settingsOf(entry, flags, found.finding?.live?.settings);
  if (entry.isLive === true) return replayInRealTime(found, settings, flags);
  const reply = await runFresh(
    {
      id: 0,
      target: found.target,
      planSeed: found.planSeed,
      avoid: found.avoid,
      ...(found.plan === undefined ? {} : { plan: found.plan }),
      wantsHistory: true,
    },
    {
      runnerPath: RUNNER_PATH,
      watchdogMs: flags.watchdog,
      progress: (line) => process.stderr.write(`  ${line}\n`),
    },
  );
  const paint = paintOf(process.stdout.isTTY && flags.json !== true);
  return report(found, reply, flags.json === true, paint);
}

async function replayInRealTime(
  found: Case,
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

function isFolder(what: string): boolean {
  return statSync(what, { throwIfNoEntry: false })?.isDirectory() === true;
}

function fromArtifact(folder: string, flags: ReplayFlags): Case {
  const artifact = readArtifact(folder);
  if (!artifact.ok) throw usageError(artifact.message);
  const { finding, plan } = artifact.value;
  const target = entryOf(flags.target ?? finding.target).id;
  return {
    target,
    planSeed: plan.seed,
    plan,
    avoid: [],
    isSame: target === finding.target ? (hash) => hash === finding.traceHash : null,
    finding,
  };
}

function fromToken(text: string, flags: ReplayFlags): Case {
  const token = parseToken(text);
  if (!token.ok) {
    throw usageError(
      text.includes("/") || text.includes(".") ? `there is no folder ${text}` : token.message,
    );
  }
  const { generator, seed, caseIndex, targetCode, hashCode } = token.value;
  if (generator !== GENERATOR_VERSION) {
    throw usageError(
      `${text} was made by generator ${generator}, this is generator ${GENERATOR_VERSION}: a seed gives another plan now; replay the artifact's folder instead`,
    );
  }
  const own = entryOfCode(targetCode);
  const id = flags.target ?? own?.id;
  if (id === undefined) {
    throw usageError(`${text} does not tell its target; name it with --target`);
  }
  const target = entryOf(id).id;
  return {
    target,
    avoid: triggersOf(flags.avoid, knownIssuesOf(target), target),
    planSeed: caseSeedOf(seed, caseIndex),
    isSame: own === null || own.id === id ? (hash) => hashCodeOf(hash) === hashCode : null,
    finding: null,
  };
}

type Status = "FAILED" | "FIXED" | "PASSED" | "UNKNOWN" | "DIVERGED";

function report(found: Case, reply: Reply, isJson: boolean, paint: Paint): ExitCode {
  if (reply.kind === "unavailable") throw new CommandError(EXIT.unavailable, reply.message);
  if (reply.kind === "failed") throw new CommandError(EXIT.internal, reply.message);
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
  const history = reply.outcome?.history;
  const isSame = found.isSame?.(verdict.hash) ?? null;
  const violations = relevant(found, verdict);
  const status = statusOf(found, verdict, violations, isSame);
  if (isJson) {
    const sameHistory = isSame;
    process.stdout.write(
      `${JSON.stringify({ status, target: found.target, traceHash: verdict.hash, sameHistory, violations }, null, 2)}\n`,
    );
  } else {
    print(found, verdict, violations, status, isSame, history, paint);
  }
  return EXIT_OF[status];
}

const EXIT_OF: Readonly<Record<Status, ExitCode>> = {
  FAILED: EXIT.violated,
  FIXED: EXIT.passed,
  PASSED: EXIT.passed,
  UNKNOWN: EXIT.unknown,
  DIVERGED: EXIT.diverged,
};

/** The first violation of each fingerprint; with an artifact, its own fingerprint only. */
function relevant(found: Case, verdict: Verdict): readonly FoundViolation[] {
  const firsts = new Map<string, FoundViolation>();
  for (const violation of verdict.violations) {
    const isWanted = found.finding === null || violation.fingerprint === found.finding.fingerprint;
    if (isWanted && !firsts.has(violation.fingerprint)) {
      firsts.set(violation.fingerprint, violation);
    }
  }
  return [...firsts.values()];
}

function statusOf(
  found: Case,
  verdict: Verdict,
  violations: readonly FoundViolation[],
  isSame: boolean | null,
): Status {
  if (isSame === false) return "DIVERGED";
  if (violations.length > 0) return "FAILED";
  if (verdict.unknown.length > 0) return "UNKNOWN";
  return found.finding === null ? "PASSED" : "FIXED";
}

function print(
  found: Case,
  verdict: Verdict,
  violations: readonly FoundViolation[],
  status: Status,
  isSame: boolean | null,
  history: History | undefined,
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
    say(`  expected: ${violation.expected}`);
    if (known !== null) say(paint.dim(`  known as ${known.id}: ${known.sentence}`));
    for (const line of storyOf(violation.evidence, history?.events ?? [])) say(line);
  }
  for (const { property, reason } of verdict.unknown) {
    say(`  ${paint.yellow("unknown")}  ${property}: ${reason}`);
  }
}
