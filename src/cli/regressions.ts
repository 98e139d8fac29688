/**
 * Regressions: minimal plans that show one defect of a server each, and what is expected of them.
 *
 * A folder `corpus/regressions/<target>/<id>/` is an artifact without a history. A trace hash holds
 * for one version of the tool and one major version of Node, so an entry is judged by the property,
 * the clause and the fingerprint.
 *
 * @packageDocumentation
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { propertyOf } from "../../properties/index.js";
import {
  RunnerProcess,
  hashOfLost,
  lostViolation,
  type Reply,
  type RunnerOptions,
} from "../campaign/index.js";
import {
  FINDING_FORMAT,
  judgementOf,
  readArtifact,
  type Artifact,
  type FindingRecord,
  type FoundViolation,
} from "../engine/index.js";
import type { History } from "../history/index.js";
import type { Plan } from "../plan/index.js";
import { storyOf } from "../report/index.js";
import type { ModuleTier } from "../targets/target.js";
import { CommandError, EXIT, usageError } from "./exit-code.js";
import { packageVersion } from "./version.js";

/**
 * What replaying a regression showed. FAILED: the recorded defect, in the recorded history.
 * DIVERGED: the recorded defect, in another history (of another Node or version of the tool).
 * OTHER: the property is broken, but in another way. FIXED: it isn't.
 */
export type RegressionStatus = "FAILED" | "DIVERGED" | "OTHER" | "FIXED";

export interface RegressionOutcome {
  readonly status: RegressionStatus;
  /** The violation that stands for the status; null when FIXED. */
  readonly violation: FoundViolation | null;
  readonly traceHash: string;
}

/** A run of a plan: everything that was found, the first of each fingerprint being enough. */
export interface PlanRun {
  readonly violations: readonly FoundViolation[];
  readonly traceHash: string;
  readonly history: History | null;
}

/** All folders with a plan under a folder, itself included, in the order of their names. */
export function regressionFolders(folder: string): readonly string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw usageError(`there is no folder ${folder}`);
  }
  const names = readdirSync(folder).sort((left, right) => (left < right ? -1 : 1));
  if (names.includes("plan.json")) return [folder];
  return names
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isDirectory())
    .flatMap((path) => regressionFolders(path));
}

/**
 * Reads a regression.
 * @throws CommandError (64) naming the file and what is wrong with it
 */
export function readRegression(folder: string): Artifact {
  const artifact = readArtifact(folder);
  if (!artifact.ok) throw usageError(artifact.message);
  return artifact.value;
}

/** Compares a run with the finding on record. */
export function outcomeOf(finding: FindingRecord, run: PlanRun): RegressionOutcome {
  const { traceHash } = run;
  const same = run.violations.find(
    ({ property, clause, fingerprint }) =>
      property === finding.property &&
      clause === finding.clause &&
      fingerprint === finding.fingerprint,
  );
  if (same !== undefined) {
    const status = traceHash === finding.traceHash ? "FAILED" : "DIVERGED";
    return { status, violation: same, traceHash };
  }
  if (run.history === null) {
    // A server that hangs, or takes its process along, shows nothing else.
    return { status: "OTHER", violation: run.violations[0] ?? null, traceHash };
  }
  const other = run.violations.find(({ property }) => property === finding.property) ?? null;
  return { status: other === null ? "FIXED" : "OTHER", violation: other, traceHash };
}

/** Runs plans in one process, which is replaced when a plan took it down. */
export class PlanRunner {
  readonly #options: RunnerOptions;
  readonly #modules: ModuleTier;
  #runner: RunnerProcess | null = null;

  /** @param modules of the target, between plans: `kept` is quicker, `fresh` is what counts */
  constructor(options: RunnerOptions, modules: ModuleTier = "fresh") {
    this.#options = options;
    this.#modules = modules;
  }

  /** @throws CommandError (69, 70) when the target can't be had, or on a defect of the tool */
  async run(plan: Plan, target: string): Promise<PlanRun> {
    if (this.#runner?.isAlive !== true) this.#runner = new RunnerProcess(this.#options);
    const reply: Reply = await this.#runner.run({
      id: 0,
      target,
      planSeed: plan.seed,
      plan,
      wantsHistory: true,
      modules: this.#modules,
    });
    switch (reply.kind) {
      case "unavailable":
        throw new CommandError(EXIT.unavailable, reply.message);
      case "failed":
        throw new CommandError(EXIT.internal, reply.message);
      case "hung":
      case "died":
        return { violations: [lostViolation(reply)], traceHash: hashOfLost(reply), history: null };
      case "verdict": {
        const { violations, hash } = reply.verdict;
        return { violations, traceHash: hash, history: reply.outcome?.history ?? null };
      }
    }
  }

  close(): void {
    this.#runner?.kill();
  }
}

/** The finding of a violation; a plan that was written by hand has no token. */
export function regressionFinding(
  violation: FoundViolation,
  run: PlanRun,
  target: string,
): FindingRecord {
  return {
    format: FINDING_FORMAT,
    version: packageVersion(),
    node: process.version,
    token: "",
    target,
    ...judgementOf(violation),
    promise: propertyOf(violation.property)?.promise ?? "",
    traceHash: run.traceHash,
    confirmation: "confirmed",
  };
}

/** The README.txt of a regression. */
export function regressionReadme(id: string, finding: FindingRecord, run: PlanRun): string {
  const { target, clause, severity, property, message, expected, evidence } = finding;
  const story =
    run.history === null
      ? ["The server never answered, so there is no history; plan.json holds what was done to it."]
      : [
          "The events that show it, at the server, in virtual time:",
          "",
          ...storyOf(evidence, run.history.events),
        ];
  return [
    `${id}: ${target} breaks ${clause} (${severity}): ${property}`,
    "",
    `  seen      ${message}`,
    `  expected  ${expected}`,
    "",
    ...story,
    "",
    "See it again:",
    "",
    `  npx happnstance replay corpus/regressions/${target}/${id}`,
    "",
    "docs/FINDINGS.md says what a user sees of it.",
    "",
  ].join("\n");
}
