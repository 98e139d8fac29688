/**
 * Holds one target to every clause: directed cases first, then generated ones.
 *
 * @packageDocumentation
 */
import type { ProfileId } from "../../models/index.js";
import {
  causeOfLoss,
  Hands,
  lostViolation,
  type Reply,
  type Run,
  type RunnerOptions,
} from "../campaign/index.js";
import { caseSeedOf, type CaseRequest, type KnownIssue } from "../engine/index.js";
import type { LaterDialect } from "../protocol/index.js";
import { TargetUnavailableError } from "../targets/target.js";
import { ActionsKnown } from "./actions-known.js";
import { ClauseRecord } from "./clause-record.js";
import { DIRECTED_CASES } from "./cases/index.js";
import { CLAUSES, CONVENTIONS, GROUNDS } from "./clauses/index.js";
import { examine } from "./examination.js";
import { inDialect } from "./in-dialect.js";
import type { Cell, Evidence, ShownCase, TargetConformance } from "./matrix.js";
import type { DirectedCase } from "./script.js";
import { whyNotRun, type Abilities } from "./runnable.js";
import { failureKey, withSmallerEvidence } from "./smaller-evidence.js";

export interface ConformOptions {
  readonly target: string;
  readonly profile: ProfileId;
  /** What the target can be started as; directed cases that ask for more are left out. */
  readonly abilities: Abilities;
  /**
   * Of a server that serves no clients of happn_1.3.0, what it serves: directed cases are run in it as
   * well, and cases are generated for `target`, the same server under the id of that dialect.
   */
  readonly served?: { readonly dialect: LaterDialect; readonly target: string };
  readonly seed: string;
  /** Generated cases, besides the directed ones. */
  readonly cases: number;
  /** Clauses whose directed cases are run; absent: all. */
  readonly clauses?: readonly string[];
  /** Of the target. */
  readonly knownIssues?: readonly KnownIssue[];
  readonly workers: number;
  readonly runner: RunnerOptions;
  /** Wall milliseconds for making what generated cases show small; 0: they are shown as they are. */
  readonly minimiseMs?: number;
  /** Of a target in real time. */
  readonly settings?: NonNullable<CaseRequest["settings"]>;
  readonly advanced?: (done: number, count: number, what: "cases" | "failures made small") => void;
  readonly isOver?: () => boolean;
}

/**
 * The verdicts on one target.
 * @throws TargetUnavailableError
 */
export async function conform(options: ConformOptions): Promise<TargetConformance> {
  return new Conformance(options).run();
}

const NOT_RUN = "the cases that are meant for it were not run";

interface Job {
  readonly directed: DirectedCase | null;
  readonly index: number;
}

class Conformance {
  readonly #options: ConformOptions;
  readonly #records = new Map(GROUNDS.map(({ id }) => [id, new ClauseRecord(id)]));
  readonly #actions = new ActionsKnown();
  readonly #failures: string[] = [];
  #directedCount = 0;
  #generatedCount = 0;

  constructor(options: ConformOptions) {
    this.#options = options;
  }

  async run(): Promise<TargetConformance> {
    const startedAt = performance.now();
    const { target, profile, workers, runner } = this.#options;
    const jobs = this.#jobs();
    const hands = new Hands(runner, Math.max(1, Math.min(workers, jobs.length)));
    try {
      await this.#runAll(jobs, hands);
      const cells = await this.#withCauses(await this.#smaller(this.#cells(), hands), hands);
      return {
        ...{ target, profile, cells },
        directedCount: this.#directedCount,
        generatedCount: this.#generatedCount,
        wallMs: Math.round(performance.now() - startedAt),
        failures: this.#failures,
      };
    } finally {
      hands.close();
    }
  }

  async #runAll(jobs: readonly Job[], hands: Hands): Promise<void> {
    let next = 0;
    let doneCount = 0;
    // What is said must not depend on who was done first: a case is taken in when all before it are.
    const waiting = new Map<number, { job: Job; reply: Reply }>();
    let takenCount = 0;
    await hands.each(async (run) => {
      for (;;) {
        const place = next;
        const job = jobs[place];
        if (job === undefined || this.#options.isOver?.() === true) return;
        next += 1;
        const reply = await this.#ask(job, run);
        if (reply.kind === "unavailable") throw new TargetUnavailableError(reply.message);
        waiting.set(place, { job, reply });
        for (;;) {
          const ready = waiting.get(takenCount);
          if (ready === undefined) break;
          waiting.delete(takenCount);
          takenCount += 1;
          this.#take(ready.job, ready.reply);
        }
        doneCount += 1;
        this.#options.advanced?.(doneCount, jobs.length, "cases");
      }
    });
  }

