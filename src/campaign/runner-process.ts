/**
 * One runner process, seen from outside: a case in, a reply out, and a watchdog.
 *
 * @packageDocumentation
 */
import { fork, type ChildProcess } from "node:child_process";

import type {
  CaseOutcome,
  CaseRequest,
  KnownCauses,
  RunnerMessage,
  Verdict,
} from "../engine/index.js";
import type { Plan, ScheduleStrategy } from "../plan/index.js";

/** What became of a case. */
export type Reply =
  | {
      readonly kind: "verdict";
      readonly verdict: Verdict;
      readonly known: KnownCauses;
      readonly strategy: ScheduleStrategy;
      readonly outcome?: CaseOutcome;
    }
  /** The server's turn was not over within the watchdog's time: it loops for ever. */
  | { readonly kind: "hung"; readonly afterMs: number; readonly plan?: Plan }
  /** The process ended in the middle of the server's turn. */
  | { readonly kind: "died"; readonly how: string; readonly plan?: Plan }
  | { readonly kind: "unavailable"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string };

/** A process is replaced after that many cases: what a target leaks must not add up. */
const CASES_MAX = 400;
/** Nor may it take up more than that. */
const RESIDENT_BYTES_MAX = 1_200_000_000;

/** As much longer may the tool take to prepare or judge a case: on a crowded machine it comes close to the watchdog. */
const TOOL_PATIENCE = 10;

export interface RunnerOptions {
  /** Script that calls `serveCases`. */
  readonly runnerPath: string;
  /** Wall milliseconds that a server may be busy with one run; installing and judging do not count. */
  readonly watchdogMs: number;
  readonly progress: (line: string) => void;
}

export class RunnerProcess {
  readonly #child: ChildProcess;
  readonly #options: RunnerOptions;
  #settle: ((reply: Reply) => void) | null = null;
  #isReady = false;
  #turnOf: "server" | "tool" = "tool";
  #watchdog: NodeJS.Timeout | null = null;
  #stderr = "";
  /** Of the case that is under way, where its history is wanted. */
  #plan: Plan | null = null;
  #caseCount = 0;
  #residentBytes = 0;
  isAlive = true;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#child = fork(options.runnerPath, [], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      serialization: "advanced",
      // A server under test may deprecate and warn as it likes; its output is not ours.
      // ES modules of a server are run by node:vm (docs/adr/0017), which Node has behind a flag.
      execArgv: ["--no-warnings", "--max-old-space-size=2048", "--experimental-vm-modules"],
      env: { ...process.env, TZ: "UTC" },
    });
    this.#child.stderr?.setEncoding("utf8");
    this.#child.stderr?.on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-4_000);
    });
    this.#child.on("message", (message) => this.#take(message as RunnerMessage));
    this.#child.on("exit", (code, signal) => this.#exited(code, signal));
    this.#child.on("error", (error) => this.#answer({ kind: "failed", message: error.message }));
  }

  /** Whether another process should take its place: it has ended, or what it was asked has added up. */
  get isWornOut(): boolean {
    return (
      !this.isAlive || this.#caseCount >= CASES_MAX || this.#residentBytes >= RESIDENT_BYTES_MAX
    );
  }

  /** Runs one case; one at a time. */
  run(request: CaseRequest): Promise<Reply> {
    this.#caseCount += 1;
    this.#plan = null;
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#begin("tool");
      this.#child.send(request, (error) => {
        if (error !== null) this.#answer(this.#died(error.message));
      });
    });
  }

  /** Ends the process at once. */
  kill(): void {
    this.isAlive = false;
    if (this.#watchdog !== null) clearTimeout(this.#watchdog);
    this.#child.kill("SIGKILL");
  }

  #begin(turnOf: "server" | "tool"): void {
    this.#turnOf = turnOf;
    if (this.#watchdog !== null) clearTimeout(this.#watchdog);
    if (this.#settle === null) return;
    const { watchdogMs } = this.#options;
    const afterMs = turnOf === "server" ? watchdogMs : TOOL_PATIENCE * watchdogMs;
    this.#watchdog = setTimeout(() => {
      this.kill();
      this.#answer(
        turnOf === "server"
          ? { kind: "hung", afterMs, ...this.#lost() }
          : {
              kind: "failed",
              message: `preparing or judging a case took longer than ${afterMs} ms`,
            },
      );
    }, afterMs);
  }

  /** One that never came to life is no defect of the judges': the folder that it began in may be gone. */
  #died(how: string): Reply {
    return this.#turnOf === "server" || !this.#isReady
      ? { kind: "died", how, ...this.#lost() }
      : { kind: "failed", message: `the process ended while it prepared or judged a case: ${how}` };
  }

  #take(message: RunnerMessage): void {
    switch (message.kind) {
      case "ready":
        this.#isReady = true;
        return;
      case "begins":
        this.#plan = message.plan;
        return;
      case "turn":
        this.#begin(message.of);
        return;
      case "progress":
        // Installing takes as long as it takes.
        this.#begin("tool");
        this.#options.progress(message.line);
        return;
      case "verdict":
        this.#residentBytes = message.residentBytes;
        this.#answer(message);
        return;
      case "unavailable":
      case "failed":
        this.#answer({ kind: message.kind, message: message.message });
        return;
    }
  }

  #exited(code: number | null, signal: string | null): void {
    this.isAlive = false;
    const how = signal === null ? `exit ${code}` : `signal ${signal}`;
    const lastLine = this.#stderr.trim().split("\n").at(-1) ?? "";
    const words = lastLine === "" ? how : `${how}: ${lastLine}`;
    this.#answer(this.#died(words));
  }

  /** What is left of a case that never came back. */
  #lost(): { readonly plan?: Plan } {
    return this.#plan === null ? {} : { plan: this.#plan };
  }

  #answer(reply: Reply): void {
    if (this.#watchdog !== null) clearTimeout(this.#watchdog);
    const settle = this.#settle;
    this.#settle = null;
    settle?.(reply);
  }
}

/** Runs one case in a process of its own, which ends after it. */
export async function runFresh(request: CaseRequest, options: RunnerOptions): Promise<Reply> {
  const runner = new RunnerProcess(options);
  try {
    return await runner.run(request);
  } finally {
    runner.kill();
  }
}
