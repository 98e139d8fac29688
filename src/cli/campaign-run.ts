/**
 * A campaign from its options to what is left of it: for the command as well as for the library.
 *
 * @packageDocumentation
 */
import {
  Campaign,
  minimiseFindings,
  type CampaignObserver,
  type CampaignOptions,
  type CampaignSummary,
  type ConfirmedFinding,
  type MinimiseBudget,
} from "../campaign/index.js";
import type { Plan } from "../plan/index.js";
import type { ExternalSettings } from "../targets/external/index.js";
import { absentIssues, type AbsentIssue } from "./absent-issues.js";
import type { CatalogEntry } from "./catalog.js";
import { CommandError, EXIT } from "./exit-code.js";
import { knownIssuesOf } from "./known-issues.js";
import { checkedSettings } from "./live-flags.js";
import { LIVE_WATCHDOG_MS, preparedTarget, RUNNER_PATH } from "./prepared-target.js";
import { PlanRunner } from "./regressions.js";
import type { RunFolder } from "./run-folder.js";

export interface CampaignRunOptions extends Omit<
  CampaignOptions,
  "target" | "targetCode" | "runnerPath" | "knownIssues" | "live"
> {
  readonly entry: CatalogEntry;
  /** Of a target in real time. */
  readonly settings: ExternalSettings;
  /** In real time: how often a finding is looked for again. */
  readonly runs: number;
  /** Where artifacts are kept; null for nowhere. */
  readonly folder: RunFolder | null;
  /** For making the plans of new findings smaller, in virtual time; null where they stay as they are. */
  readonly minimise: MinimiseBudget | null;
}

export interface CampaignRunObserver extends CampaignObserver {
  /** The plan of one of so many findings is made smaller; it is the smallest so far. */
  minimising(done: number, count: number, plan: Plan): void;
  /** What was not seen of the known issues is being looked for. */
  lookingForAbsent(): void;
}

export interface CampaignRunResult {
  readonly summary: CampaignSummary;
  /** What became of the known issues that a whole campaign did not see. */
  readonly absent: readonly AbsentIssue[];
}

/** The options of the campaign itself, as far as they are known before the target is there. */
export function campaignOptionsOf(options: CampaignRunOptions): CampaignOptions {
  const { entry, watchdogMs } = options;
  return {
    target: entry.id,
    targetCode: entry.code,
    seed: options.seed,
    cases: options.cases,
    firstCase: options.firstCase,
    timeMs: options.timeMs,
    workers: options.workers,
    runnerPath: RUNNER_PATH,
    watchdogMs: entry.isLive === true ? Math.max(watchdogMs, LIVE_WATCHDOG_MS) : watchdogMs,
    knownIssues: knownIssuesOf(entry.id),
    // Nothing of it can be brought about in real time.
    faults: entry.isLive === true ? [] : options.faults,
    avoid: options.avoid,
    checksDeterminism: options.checksDeterminism,
    modules: options.modules,
  };
}

export class CampaignRun {
  readonly #folder: RunFolder | null;
  readonly #minimise: MinimiseBudget | null;
  readonly #options: CampaignOptions;
  readonly #observer: CampaignRunObserver;
  readonly #campaign: Campaign;
  #isInterrupted = false;

  private constructor(
    { folder, minimise }: CampaignRunOptions,
    options: CampaignOptions,
    observer: CampaignRunObserver,
  ) {
    this.#folder = folder;
    this.#minimise = minimise;
    this.#options = options;
    this.#observer = observer;
    this.#campaign = new Campaign(options, {
      progress: (line) => observer.progress(line),
      advanced: (progress) => observer.advanced(progress),
      confirming: (done, count) => observer.confirming(done, count),
      confirmed: (finding) => {
        observer.confirmed(finding);
        folder?.keep(finding, (message) => observer.progress(message));
      },
    });
  }

  /**
   * Makes the target ready.
   * @throws CommandError (69) where it can't be had
   */
  static async prepared(
    options: CampaignRunOptions,
    observer: CampaignRunObserver,
  ): Promise<CampaignRun> {
    const { entry, settings, runs } = options;
    const target = await preparedTarget(entry.id, settings, (line) => observer.progress(line));
    const live =
      entry.isLive === true
        ? { live: { settings: { ...checkedSettings(settings, target) }, runs } }
        : {};
    return new CampaignRun(options, { ...campaignOptionsOf(options), ...live }, observer);
  }

  /** Starts no further case, and makes nothing smaller any more; what was found is still confirmed. */
  interrupt(): void {
    this.#isInterrupted = true;
    this.#campaign.interrupt();
  }

  /** @throws CommandError (69) where the target went away */
  async run(): Promise<CampaignRunResult> {
    const found = await this.#campaign.run();
    if (found.unavailable !== null) {
      throw new CommandError(EXIT.unavailable, found.unavailable);
    }
    const summary = { ...found, findingsList: await this.#smaller(found.findingsList) };
    const absent = await this.#absentIn(summary);
    this.#folder?.summarise(summary, absent, (message) => this.#observer.progress(message));
    return { summary, absent };
  }

  async #smaller(found: readonly ConfirmedFinding[]): Promise<readonly ConfirmedFinding[]> {
    const folder = this.#folder;
    const { runnerPath, watchdogMs, workers } = this.#options;
    if (this.#minimise === null) return found;
    const progress = (line: string) => this.#observer.progress(line);
    return minimiseFindings(found, {
      budget: this.#minimise,
      runner: { runnerPath, watchdogMs, progress },
      count: Math.min(workers, MINIMISERS_MAX),
      isInterrupted: () => this.#isInterrupted,
      memoryOf: (finding, plan) => {
        const journal = folder?.journalOf(finding, plan);
        if (journal === undefined) return null;
        return {
          known: journal.known,
          learned: (hash) => journal.add(hash),
          forget: () => journal.remove(),
        };
      },
      advanced: (done, count, plan) => this.#observer.minimising(done, count, plan),
      minimised: (finding) => folder?.keep(finding, progress),
    });
  }

  async #absentIn(summary: CampaignSummary): Promise<readonly AbsentIssue[]> {
    const { knownIssues, target, runnerPath, watchdogMs, workers } = this.#options;
    if (summary.isInterrupted) return [];
    const seen = new Set(summary.knownList.map(({ issue }) => issue));
    if (knownIssues.every(({ id }) => seen.has(id))) return [];
    this.#observer.lookingForAbsent();
    const options = {
      runnerPath,
      watchdogMs: Math.min(watchdogMs, REGRESSION_MS_MAX),
      progress: (line: string) => this.#observer.progress(line),
    };
    const runners = Array.from({ length: workers }, () => new PlanRunner(options, "kept"));
    try {
      return await absentIssues({ issues: knownIssues, target }, seen, runners);
    } finally {
      for (const runner of runners) runner.close();
    }
  }
}

/** More at once are seldom right about what comes next. */
const MINIMISERS_MAX = 4;
/** Wall time that a regression may take: they are of a few operations each. */
const REGRESSION_MS_MAX = 8_000;
