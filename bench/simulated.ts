/**
 * The simulated half of the bench: whole cases, in this process.
 *
 * @packageDocumentation
 */
import { caseSeedOf, runCase, verdictOf } from "../src/engine/index.js";
import type { Plan } from "../src/plan/index.js";
import { happn3Target, type Happn3Release } from "../src/targets/node/index.js";
import type { Target } from "../src/targets/target.js";
import { planOf } from "../src/workload/index.js";

/** Cases before those that count, so that V8 has compiled what there is to compile. */
export const WARM_UP_MAX = 5;

export interface SimulatedRun {
  readonly operations: number;
  readonly virtualMs: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly hasCrashed: boolean;
}

export class SimulatedSide {
  readonly #target: Target;
  readonly #release: Happn3Release;
  readonly #seed: string;

  constructor(release: Happn3Release, seed: string) {
    this.#target = happn3Target(release.version, { modules: "kept" });
    this.#release = release;
    this.#seed = seed;
  }

  get targetId(): string {
    return this.#target.id;
  }

  /** @throws TargetUnavailableError when the release cannot be installed */
  prepare(progress: (line: string) => void): Promise<void> {
    return this.#target.prepare(progress);
  }

  planOf(index: number): Plan {
    return planOf(caseSeedOf(this.#seed, index), { profile: this.#release.profile });
  }

  /** The first plans without malformed frames, which nobody answers and some servers die of. */
  indices(count: number): readonly number[] {
    const indices: number[] = [];
    for (let index = 0; indices.length < count; index += 1) {
      const { operations } = this.planOf(index);
      if (operations.every(({ action }) => action.kind !== "raw")) indices.push(index);
    }
    return indices;
  }

  async warmUp(indices: readonly number[]): Promise<void> {
    for (const index of indices.slice(0, WARM_UP_MAX)) await this.run(index);
  }

  async runAll(indices: readonly number[]): Promise<SimulatedRun[]> {
    const runs: SimulatedRun[] = [];
    for (const index of indices) runs.push(await this.run(index));
    return runs;
  }

  /** The whole of a case as a campaign has it: make the plan, start a server, run, stop, judge. */
  async run(index: number): Promise<SimulatedRun> {
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    const history = await runCase(this.planOf(index), this.#target);
    const { operations, virtualMs } = verdictOf(history);
    const wallMs = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpuBefore);
    return {
      operations,
      virtualMs,
      wallMs,
      cpuMs: (user + system) / 1_000,
      hasCrashed: history.events.some(({ kind }) => kind === "crash"),
    };
  }
}
