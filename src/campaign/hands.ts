/**
 * The runner processes of a campaign: as many as there are workers, replaced when they wear out.
 *
 * @packageDocumentation
 */
import type { CaseRequest } from "../engine/index.js";
import { RunnerProcess, type Reply, type RunnerOptions } from "./runner-process.js";

export type Run = (request: CaseRequest) => Promise<Reply>;

export class Hands {
  readonly #options: RunnerOptions;
  readonly #count: number;
  readonly #processes: (RunnerProcess | null)[];

  constructor(options: RunnerOptions, count: number) {
    this.#options = options;
    this.#count = count;
    this.#processes = new Array<RunnerProcess | null>(count).fill(null);
  }

  /** Gives every worker a way to run cases, one at a time each, and waits until all are through. */
  async each(work: (run: Run) => Promise<void>): Promise<void> {
    const indices = Array.from({ length: this.#count }, (_, index) => index);
    await Promise.all(indices.map((index) => work((request) => this.#run(index, request))));
  }

  close(): void {
    for (const process of this.#processes) process?.kill();
    this.#processes.fill(null);
  }

  #run(index: number, request: CaseRequest): Promise<Reply> {
    let process = this.#processes[index] ?? null;
    if (process?.isWornOut === true) {
      process.kill();
      process = null;
    }
    process ??= new RunnerProcess(this.#options);
    this.#processes[index] = process;
    return process.run(request);
  }
}