  #jobs(): readonly Job[] {
    const { clauses, cases, abilities, served } = this.#options;
    const directed = DIRECTED_CASES.filter(
      (each) =>
        (clauses === undefined || each.clauses.some((clause) => clauses.includes(clause))) &&
        whyNotRun(each.plan, abilities) === null,
    );
    const forms = directed.flatMap((each) =>
      served === undefined ? [] : (inDialect(each, served.dialect) ?? []),
    );
    return [
      ...[...directed, ...forms].map((each, index) => ({ directed: each, index })),
      ...Array.from({ length: cases }, (_, index) => ({ directed: null, index })),
    ];
  }

  #ask({ directed, index }: Job, run: Run): Promise<Reply> {
    const { target, served, seed, settings } = this.#options;
    return run({
      id: index,
      ...(directed === null
        ? { target: served?.target ?? target, planSeed: caseSeedOf(seed, index) }
        : { target, planSeed: directed.plan.seed, plan: directed.plan }),
      ...(settings === undefined ? {} : { settings }),
      modules: "kept",
      wantsHistory: true,
    });
  }

  #take(job: Job, reply: Reply): void {
    const { directed, index } = job;
    if (reply.kind === "failed" || reply.kind === "unavailable") {
      this.#failures.push(`${directed?.id ?? `generated case ${index}`}: ${reply.message}`);
      return;
    }
    if (directed === null) this.#generatedCount += 1;
    else this.#directedCount += 1;
    const isLost = reply.kind !== "verdict";
    const plan = isLost ? reply.plan : reply.outcome?.plan;
    const history = isLost ? null : (reply.outcome?.history ?? null);
    if (plan === undefined) return;
    const shown: ShownCase = {
      id: directed?.id ?? String(index),
      says: directed?.says ?? `generated case ${index}`,
      origin: directed === null ? "generated" : "directed",
      ...{ plan, history },
      ...(directed?.formOf === undefined ? {} : { formOf: directed.formOf }),
    };
    const verdict = isLost
      ? { violations: [lostViolation(reply)], unknown: [], exercised: {} }
      : reply.verdict;
    if (directed !== null && history !== null) this.#actions.add(history);
    for (const [clause, said] of examine(verdict, history)) {
      const isOwn = directed?.clauses.includes(clause) === true;
      this.#records.get(clause)?.add(said, shown, isOwn);
    }
  }

  #cells(): readonly Cell[] {
    const unknown = this.#actions.unknown;
    const isCleanElsewhere = (clause: string) => this.#records.get(clause)?.isCleanInOwn ?? false;
    const judged = GROUNDS.map((ground): Cell => {
      const lacking = (ground.needs ?? []).filter((action) => unknown.includes(action));
      const isForeign = unknown.includes("login") && !ground.id.startsWith("FRM");
      const reason =
        lacking.length > 0
          ? `the server never does what is asked by ${lacking.join(" and ")}`
          : isForeign
            ? "the server lets no client of the protocol in"
            : null;
      const record = this.#records.get(ground.id) as ClauseRecord;
      return record.cell(reason, isCleanElsewhere, this.#whyNone(ground.id));
    });
    const unjudged = CONVENTIONS.map(({ id }): Cell => ({
      ...{ clause: id, verdict: "CONVENTION", exercised: 0, cases: 0, evidence: [] },
      remarks: ["a convention, which binds clients and not the server"],
    }));
    const byClause = new Map([...judged, ...unjudged].map((cell) => [cell.clause, cell]));
    return CLAUSES.flatMap(({ id }) => byClause.get(id) ?? []);
  }

  /** Why no case that is meant for a clause was run. */
  #whyNone(clause: string): string {
    const reasons = DIRECTED_CASES.filter(({ clauses }) => clauses.includes(clause)).map(
      ({ plan }) => whyNotRun(plan, this.#options.abilities),
    );
    return reasons.find((reason) => reason !== null) ?? NOT_RUN;
  }

  /** In real time nothing comes back as it was, and cases stay as they are. */
  async #smaller(cells: readonly Cell[], hands: Hands): Promise<readonly Cell[]> {
    const { target, workers, minimiseMs = 0, settings, isOver, advanced } = this.#options;
    if (minimiseMs === 0 || settings !== undefined) return cells;
    return withSmallerEvidence(cells, {
      ...{ target, workers, hands, budgetMs: minimiseMs },
      ...(isOver && { isOver }),
      advanced: (done, count) => advanced?.(done, count, "failures made small"),
    });
  }

  /** Which known issue of the target each failure is due to, found by running its case once more. */
  async #withCauses(cells: readonly Cell[], hands: Hands): Promise<readonly Cell[]> {
    if (this.#options.settings !== undefined) return cells;
    const asked = new Map<string, Evidence>();
    for (const evidence of cells.flatMap((cell) => cell.evidence)) {
      if (evidence.violation !== null) asked.set(failureKey(evidence), evidence);
    }
    const causes = new Map<string, string | null>();
    const waiting = asked.entries();
    await hands.each(async (run) => {
      for (const [key, evidence] of waiting) {
        if (this.#options.isOver?.() === true) return;
        causes.set(key, await this.#causeOf(evidence, run));
      }
    });
    return cells.map((cell) => ({
      ...cell,
      evidence: cell.evidence.map((each) => ({
        ...each,
        knownIssue: causes.get(failureKey(each)) ?? null,
      })),
    }));
  }

  async #causeOf({ violation, shown }: Evidence, run: Run): Promise<string | null> {
    const { target, knownIssues = [] } = this.#options;
    if (violation === null || knownIssues.length === 0) return null;
    const { plan } = shown;
    const request = { id: 0, target, planSeed: plan.seed, plan, wantsHistory: false };
    if (shown.history === null) return causeOfLoss(request, violation, { knownIssues, run });
    const { fingerprint } = violation;
    const reply = await run({ ...request, attribute: { cause: fingerprint }, modules: "kept" });
    return reply.kind === "verdict" ? (reply.known[fingerprint]?.[0] ?? null) : null;
  }
}
