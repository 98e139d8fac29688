/**
 * A campaign, called from a program.
 *
 * @packageDocumentation
 */
import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";

import type { ProfileId } from "../../models/index.js";
import type { Severity } from "../../properties/index.js";
import { triggersOf } from "../cli/avoid.js";
import { exitCodeOf } from "../cli/campaign-exit.js";
import { CampaignRun, type CampaignRunResult } from "../cli/campaign-run.js";
import { DEFAULT_TARGET, entryOf } from "../cli/catalog.js";
import { EXIT, usageError } from "../cli/exit-code.js";
import { knownIssuesOf } from "../cli/known-issues.js";
import { runsOf, settingsOf } from "../cli/live-flags.js";
import { MINIMISE_EACH_MS, MINIMISE_TOTAL_MS, WATCHDOG_MS } from "../cli/prepared-target.js";
import { RunFolder } from "../cli/run-folder.js";
import type {
  CampaignProgress,
  ConfirmedFinding,
  MinimiseBudget,
  UnknownFinding,
} from "../campaign/index.js";
import { SEED } from "../engine/index.js";
import type { History } from "../history/index.js";
import type { FaultChoice, Plan } from "../plan/index.js";
import type { ModuleTier } from "../targets/target.js";
import { withLibraryErrors } from "./failure.js";

/** All of them may be left out. */
export interface FuzzOptions {
  /** Where all chance comes from, 1 to 64 letters, digits, dots or underscores. A new one by default. */
  readonly seed?: string;
  /** How many cases: 200 by default, or as many as fit into `timeMs`. */
  readonly cases?: number;
  /** Number of the first case, to go on with a campaign. 0 by default. */
  readonly from?: number;
  /** Wall milliseconds after which no case is started. */
  readonly timeMs?: number;
  /** Runner processes. As many as the machine has processors by default. */
  readonly workers?: number;
  /** Wall milliseconds that one case may take. 30,000 by default. */
  readonly watchdogMs?: number;
  /** Ids of known issues to keep out of the plans; `["known"]` for all. */
  readonly avoid?: readonly string[];
  /** Whether every case that passes is run twice; one of twenty by default. */
  readonly checkDeterminism?: boolean;
  /** Kinds of faults that go wrong in every plan, none where empty. `swarm`, in half of the plans, by default. */
  readonly faults?: FaultChoice;
  /** What becomes of a server's modules between cases. `kept` by default. */
  readonly modules?: ModuleTier;
  /**
   * For making the plans of new findings smaller, in virtual time: wall milliseconds for each and for all
   * of them, 20,000 and 120,000 by default; false where they stay as they are.
   */
  readonly minimise?: Partial<MinimiseBudget> | false;
  /** Folder in which a folder of this run is made, for artifacts and a summary. None by default. */
  readonly out?: string;
  /** Of a target in real time (`ws://…`, `cmd:…`) alone. */
  readonly live?: FuzzLiveOptions;
  /** Ends it early: no further case is started, and what was found is still confirmed. */
  readonly signal?: AbortSignal;
  /** Called after every case. */
  readonly onProgress?: (progress: CampaignProgress) => void;
}

export interface FuzzLiveOptions {
  /** Generation of servers to judge by; as the server describes itself by default. */
  readonly profile?: ProfileId;
  /** Divides the plan's waits and delays. */
  readonly speed?: number;
  /** How long what is owed is waited for, in real milliseconds. */
  readonly patienceMs?: number;
  /** How long a command may take to start, in real milliseconds. */
  readonly startMsMax?: number;
  /** Shell command to run before each case. */
  readonly reset?: string;
  /** How often a finding's plan is run again. 3 by default. */
  readonly runs?: number;
}

/**
 * `violated`: something new was found. `passed`: nothing new, and everything was decided. `unknown`:
 * not everything was, or the campaign was ended early. `diverged`: a plan gave two histories.
 * `failed`: happnstance itself did, see `failures`.
 */
export type FuzzStatus = "passed" | "violated" | "unknown" | "diverged" | "failed";

/** One defect: all violations with the same fingerprint. */
export interface FuzzFinding {
  readonly property: string;
  /** Of docs/PROTOCOL.md. */
  readonly clause: string;
  readonly severity: Severity;
  readonly message: string;
  readonly expected: string;
  readonly fingerprint: string;
  /** For `replay`, in this version of happnstance. */
  readonly token: string;
  /** In how many cases it was seen. */
  readonly cases: number;
  readonly confirmation: ConfirmedFinding["confirmation"];
  /** Of `plan`. */
  readonly traceHash: string;
  /** The smallest plan that shows it, as far as it was looked for; null where its process was lost before it said anything. */
  readonly plan: Plan | null;
  /** The plan that the token stands for, where `plan` is a smaller one. */
  readonly originalPlan?: Plan;
  /** What was seen; null where the server never came back. */
  readonly history: History | null;
}

/** A known issue of the target (corpus/known-issues) that the campaign met. */
export interface FuzzKnownIssue {
  readonly issue: string;
  readonly cases: number;
  readonly token: string;
}

