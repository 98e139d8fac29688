/**
 * Measures one release: the same plans in the simulated world and over loopback sockets.
 *
 * @packageDocumentation
 */
import { caseSeedOf, runCase, verdictOf } from "../src/engine/index.js";
import type { Plan } from "../src/plan/index.js";
import { happn3Target, type Happn3Release } from "../src/targets/node/index.js";
import { installRelease } from "../src/targets/node/install.js";
import type { Target } from "../src/targets/target.js";
import { planOf } from "../src/workload/index.js";
import { profiled, type CpuShares } from "./cpu-profile.js";
import { LoopbackServer } from "./loopback-server.js";
import { emptyStore, runOnLoopback, type LoopbackRun } from "./loopback.js";

/** Runs before measuring, so that both sides are compiled and warm. */
const WARM_UP_MAX = 5;

export interface Measurement {
  readonly target: string;
  /** Plans that ran on both sides, and how many did not (the server died of them). */
  readonly plans: number;
  readonly left: number;
  readonly simulated: Side & { readonly virtualMs: number };
  readonly loopback: Side;
  readonly cpu: CpuShares;
}

export interface Side {
  readonly operations: number;
  readonly wallMs: number;
}

interface SimulatedRun extends Side {
  readonly virtualMs: number;
  readonly hasCrashed: boolean;
}

/** @throws TargetUnavailableError when the release cannot be installed */
export async function measure(
  { version, profile }: Happn3Release,
  { seed, cases }: { readonly seed: string; readonly cases: number },
  progress: (line: string) => void,
): Promise<Measurement> {
  const target = happn3Target(version);
  await target.prepare(progress);
  const folder = await installRelease("happn-3", version, progress);
  const makePlan = (index: number) => planOf(caseSeedOf(seed, index), { profile });
  const indices = indicesOfPlansWithoutRawFrames(makePlan, cases);

  progress(`${target.id}: ${indices.length} plans in the simulated world`);
  for (const index of indices.slice(0, WARM_UP_MAX)) await simulate(makePlan, index, target);
  const simulated: SimulatedRun[] = [];
  for (const index of indices) simulated.push(await simulate(makePlan, index, target));

  progress(`${target.id}: the same plans over loopback sockets`);
  const loopback = await runAll(indices.map(makePlan), folder);

  progress(`${target.id}: the simulated plans once more, profiled`);
  const cpu = await profiled(async () => {
    for (const index of indices) await simulate(makePlan, index, target);
  }, folder);

  const both = indices.flatMap((_, at) => {
    const [sim, real] = [simulated[at], loopback[at]];
    return sim === undefined || sim.hasCrashed || real === undefined || real === null
      ? []
      : [{ sim, real }];
  });
  return {
    target: target.id,
    plans: both.length,
    left: indices.length - both.length,
    simulated: {
      ...sumOf(both.map(({ sim }) => sim)),
      virtualMs: both.reduce((sum, { sim }) => sum + sim.virtualMs, 0),
    },
    loopback: sumOf(both.map(({ real }) => real)),
    cpu,
  };
}

/** The whole of a case as a campaign has it: make the plan, start a server, run, stop, judge. */
async function simulate(
  makePlan: (index: number) => Plan,
  index: number,
  target: Target,
): Promise<SimulatedRun> {
  const startedAt = performance.now();
  const history = await runCase(makePlan(index), target);
  const { operations, virtualMs } = verdictOf(history);
  return {
    operations,
    virtualMs,
    wallMs: performance.now() - startedAt,
    hasCrashed: history.events.some(({ kind }) => kind === "crash"),
  };
}

/** One server for all plans, warm, as long as it lives; null for a plan that it died of. */
async function runAll(plans: readonly Plan[], folder: string): Promise<(LoopbackRun | null)[]> {
  let server = await LoopbackServer.start(folder);
  const run = async (plan: Plan) => {
    if (!server.isAlive) server = await LoopbackServer.start(folder);
    try {
      await emptyStore(server.url);
      const result = await runOnLoopback(plan, server.url);
      return server.isAlive ? result : null;
    } catch {
      await server.end();
      return null;
    }
  };
  try {
    for (const plan of plans.slice(0, WARM_UP_MAX)) await run(plan);
    const runs: (LoopbackRun | null)[] = [];
    for (const plan of plans) runs.push(await run(plan));
    return runs;
  } finally {
    await server.end();
  }
}

/** Malformed frames kill servers and are answered by nobody: no measure of speed. */
function indicesOfPlansWithoutRawFrames(
  makePlan: (index: number) => Plan,
  count: number,
): readonly number[] {
  const indices: number[] = [];
  for (let index = 0; indices.length < count; index += 1) {
    const { operations } = makePlan(index);
    if (operations.every(({ action }) => action.kind !== "raw")) indices.push(index);
  }
  return indices;
}

function sumOf(sides: readonly Side[]): Side {
  return {
    operations: sides.reduce((sum, { operations }) => sum + operations, 0),
    wallMs: sides.reduce((sum, { wallMs }) => sum + wallMs, 0),
  };
}
