/**
 * A campaign: many cases under one budget, their findings grouped, confirmed and kept.
 *
 * @packageDocumentation
 */
import {
  caseSeedOf,
  formatToken,
  hashCodeOf,
  type CaseRequest,
  type KnownIssue,
} from "../engine/index.js";
import { FAULT_KINDS, type FaultChoice, type ScheduleStrategy } from "../plan/index.js";
import type { ModuleTier } from "../targets/target.js";
import { GENERATOR_VERSION } from "../workload/index.js";
import type { Divergence } from "./divergence.js";
import { Repetition } from "./repetition.js";
import type { ConfirmedFinding } from "./confirmed-finding.js";
import { byCase, Findings, type Example, type Group, type KnownGroup } from "./findings.js";
import { KnownFindings, type KnownFinding } from "./known-findings.js";
import { Hands, type Run } from "./hands.js";
import { hashOfLost, hashOfReply, keptOf, lostViolation, violationIn } from "./lost.js";
import { causeOfLoss } from "./loss-cause.js";
import { runFresh, type Reply, type RunnerOptions } from "./runner-process.js";

export interface CampaignOptions {
  readonly target: string;
  readonly targetCode: string;
  readonly seed: string;
  /** How many cases; or, with `timeMs`, as many as fit. */
  readonly cases: number;
  /** Number of the first case; 0 unless a campaign goes on. */
  readonly firstCase: number;
  /** Wall milliseconds after which no case is started; null for no limit. */
  readonly timeMs: number | null;
  readonly workers: number;
  readonly runnerPath: string;
  readonly watchdogMs: number;
  /** Of the target; the runner processes must know the same ones. */
  readonly knownIssues: readonly KnownIssue[];
  /** Whether all cases that pass are run twice, instead of one of twenty. */
  readonly checksDeterminism: boolean;
  /** What goes wrong in the plans. */
  readonly faults: FaultChoice;
  /** Triggers that are taken out of every plan (src/plan/triggers). */
  readonly avoid: readonly string[];
  /** What becomes of a server's modules between cases; findings are confirmed on fresh ones always. */
  readonly modules: ModuleTier;
  /** Present where the target lives in real time: how it is run. */
  readonly live?: LiveOptions;
}

export interface LiveOptions {
  readonly settings: NonNullable<CaseRequest["settings"]>;
  /** How often a finding's plan is run again, to see how often it shows. */
  readonly runs: number;
}

export interface CampaignObserver {
  progress(line: string): void;
  /** After every case. */
  advanced(progress: CampaignProgress): void;
  /** While findings are run again. */
  confirming(done: number, count: number): void;
  /** A group was run again in a process of its own. Called once a group; may keep the artifact. */
  confirmed(finding: ConfirmedFinding): void;
}

export interface CampaignProgress {
  readonly cases: number;
  readonly casesMax: number;
  readonly operations: number;
  readonly virtualMs: number;
  /** How many are new. */
  readonly findings: number;
}

/** What a property could not decide. */
export interface UnknownFinding {
  readonly property: string;
  readonly cases: number;
  readonly reason: string;
  readonly token: string;
}

export interface CampaignSummary extends CampaignProgress {
  readonly target: string;
  readonly seed: string;
  readonly generator: number;
  readonly wallMs: number;
  readonly findingsList: readonly ConfirmedFinding[];
  readonly knownList: readonly KnownFinding[];
  /** Properties that could not decide, in how many cases, with the reason and the token of the first. */
  readonly unknown: readonly UnknownFinding[];
  /** How often each property was put to the test, and each action sent, over all cases. */
  readonly exercised: Readonly<Record<string, number>>;
  readonly actions: Readonly<Record<string, number>>;
  /** How often each kind of fault was inflicted, and in how many cases each strategy explored the schedule. */
  readonly faults: Readonly<Record<string, number>>;
  readonly strategies: Readonly<Record<string, number>>;
  readonly isInterrupted: boolean;
  /** How many cases that passed were run again, and what came out differently. */
  readonly repeated: number;
  readonly divergences: readonly Divergence[];
  /** Errors of the tool's own: the case and the message. */
  readonly failures: readonly { caseIndex: number; message: string }[];
  /** Set when the target could not be had; then nothing else was done. */
  readonly unavailable: string | null;
}

