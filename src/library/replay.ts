/**
 * One case again, called from a program.
 *
 * @packageDocumentation
 */
import { lostViolation, runFresh } from "../campaign/index.js";
import { entryOf } from "../cli/catalog.js";
import { usageError } from "../cli/exit-code.js";
import { RUNNER_PATH, WATCHDOG_MS } from "../cli/prepared-target.js";
import { relevantIn, statusOf, type ReplayStatus } from "../cli/replay-status.js";
import { answered, caseOf, requestOf, type ReplayedCase } from "../cli/replayed-case.js";
import {
  judgementOf,
  type CaseOutcome,
  type FindingRecord,
  type FoundViolation,
} from "../engine/index.js";
import type { History } from "../history/index.js";
import { parsePlan, type FaultChoice, type Plan } from "../plan/index.js";
import { paintOf, sequenceLines, timelineOf } from "../report/index.js";
import { withLibraryErrors } from "./failure.js";

/** A case that is not in a file. */
export interface PlannedCase {
  /** An id as `happnstance targets` lists them. */
  readonly target: string;
  /** A plan, or the JSON of a plan.json; it is checked. */
  readonly plan: object;
  /** Where given, only violations with this fingerprint count. */
  readonly fingerprint?: string;
}

export interface ReplayOptions {
  /** Another target than the case's own: is it fixed there? */
  readonly target?: string;
  /** What the campaign that printed a token avoided. */
  readonly avoid?: readonly string[];
  /** What that campaign was told of faults. */
  readonly faults?: FaultChoice;
  /** Wall milliseconds that the case may take. 30,000 by default. */
  readonly watchdogMs?: number;
}

export interface ReplayResult {
  readonly status: ReplayStatus;
  readonly target: string;
  /** The first violation of each fingerprint that counts. */
  readonly violations: readonly FoundViolation[];
  /** Properties that could not decide, with the reason. */
  readonly unknown: readonly { readonly property: string; readonly reason: string }[];
  /** Null where the server's process hung or died. */
  readonly traceHash: string | null;
  /** Whether it is the history that was found; null where that isn't known, or another target was asked. */
  readonly isSameHistory: boolean | null;
  readonly plan: Plan | null;
  /** What was seen; null where the server never came back. */
  readonly history: History | null;
  /** What happened, for people: each violation with the frames that lead to it. Empty where nothing is broken. */
  readonly story: string;
}

const COLUMNS = 100;

/**
 * Runs a case in a new process, in virtual time, and judges it. Prints nothing and writes nothing.
 * @param what a token, an artifact's folder, `<target>/<id>` of a corpus entry, or a plan
 * @throws HappnstanceError `E_USAGE` (no such case; a target in real time, where no run is like
 * another), `E_TARGET_UNAVAILABLE`, `E_INTERNAL`
 */
export function replay(
  what: string | PlannedCase,
  options: ReplayOptions = {},
): Promise<ReplayResult> {
  return withLibraryErrors(async () => {
    const { target, faults, avoid = [] } = options;
    const flags = {
      avoid,
      ...(target === undefined ? {} : { target }),
      ...(faults === undefined ? {} : { faults }),
    };
    const found: Replayed =
      typeof what === "string" ? caseOf(what, flags) : plannedCase(what, target);
    return run(found, options.watchdogMs ?? WATCHDOG_MS);
  });
}

/** What makes a finding the one that is meant. */
interface Replayed extends Omit<ReplayedCase, "finding"> {
  readonly finding: Pick<FindingRecord, "fingerprint"> | null;
}

/** @throws CommandError (64) where the plan isn't one, or there is no such target */
function plannedCase(
  { plan, fingerprint, ...own }: PlannedCase,
  target: string = own.target,
): Replayed {
  const parsed = parsePlan(JSON.stringify(plan));
  if (!parsed.ok) throw usageError(`plan: ${parsed.message}`);
  return {
    target: entryOf(target).id,
    planSeed: parsed.plan.seed,
    plan: parsed.plan,
    avoid: [],
    isSame: null,
    finding: fingerprint === undefined ? null : { fingerprint },
  };
}

async function run(found: Replayed, watchdogMs: number): Promise<ReplayResult> {
  const reply = answered(
    await runFresh(requestOf(found), {
      ...{ runnerPath: RUNNER_PATH, watchdogMs },
      progress: () => undefined,
    }),
  );
  const { target } = found;
  if (reply.kind !== "verdict") {
    const violation = lostViolation(reply);
    return {
      ...{ status: "FAILED", target, violations: [violation], unknown: [] },
      ...{ traceHash: null, isSameHistory: null, history: null },
      plan: reply.plan ?? null,
      story: `${headOf(violation)}\n`,
    };
  }
  const { verdict, outcome } = reply;
  const isSameHistory = found.isSame?.(verdict.hash) ?? null;
  const violations = relevantIn(found, verdict);
  return {
    status: statusOf(found, verdict, violations, isSameHistory),
    ...{ target, violations, isSameHistory },
    unknown: verdict.unknown,
    traceHash: verdict.hash,
    plan: outcome?.plan ?? null,
    history: outcome?.history ?? null,
    story: violations.map((violation) => storyOf(violation, outcome)).join("\n"),
  };
}

function headOf({ property, clause, severity, message, expected }: FoundViolation): string {
  return `${property} ${clause} (${severity})\n${message}\nexpected: ${expected}`;
}

function storyOf(violation: FoundViolation, outcome: CaseOutcome | undefined): string {
  const lines =
    outcome === undefined
      ? []
      : sequenceLines(timelineOf({ ...outcome, finding: judgementOf(violation) }), {
          columns: COLUMNS,
          paint: paintOf(false),
        });
  return `${[headOf(violation), "", ...lines].join("\n")}\n`;
}
