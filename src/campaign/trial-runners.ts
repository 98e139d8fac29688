/**
 * Runs the candidates of a minimiser in runner processes, and tells which still fail in the same way.
 *
 * @packageDocumentation
 */
import {
  planHash,
  type CaseOutcome,
  type CaseRequest,
  type Evidence,
  type FoundViolation,
} from "../engine/index.js";
import type { Plan } from "../plan/index.js";
import { TargetUnavailableError } from "../targets/target.js";
import { hashOfLost, isLost, lostViolation } from "./lost.js";
import { RunnerProcess, runFresh, type Reply, type RunnerOptions } from "./runner-process.js";

export interface TrialRunnersOptions {
  readonly target: string;
  /** How a plan has to fail. */
  readonly fingerprint: string;
  /** How many processes there are at most. */
  readonly count: number;
  readonly runner: RunnerOptions;
}

/** A plan that failed in the same way. */
export interface Failure {
  readonly violation: FoundViolation;
  readonly traceHash: string;
  /** Null where the server's process hung or died. */
  readonly outcome: CaseOutcome | null;
  /** The known issue of the target that is its cause; null where none is. */
  readonly cause: string | null;
}

export class TrialRunners {
  /** What the tool could not judge, by its own fault; such plans count as not failing. */
  readonly unjudged: string[] = [];
  readonly #options: TrialRunnersOptions;
  readonly #idle: RunnerProcess[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #hashes = new Map<string, string>();
  #busyCount = 0;
  /** Set once the cause of the failure was seen: it must not turn into another one. */
  #cause: string | null | undefined = undefined;

  constructor(options: TrialRunnersOptions) {
    this.#options = options;
  }

  /** From now on a plan has to fail for that cause: a known issue, or none of them. */
  keepCause(cause: string | null): void {
    this.#cause = cause;
  }

  /**
   * Runs a plan; null where it doesn't fail in the same way.
   * @throws TargetUnavailableError
   */
  async failureOf(plan: Plan): Promise<Failure | null> {
    const failure = await this.#lend((runner) => this.#run(plan, (request) => runner.run(request)));
    if (failure === null) return null;
    if (this.#cause !== undefined && failure.cause !== this.#cause) return null;
    this.#hashes.set(planHash(plan), failure.traceHash);
    return failure;
  }

  /** The same for a minimiser. */
  async evidenceOf(plan: Plan): Promise<Evidence | null> {
    const failure = await this.failureOf(plan);
    return failure === null ? null : evidenceIn(failure);
  }

  /**
   * Runs a plan in a process of its own: null where it doesn't fail, or shows another history than
   * it did before.
   */
  async confirmed(plan: Plan): Promise<Failure | null> {
    const { runner } = this.#options;
    const failure = await this.#run(plan, (request) => runFresh(request, runner));
    const expected = this.#hashes.get(planHash(plan));
    const isOther = expected !== undefined && failure?.traceHash !== expected;
    return isOther ? null : failure;
  }

  close(): void {
    for (const runner of this.#idle.splice(0)) runner.kill();
  }

  async #run(plan: Plan, run: (request: CaseRequest) => Promise<Reply>): Promise<Failure | null> {
    const { target, fingerprint, runner } = this.#options;
    const request: CaseRequest = {
      id: 0,
      target,
      planSeed: plan.seed,
      plan,
      attribute: { cause: fingerprint },
      wantsHistory: { of: fingerprint },
    };
    const reply = await run(request);
    if (reply.kind !== "hung" || isLost(fingerprint)) return this.#failureIn(reply);
    // A busy machine may be to blame, and then the answer would be another one at another time.
    const patient = { ...runner, watchdogMs: 2 * runner.watchdogMs };
    return this.#failureIn(await runFresh(request, patient));
  }

  #failureIn(reply: Reply): Failure | null {
    const { fingerprint } = this.#options;
    switch (reply.kind) {
      case "unavailable":
        throw new TargetUnavailableError(reply.message);
      case "failed":
        this.unjudged.push(reply.message);
        return null;
      case "hung":
      case "died": {
        const violation = lostViolation(reply);
        if (violation.fingerprint !== fingerprint) return null;
        return { violation, traceHash: hashOfLost(reply), outcome: null, cause: null };
      }
      case "verdict": {
        const { verdict, known, outcome = null } = reply;
        const violation = verdict.violations.find((one) => one.fingerprint === fingerprint);
        if (violation === undefined) return null;
        const cause = known[fingerprint]?.[0] ?? null;
        return { violation, traceHash: verdict.hash, outcome, cause };
      }
    }
  }

  /** Lends a process out, one case at a time. */
  async #lend<Value>(use: (runner: RunnerProcess) => Promise<Value>): Promise<Value> {
    if (this.#busyCount >= this.#options.count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#busyCount += 1;
    const runner = this.#idle.pop() ?? new RunnerProcess(this.#options.runner);
    try {
      return await use(runner);
    } finally {
      this.#busyCount -= 1;
      if (runner.isWornOut) runner.kill();
      else this.#idle.push(runner);
      this.#waiting.shift()?.();
    }
  }
}

/** What a failure is to a minimiser. */
export function evidenceIn({ violation, outcome }: Failure): Evidence {
  const { history = null, decisions = null } = outcome ?? {};
  return {
    history,
    events: violation.evidence,
    ...(decisions === null ? {} : { decisions }),
  };
}