export class Campaign {
  readonly #options: CampaignOptions;
  readonly #observer: CampaignObserver;
  readonly #findings = new Findings();
  readonly #exercised = new Map<string, number>();
  readonly #actions = new Map<string, number>();
  readonly #faults = new Map<string, number>(FAULT_KINDS.map((kind) => [kind, 0]));
  readonly #strategies = new Map<string, number>(STRATEGIES.map((strategy) => [strategy, 0]));
  readonly #unknown = new Map<string, { cases: number; first: Undecided }>();
  readonly #repetition: Repetition;
  readonly #failures: { caseIndex: number; message: string }[] = [];
  #cases = 0;
  #operations = 0;
  #virtualMs = 0;
  #nextIndex: number;
  #isInterrupted = false;
  #unavailable: string | null = null;

  constructor(options: CampaignOptions, observer: CampaignObserver) {
    this.#options = options;
    this.#observer = observer;
    this.#nextIndex = options.firstCase;
    this.#repetition = new Repetition(options.checksDeterminism, (example) =>
      this.#tokenOf(example),
    );
  }

  /** Starts no further case; what was found is still confirmed. */
  interrupt(): void {
    this.#isInterrupted = true;
  }

  async run(): Promise<CampaignSummary> {
    const startedAt = performance.now();
    const deadline = this.#options.timeMs === null ? null : startedAt + this.#options.timeMs;
    const casesEnd = this.#options.firstCase + this.#options.cases;
    const hands = new Hands(this.#runnerOptions(), this.#options.workers);
    try {
      await hands.each(async (run) => {
        for (;;) {
          if (this.#isInterrupted || this.#unavailable !== null) return;
          if (this.#nextIndex >= casesEnd) return;
          if (deadline !== null && performance.now() >= deadline) return;
          const caseIndex = this.#nextIndex;
          this.#nextIndex += 1;
          const planSeed = caseSeedOf(this.#options.seed, caseIndex);
          // In real time no run is like another.
          const isRepeated =
            this.#options.live === undefined && this.#repetition.isWanted(caseIndex);
          const request: CaseRequest = {
            id: caseIndex,
            target: this.#options.target,
            planSeed,
            avoid: this.#options.avoid,
            modules: this.#options.modules,
            ...this.#terms(),
            wantsHistory: isRepeated,
          };
          const reply = await run({ ...request, attribute: true });
          await this.#take(caseIndex, planSeed, reply, run);
          if (isRepeated) await this.#repetition.repeat(request, reply, run);
        }
      });
    } finally {
      hands.close();
    }
    const confirmed = await this.#confirmAll();
    return this.#summary(confirmed, await this.#knownAll(), performance.now() - startedAt);
  }

  #runnerOptions(): RunnerOptions {
    const { runnerPath, watchdogMs } = this.#options;
    return { runnerPath, watchdogMs, progress: (line) => this.#observer.progress(line) };
  }

  async #take(caseIndex: number, planSeed: string, reply: Reply, run: Run): Promise<void> {
    switch (reply.kind) {
      case "unavailable":
        this.#unavailable ??= reply.message;
        return;
      case "failed":
        this.#failures.push({ caseIndex, message: reply.message });
        break;
      case "hung":
      case "died": {
        const violation = lostViolation(reply);
        const { knownIssues, avoid, target } = this.#options;
        const request = { id: caseIndex, target, planSeed, avoid, ...this.#terms() };
        const lostCase = { ...request, wantsHistory: false };
        const issue = await causeOfLoss(lostCase, violation, { knownIssues, run });
        const lost = { hash: hashOfLost(reply), violations: [violation] };
        this.#findings.add(
          caseIndex,
          planSeed,
          {
            ...lost,
            operations: 0,
            virtualMs: 0,
            unknown: [],
            exercised: {},
            actions: {},
            faults: {},
          },
          issue === null ? {} : { [violation.fingerprint]: [issue] },
        );
        break;
      }
      case "verdict": {
        const { verdict, known } = reply;
        this.#operations += verdict.operations;
        this.#virtualMs += verdict.virtualMs;
        const kept = this.#options.live === undefined ? undefined : reply.outcome;
        this.#findings.add(caseIndex, planSeed, verdict, known, kept);
        addAll(this.#exercised, verdict.exercised);
        addAll(this.#actions, verdict.actions);
        addAll(this.#faults, verdict.faults);
        addAll(this.#strategies, { [reply.strategy]: 1 });
        for (const { property, reason } of verdict.unknown) {
          const first = { caseIndex, hash: verdict.hash, reason };
          const present = this.#unknown.get(property);
          if (present === undefined) this.#unknown.set(property, { cases: 1, first });
          else {
            present.cases += 1;
            if (caseIndex < present.first.caseIndex) present.first = first;
          }
        }
        break;
      }
    }
    this.#cases += 1;
    this.#observer.advanced(this.#progress());
  }

  #progress(): CampaignProgress {
    return {
      cases: this.#cases,
      casesMax: this.#options.cases,
      operations: this.#operations,
      virtualMs: this.#virtualMs,
      findings: this.#findings.count,
    };
  }

  async #confirmAll(): Promise<readonly ConfirmedFinding[]> {
    const groups = this.#findings.groups();
    const confirmed = new Array<ConfirmedFinding>(groups.length);
    let next = 0;
    let done = 0;
    const worker = async () => {
      while (next < groups.length) {
        const index = next;
        next += 1;
        const finding = await this.#confirm(groups[index] as Group);
        confirmed[index] = finding;
        done += 1;
        this.#observer.confirming(done, groups.length);
        this.#observer.confirmed(finding);
      }
    };
    await Promise.all(Array.from({ length: this.#options.workers }, worker));
    return confirmed;
  }

  async #confirm(group: Group): Promise<ConfirmedFinding> {
    const { live } = this.#options;
    if (live !== undefined) return this.#seeAgain(group, this.#tokenOf(group.example), live.runs);
    const reply = await this.#runAgain(group.example);
    const hash = hashOfReply(reply);
    if (hash !== group.example.hash) return this.#decide(group, reply, hash);
    return this.#confirmed(group, "confirmed", reply);
  }

  /**
   * A new process saw another history. Where modules were kept, they may be to blame, and what fresh
   * ones show decides, if they show it twice; but what was found is told in any case.
   */
  async #decide(group: Group, reply: Reply, hash: string): Promise<ConfirmedFinding> {
    const found = violationIn(reply, group.fingerprint);
    if (this.#options.modules === "fresh" || found === null) {
      return this.#confirmed(group, "diverged", reply);
    }
    const again = await this.#runAgain(group.example);
    if (hashOfReply(again) !== hash) return this.#confirmed(group, "diverged", reply);
    const operations =
      reply.kind === "verdict" ? reply.verdict.operations : group.example.operations;
    const example = { ...group.example, operations, hash, violation: found };
    return this.#confirmed({ ...group, example }, "confirmed", reply);
  }

  #confirmed(
    group: Group,
    confirmation: ConfirmedFinding["confirmation"],
    reply: Reply,
  ): ConfirmedFinding {
    return {
      ...group,
      target: this.#options.target,
      token: this.#tokenOf(group.example),
      confirmation,
      outcome: keptOf(reply),
    };
  }

  /** Runs an example in a new process, on fresh modules. */
  #runAgain({ caseIndex, planSeed }: Example): Promise<Reply> {
    return runFresh(
      {
        id: caseIndex,
        target: this.#options.target,
        planSeed,
        avoid: this.#options.avoid,
        ...this.#terms(),
        modules: "fresh",
        wantsHistory: true,
      },
      this.#runnerOptions(),
    );
  }

  /** In real time no run is like another: counted is in how many the same is found. */
  async #seeAgain(group: Group, token: string, runs: number): Promise<ConfirmedFinding> {
    const { example, fingerprint } = group;
    let [seen, done] = [0, 0];
    while (done < runs && !this.#isInterrupted) {
      const reply = await runFresh(
        {
          id: example.caseIndex,
          target: this.#options.target,
          planSeed: example.planSeed,
          avoid: this.#options.avoid,
          ...this.#terms(),
          wantsHistory: false,
        },
        this.#runnerOptions(),
      );
      done += 1;
      const isLost = reply.kind === "hung" || reply.kind === "died";
      const found = reply.kind === "verdict" ? reply.verdict.violations : [];
      const isSeen = isLost
        ? reply.kind === fingerprint
        : found.some((violation) => violation.fingerprint === fingerprint);
      if (isSeen) seen += 1;
    }
    return {
      ...group,
      target: this.#options.target,
      token,
      confirmation: seen > 0 ? "confirmed" : "unconfirmed",
      again: { seen, runs: done },
      outcome: example.outcome ?? null,
    };
  }

  /** What is the same for all cases. */
  #terms(): Pick<CaseRequest, "settings" | "faults"> {
    const { live, faults } = this.#options;
    return live === undefined ? { faults } : { faults, settings: live.settings };
  }

  #tokenOf({ caseIndex, hash }: Pick<Example, "caseIndex" | "hash">): string {
    return formatToken({
      generator: GENERATOR_VERSION,
      seed: this.#options.seed,
      caseIndex,
      targetCode: this.#options.targetCode,
      hashCode: hashCodeOf(hash),
    });
  }

  /** Names the cause of what is known: where several issues come into question, by running the example again. */
  async #knownAll(): Promise<readonly KnownFinding[]> {
    const known = new KnownFindings((example) => this.#tokenOf(example));
    // All of one case to one worker, which runs the plans that they have in common once.
    const cases = byCase(this.#findings.knownGroups());
    const hands = new Hands(this.#runnerOptions(), this.#options.workers);
    try {
      await hands.each(async (run) => {
        for (;;) {
          const groups = cases.shift();
          if (groups === undefined) return;
          for (const group of groups) known.add(group, await this.#causeOf(group, run));
        }
      });
    } finally {
      hands.close();
    }
    return known.list();
  }

  async #causeOf({ example, suspects, fingerprint }: KnownGroup, run: Run): Promise<string> {
    const [first = ""] = suspects;
    if (suspects.length <= 1 || this.#isInterrupted) return first;
    const reply = await run({
      id: example.caseIndex,
      target: this.#options.target,
      planSeed: example.planSeed,
      avoid: this.#options.avoid,
      ...this.#terms(),
      attribute: { cause: fingerprint },
      modules: this.#options.modules,
      wantsHistory: false,
    });
    const cause = reply.kind === "verdict" ? reply.known[fingerprint]?.[0] : undefined;
    return cause ?? first;
  }

  #summary(
    findingsList: readonly ConfirmedFinding[],
    knownList: readonly KnownFinding[],
    wallMs: number,
  ): CampaignSummary {
    return {
      ...this.#progress(),
      target: this.#options.target,
      seed: this.#options.seed,
      generator: GENERATOR_VERSION,
      wallMs: Math.round(wallMs),
      findingsList,
      knownList,
      unknown: [...this.#unknown].map(([property, { cases, first }]) => ({
        property,
        cases,
        reason: first.reason,
        token: this.#tokenOf(first),
      })),
      exercised: Object.fromEntries(this.#exercised),
      actions: Object.fromEntries(this.#actions),
      faults: Object.fromEntries(this.#faults),
      strategies: Object.fromEntries(this.#strategies),
      isInterrupted: this.#isInterrupted,
      repeated: this.#repetition.count,
      divergences: this.#repetition.divergences,
      failures: this.#failures,
      unavailable: this.#unavailable,
    };
  }
}

const STRATEGIES: readonly ScheduleStrategy[] = ["fifo", "random", "pct"];

/** A case that a property could not decide. */
interface Undecided {
  readonly caseIndex: number;
  readonly hash: string;
  readonly reason: string;
}

function addAll(sums: Map<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [key, count] of Object.entries(counts)) sums.set(key, (sums.get(key) ?? 0) + count);
}
