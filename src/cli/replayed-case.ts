/**
 * A case that is run again, wherever it comes from: a token, an artifact's folder, a corpus entry, a
 * difference between two servers.
 *
 * @packageDocumentation
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import { runFresh, type Reply } from "../campaign/index.js";
import {
  caseSeedOf,
  hashCodeOf,
  parseToken,
  readArtifact,
  type Artifact,
  type CaseRequest,
  type FindingRecord,
} from "../engine/index.js";
import type { FaultChoice, Plan } from "../plan/index.js";
import { GENERATOR_VERSION } from "../workload/index.js";
import { triggersOf } from "./avoid.js";
import { entryOf, entryOfCode } from "./catalog.js";
import { CommandError, EXIT, usageError } from "./exit-code.js";
import { differenceAt, isDifference, type KeptDifference } from "./kept-difference.js";
import { knownIssuesOf } from "./known-issues.js";
import { RUNNER_PATH } from "./prepared-target.js";
import { packageRoot } from "./version.js";

/** What is replayed. */
export interface ReplayedCase {
  readonly target: string;
  readonly planSeed: string;
  readonly plan?: Plan;
  /** Triggers to take out of the plan that the seed makes. */
  readonly avoid: readonly string[];
  /** What goes wrong in the plan that the seed makes. */
  readonly faults?: FaultChoice;
  /** Tells whether a trace hash is the one that was found; null where another target is asked. */
  readonly isSame: ((hash: string) => boolean) | null;
  /** Only this finding counts, where one is named. */
  readonly finding: FindingRecord | null;
}

export interface CaseFlags {
  readonly target?: string;
  readonly avoid: readonly string[];
  readonly faults?: FaultChoice;
}

/**
 * The case that a word on the command line names.
 * @throws CommandError (64) saying what is wrong with it
 */
export function caseOf(what: string, flags: CaseFlags): ReplayedCase {
  const folder = folderOf(what);
  if (folder === null) return fromToken(what, flags);
  if (isDifference(folder)) return caseOfDifference(differenceAt(folder), flags);
  return caseOfArtifact(artifactAt(folder), flags);
}

/** The folder that is meant: a path, or `<target>/<id>` of a regression in the corpus; null where neither is there. */
export function folderOf(what: string): string | null {
  if (isFolder(what)) return what;
  const entry = join(packageRoot(), "corpus", "regressions", what);
  return /^[^./][^/]*\/[a-z0-9-]+$/.test(what) && isFolder(entry) ? entry : null;
}

/**
 * Reads an artifact.
 * @throws CommandError (64) naming the file and what is wrong with it
 */
export function artifactAt(folder: string): Artifact {
  const artifact = readArtifact(folder);
  if (!artifact.ok) throw usageError(artifact.message);
  return artifact.value;
}

export function caseOfArtifact(
  { finding, plan }: Pick<Artifact, "finding" | "plan">,
  flags: Pick<CaseFlags, "target">,
): ReplayedCase {
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

/** On the first of the two servers, unless another one is named. */
function caseOfDifference(
  { plan, sides }: KeptDifference,
  flags: Pick<CaseFlags, "target">,
): ReplayedCase {
  const target = entryOf(flags.target ?? sides[0]?.target ?? "").id;
  const side = sides.find((each) => each.target === target);
  return {
    ...{ target, plan, planSeed: plan.seed, avoid: [], finding: null },
    isSame: side === undefined ? null : (hash) => hash === side.traceHash,
  };
}

/**
 * What a runner process is asked for, in virtual time.
 * @throws CommandError (64) for a target in real time, which has no history twice
 */
export function requestOf(found: Omit<ReplayedCase, "finding">): CaseRequest {
  if (entryOf(found.target).isLive === true) {
    throw usageError(
      `${found.target} runs in real time, so that a case is another one each time: take an artifact that has its history, or replay it`,
    );
  }
  return {
    id: 0,
    target: found.target,
    planSeed: found.planSeed,
    avoid: found.avoid,
    ...(found.faults === undefined ? {} : { faults: found.faults }),
    ...(found.plan === undefined ? {} : { plan: found.plan }),
    wantsHistory: true,
  };
}

/**
 * Runs a case in a new process, in virtual time; what goes on is told on stderr.
 * @throws CommandError (64) for a target in real time, which has no history twice
 */
export async function rerun(found: ReplayedCase, watchdogMs: number): Promise<Reply> {
  return runFresh(requestOf(found), {
    runnerPath: RUNNER_PATH,
    watchdogMs,
    progress: (line) => process.stderr.write(`  ${line}\n`),
  });
}

/**
 * What a run answered, where it answered at all.
 * @throws CommandError (69, 70) when the target can't be had, or on a defect of the tool
 */
export function answered(reply: Reply): Exclude<Reply, { kind: "unavailable" | "failed" }> {
  if (reply.kind === "unavailable") throw new CommandError(EXIT.unavailable, reply.message);
  if (reply.kind === "failed") throw new CommandError(EXIT.internal, reply.message);
  return reply;
}

function fromToken(text: string, flags: CaseFlags): ReplayedCase {
  const token = parseToken(text);
  if (!token.ok) {
    throw usageError(
      text.includes("/") || text.includes(".") || existsSync(text)
        ? `there is no folder ${text}`
        : token.message,
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
    ...(flags.faults === undefined ? {} : { faults: flags.faults }),
    isSame: own === null || own.id === id ? (hash) => hashCodeOf(hash) === hashCode : null,
    finding: null,
  };
}

function isFolder(what: string): boolean {
  return statSync(what, { throwIfNoEntry: false })?.isDirectory() === true;
}