export interface FuzzResult {
  readonly status: FuzzStatus;
  readonly target: string;
  readonly seed: string;
  readonly cases: number;
  /** Requests that reached the server. */
  readonly operations: number;
  readonly virtualMs: number;
  readonly wallMs: number;
  /** What is new, the gravest first. */
  readonly findings: readonly FuzzFinding[];
  readonly known: readonly FuzzKnownIssue[];
  /** Properties that could not decide, with the reason. */
  readonly unknown: readonly UnknownFinding[];
  /** How often each property was put to the test, by id. */
  readonly exercised: Readonly<Record<string, number>>;
  readonly isInterrupted: boolean;
  /** Defects of happnstance, one message each. */
  readonly failures: readonly string[];
  /** The folder of this run, where `out` was given. */
  readonly folder: string | null;
}

const CASES_DEFAULT = 200;

/**
 * Makes cases from a seed, runs them against a server, and returns what broke. Prints nothing, and
 * writes nothing but what `out` asks for (and targets into their cache).
 * @param target an id as `happnstance targets` lists them, `ws://host:port` or `cmd:…`
 * @throws HappnstanceError `E_USAGE`, `E_TARGET_UNAVAILABLE`
 */
export function fuzz(
  target: string = DEFAULT_TARGET,
  options: FuzzOptions = {},
): Promise<FuzzResult> {
  return withLibraryErrors(() => campaign(target, options));
}

async function campaign(targetId: string, options: FuzzOptions): Promise<FuzzResult> {
  const entry = entryOf(targetId);
  const { timeMs = null, avoid = [], signal, onProgress, live = {}, minimise = {} } = options;
  const { patienceMs, startMsMax, ...rest } = live;
  const flags = {
    ...rest,
    ...(patienceMs === undefined ? {} : { patience: patienceMs }),
    ...(startMsMax === undefined ? {} : { startTimeout: startMsMax }),
  };
  const settings = settingsOf(entry, flags);
  checkNumbers(options);
  const cases = options.cases ?? (timeMs === null ? CASES_DEFAULT : Number.POSITIVE_INFINITY);
  const folder = options.out === undefined ? null : RunFolder.create(options.out, { ...settings });
  const run = await CampaignRun.prepared(
    {
      ...{ entry, settings, runs: runsOf(flags), cases, timeMs, folder },
      seed: options.seed ?? randomBytes(4).toString("hex"),
      firstCase: options.from ?? 0,
      workers: Math.min(options.workers ?? Math.max(1, availableParallelism()), cases),
      watchdogMs: options.watchdogMs ?? WATCHDOG_MS,
      avoid: triggersOf(avoid, knownIssuesOf(entry.id), entry.id),
      faults: options.faults ?? "swarm",
      checksDeterminism: options.checkDeterminism ?? false,
      modules: options.modules ?? "kept",
      minimise:
        minimise === false
          ? null
          : { eachMs: MINIMISE_EACH_MS, totalMs: MINIMISE_TOTAL_MS, ...minimise },
    },
    {
      progress: () => undefined,
      advanced: (progress) => onProgress?.(progress),
      confirming: () => undefined,
      confirmed: () => undefined,
      minimising: () => undefined,
      lookingForAbsent: () => undefined,
    },
  );
  const interrupt = () => run.interrupt();
  if (signal?.aborted === true) interrupt();
  signal?.addEventListener("abort", interrupt, { once: true });
  try {
    return resultOf(await run.run(), folder);
  } finally {
    signal?.removeEventListener("abort", interrupt);
  }
}

/** @throws CommandError (64) for what a number can't be */
function checkNumbers({ seed, ...options }: FuzzOptions): void {
  if (seed !== undefined && !SEED.test(seed)) {
    throw usageError("seed: 1 to 64 letters, digits, dots or underscores");
  }
  for (const [name, min] of Object.entries({ cases: 1, from: 0, workers: 1, watchdogMs: 1 })) {
    const value = options[name as "cases"];
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= min)) {
      throw usageError(`${name}: a whole number of at least ${min}, not ${value}`);
    }
  }
  const { timeMs } = options;
  if (timeMs !== undefined && !(timeMs > 0)) throw usageError("timeMs: a number above 0");
}

function resultOf({ summary }: CampaignRunResult, folder: RunFolder | null): FuzzResult {
  const { target, seed, cases, operations, virtualMs, wallMs, unknown, exercised } = summary;
  return {
    status: statusOf(exitCodeOf(summary, false)),
    ...{ target, seed, cases, operations, virtualMs, wallMs, unknown, exercised },
    findings: summary.findingsList.map(findingOf),
    known: summary.knownList.map(({ issue, cases, token }) => ({ issue, cases, token })),
    isInterrupted: summary.isInterrupted,
    failures: summary.failures.map(({ caseIndex, message }) => `case ${caseIndex}: ${message}`),
    folder: folder?.path ?? null,
  };
}

function statusOf(code: ReturnType<typeof exitCodeOf>): FuzzStatus {
  switch (code) {
    case EXIT.passed:
      return "passed";
    case EXIT.violated:
      return "violated";
    case EXIT.unknown:
      return "unknown";
    case EXIT.diverged:
      return "diverged";
    default:
      return "failed";
  }
}

function findingOf({
  example,
  token,
  cases,
  confirmation,
  outcome,
  minimised,
}: ConfirmedFinding): FuzzFinding {
  const { property, clause, severity, message, expected, fingerprint } = example.violation;
  return {
    ...{ property, clause, severity, message, expected, fingerprint, token, cases, confirmation },
    traceHash: example.hash,
    ...(minimised && { originalPlan: minimised.originalPlan }),
    plan: outcome?.plan ?? null,
    history: outcome?.history ?? null,
  };
}
