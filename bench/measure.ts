/**
 * Measures one release: the same plans in the simulated world and over loopback sockets.
 *
 * @packageDocumentation
 */
import type { Plan } from "../src/plan/index.js";
import type { Happn3Release } from "../src/targets/node/index.js";
import { installRelease } from "../src/targets/node/install.js";
import { SERVER_ROOT } from "../src/targets/node/root.js";
import { simulateOnAllCpus, type ParallelRun } from "./all-cpus.js";
import { profiled, type CpuShares } from "./cpu-profile.js";
import { LoopbackServer } from "./loopback-server.js";
import { emptyStore, runOnLoopback } from "./loopback.js";
import { SimulatedSide, WARM_UP_MAX } from "./simulated.js";

export interface Measurement {
  readonly target: string;
  /** Plans that ran on both sides, and how many did not (the server died of them). */
  readonly plans: number;
  readonly left: number;
  readonly simulated: Side & { readonly virtualMs: number };
  readonly loopback: Side;
  /** All plans, those left out included. */
  readonly parallel: ParallelRun;
  readonly cpu: CpuShares;
}

export interface Side {
  readonly operations: number;
  readonly wallMs: number;
  /** Of all processes that take part. */
  readonly cpuMs: number;
}

export interface MeasureOptions {
  readonly seed: string;
  readonly cases: number;
}

/** @throws TargetUnavailableError when the release cannot be installed */
export async function measure(
  release: Happn3Release,
  { seed, cases }: MeasureOptions,
  progress: (line: string) => void,
): Promise<Measurement> {
  const side = new SimulatedSide(release, seed);
  await side.prepare(progress);
  const folder = await installRelease("happn-3", release.version, progress);
  const indices = side.indices(cases);

  progress(`${side.targetId}: ${indices.length} plans in the simulated world, in one process`);
  await side.warmUp(indices);
  const simulated = await side.runAll(indices);

  progress(`${side.targetId}: the same, in as many processes as there are CPUs`);
  const parallel = await simulateOnAllCpus({ release, seed, indices });

  progress(`${side.targetId}: the same plans over loopback sockets`);
  const loopback = await loopbackSides(
    indices.map((index) => side.planOf(index)),
    folder,
  );

  progress(`${side.targetId}: the simulated plans once more, profiled`);
  const cpu = await profiled(async () => {
    await side.runAll(indices);
  }, SERVER_ROOT);

  const both = indices.flatMap((_, at) => {
    const [sim, real] = [simulated[at], loopback[at]];
    return sim === undefined || sim.hasCrashed || real === undefined || real === null
      ? []
      : [{ sim, real }];
  });
  return {
    target: side.targetId,
    plans: both.length,
    left: indices.length - both.length,
    simulated: {
      ...sumOf(both.map(({ sim }) => sim)),
      virtualMs: both.reduce((sum, { sim }) => sum + sim.virtualMs, 0),
    },
    loopback: sumOf(both.map(({ real }) => real)),
    parallel,
    cpu,
  };
}

/** One server for all plans, warm, as long as it lives; null for a plan that it died of. */
async function loopbackSides(plans: readonly Plan[], folder: string): Promise<(Side | null)[]> {
  let server = await LoopbackServer.start(folder);
  const run = async (plan: Plan): Promise<Side | null> => {
    if (!server.isAlive) server = await LoopbackServer.start(folder);
    try {
      await emptyStore(server.url);
      const serverBefore = await server.cpuMs();
      const { cpuMs, ...result } = await runOnLoopback(plan, server.url);
      const serverMs = (await server.cpuMs()) - serverBefore;
      return { ...result, cpuMs: cpuMs + serverMs };
    } catch {
      await server.end();
      return null;
    }
  };
  try {
    for (const plan of plans.slice(0, WARM_UP_MAX)) await run(plan);
    const sides: (Side | null)[] = [];
    for (const plan of plans) sides.push(await run(plan));
    return sides;
  } finally {
    await server.end();
  }
}

function sumOf(sides: readonly Side[]): Side {
  return {
    operations: sides.reduce((sum, { operations }) => sum + operations, 0),
    wallMs: sides.reduce((sum, { wallMs }) => sum + wallMs, 0),
    cpuMs: sides.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
  };
}
