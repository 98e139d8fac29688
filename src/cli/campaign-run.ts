/**
 * A campaign from its options to what is left of it: for the command as well as for the library.
 *
 * @packageDocumentation
 */
import {
  Campaign,
  type CampaignObserver,
  type CampaignOptions,
  type CampaignSummary,
} from "../campaign/index.js";
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
}

export interface CampaignRunObserver extends CampaignObserver {
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
    avoid: options.avoid,
    modules: options.modules,
  };
}

export class CampaignRun {
  readonly #folder: RunFolder | null;
  readonly #options: CampaignOptions;
  readonly #observer: CampaignRunObserver;
  readonly #campaign: Campaign;

  private constructor(
    folder: RunFolder | null,
    options: CampaignOptions,
    observer: CampaignRunObserver,
  ) {
    this.#folder = folder;
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
    const { entry, settings, runs, folder } = options;
    const target = await preparedTarget(entry.id, settings, (line) => observer.progress(line));
    const live =
      entry.isLive === true
        ? { live: { settings: { ...checkedSettings(settings, target) }, runs } }
        : {};
    return new CampaignRun(folder, { ...campaignOptionsOf(options), ...live }, observer);
  }

  /** Starts no further case; what was found is still confirmed. */
  interrupt(): void {
    this.#campaign.interrupt();
  }

  /** @throws CommandError (69) where the target went away */
  async run(): Promise<CampaignRunResult> {
    const summary = await this.#campaign.run();
    if (summary.unavailable !== null) {
      throw new CommandError(EXIT.unavailable, summary.unavailable);
    }
    const absent = await this.#absentIn(summary);
    this.#folder?.summarise(summary, absent, (message) => this.#observer.progress(message));
    return { summary, absent };
  }

  async #absentIn(summary: CampaignSummary): Promise<readonly AbsentIssue[]> {
    const { knownIssues, runnerPath, watchdogMs, workers } = this.#options;
    if (summary.isInterrupted) return [];
    const seen = new Set(summary.knownList.map(({ issue }) => issue));
    if (knownIssues.every(({ id }) => seen.has(id))) return [];
    this.#observer.lookingForAbsent();
    const options = {
      runnerPath,
      watchdogMs: Math.min(watchdogMs, REGRESSION_MS_MAX),
      progress: (line: string) => this.#observer.progress(line),
    };
    const runners = Array.from({ length: workers }, () => new PlanRunner(options));
    try {
      return await absentIssues(knownIssues, seen, runners);
    } finally {
      for (const runner of runners) runner.close();
    }
  }
}

/** Wall time that a regression may take: they are of a few operations each. */
const REGRESSION_MS_MAX = 5_000;
