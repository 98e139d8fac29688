/**
 * Makes plans from seeds.
 *
 * The same seed, options and generator version make the same plan, in any process. A change of what
 * is made for any seed is a new version: tokens name it (docs/adr/0002).
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import { profileOf, type ProfileId } from "../../models/index.js";
import {
  PLAN_FORMAT,
  type FaultChoice,
  type Plan,
  type PlanMode,
  type PlannedClient,
  type ScheduleStrategy,
} from "../plan/index.js";
import { MIXED_DIALECTS, type DialectId, type DrawnDialect } from "../protocol/index.js";
import { Streams, type Prng } from "../sim/index.js";
import { assemble } from "./assemble.js";
import { listOf } from "./chance.js";
import { spoken } from "./dialect.js";
import { surroundings } from "./faults.js";
import { NODE_NAMES, nodes, withMeshNames } from "./mesh.js";
import { featuresOf } from "./features.js";
import { linksOf } from "./network.js";
import type { PlanBody } from "./plan-body.js";
import { schedules } from "./schedule.js";
import { secured } from "./secure.js";
import { steps } from "./step.js";
import { swarms, withoutCharacter, type Swarm } from "./swarm.js";

/** Changes whenever any seed makes another plan than before. */
export const GENERATOR_VERSION = 3;

export interface WorkloadOptions {
  /** Drawn when absent. */
  readonly mode?: PlanMode;
  /** Decides which patterns and characters are usual; 1.x when absent. */
  readonly profile?: ProfileId;
  /**
   * Kinds of faults: then something goes wrong, of these kinds. `swarm`: in half of the plans, of kinds
   * drawn for each. Nothing where absent or empty.
   */
  readonly faults?: FaultChoice;
  /** How the server's event loop is explored; drawn when absent. */
  readonly schedule?: ScheduleStrategy;
  /** False where all kinds of operations happen as often as is usual, in every plan; swarms where absent. */
  readonly isSwarm?: boolean;
  /**
   * The dialect that clients ask for: the same plan, as they say it there; happn_1.3.0 when absent. `mixed`:
   * each one of those that servers of the profile speak.
   */
  readonly dialect?: DrawnDialect;
  /** Whether the server is in secure mode: the same plan, with users, groups, and changes of both. */
  readonly isSecure?: boolean;
}

/** The plan of a seed. */
export function planOf(seed: string, options: WorkloadOptions = {}): Plan {
  const streams = new Streams(seed);
  const drawn = sampleOf(planBodies(options), streams.stream("workload"));
  const permitted =
    options.isSecure === true
      ? sampleOf(secured(drawn), streams.stream("workload/security"))
      : drawn;
  const body =
    options.dialect === undefined
      ? permitted
      : sampleOf(
          spoken(permitted, dialectsFor(options.dialect, options.profile)),
          streams.stream("workload/dialect"),
        );
  const { mode, clients, operations } = body;
  const operationCount = operations.length;
  const schedule = sampleOf(
    schedules({
      mode,
      operationCount,
      ...(options.schedule === undefined ? {} : { strategy: options.schedule }),
    }),
    streams.stream("workload/schedule"),
  );
  const around = sampleOf(
    surroundings({
      clients: clients.map(({ name }) => name),
      operations,
      kinds: options.faults ?? [],
      ...(options.isSecure === true ? { restarts: false } : {}),
    }),
    streams.stream("workload/surroundings"),
  );
  return {
    ...{ format: PLAN_FORMAT, generator: GENERATOR_VERSION, seed },
    ...around,
    ...body,
    ...(schedule === undefined ? {} : { schedule }),
  };
}

/** Those of which each client speaks one. */
function dialectsFor(dialect: DrawnDialect, profile: ProfileId = "1.x"): readonly DialectId[] {
  if (dialect !== MIXED_DIALECTS) return [dialect];
  return profileOf(profile).dialects.map(({ id }) => id);
}

function sampleOf<T>(arbitrary: fc.Arbitrary<T>, chance: Prng): T {
  const [sample] = fc.sample(arbitrary, {
    seed: chance.uint32() | 0,
    numRuns: 1,
    // Which sizes are likely is the swarm's to say.
    unbiased: true,
    // What a process configured for its own tests must not change our plans.
    randomType: "xorshift128plus",
  }) as [T];
  return sample;
}

/** All plans that a generator makes under these options. */
export function planBodies(options: WorkloadOptions): fc.Arbitrary<PlanBody> {
  const { mode, profile = "1.x", isSecure = false, isSwarm = true } = options;
  return swarms({ profile, ...(mode === undefined ? {} : { mode }) })
    .map((swarm) => (isSwarm ? swarm : withoutCharacter(swarm)))
    .chain((swarm) => bodiesOf(isSecure ? withoutMesh(swarm) : swarm));
}

/** A mesh needs paths of its own, which users would have to be allowed. */
function withoutMesh(swarm: Swarm): Swarm {
  return { ...swarm, nodeCount: 0, weights: { ...swarm.weights, call: 0, emit: 0 } };
}

function bodiesOf(swarm: Swarm): fc.Arbitrary<PlanBody> {
  const { mode, clientCount, nodeCount, operationCount, joinsLate } = swarm;
  const nodeNames: readonly string[] = NODE_NAMES.slice(0, nodeCount);
  const names = nodeCount === 0 ? swarm.names : withMeshNames(swarm.names, nodeNames);
  return fc
    .record({
      links: linksOf(clientCount, swarm.isCrowded),
      nodes: fc.tuple(...nodeNames.map((_, index) => nodes(index))),
      steps: listOf(steps(swarm, names, nodeNames), operationCount),
    })
    .map((drawn) => ({
      mode,
      features: featuresOf(swarm),
      clients: drawn.links.map((link, index): PlannedClient => {
        const node = drawn.nodes[index];
        return { name: `c${index + 1}`, link, ...(node === undefined ? {} : { node }) };
      }),
      operations: assemble({
        mode,
        clientCount,
        nodeCount,
        operationCount,
        joinsLate,
        steps: drawn.steps,
      }),
    }));
}
