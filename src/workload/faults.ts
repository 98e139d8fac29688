/**
 * What goes wrong in a plan: which kinds of faults, how many, when, and for how long.
 *
 * Drawn apart from the operations: the same seed makes the same operations, whatever goes wrong.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import {
  FAULT_KINDS,
  type Fault,
  type FaultChoice,
  type FaultKind,
  type Plan,
  type PlannedFault,
  type PlannedOperation,
  type PlannedServer,
} from "../plan/index.js";
import { listOf, often, weighted } from "./chance.js";

/** What a plan has besides its operations. */
export type PlanSurroundings = Pick<Plan, "server" | "liveness" | "faults">;

export interface SurroundingsOptions {
  readonly clients: readonly string[];
  readonly operations: readonly PlannedOperation[];
  /** Kinds that may go wrong: then something does; none where empty. `swarm`: by chance, in half of the plans. */
  readonly kinds: FaultChoice;
  /** False where the server is to be the same process all the time, in memory; true where absent. */
  readonly restarts?: boolean;
}

const FAULTS_MAX = 6;
/** Blasts of one reconnect storm: each takes as much time to run as a whole client's part of a plan. */
const BLASTS_MAX = 30;

/** Kinds that have to do with what a server stores. */
const OF_STORES: readonly FaultKind[] = ["stop", "kill", "disk-full", "disk-error"];
/** Kinds that need a disk to do anything. */
const OF_DISKS: readonly FaultKind[] = ["disk-full", "disk-error"];

/** Virtual milliseconds: an instant, a moment, a while, and longer than some timeouts. */
const DURATIONS = weighted(
  [3, 0],
  [4, 20],
  [4, 200],
  [4, 2_000],
  [3, 8_000],
  [2, 20_000],
  [1, 45_000],
);
const MOMENTS = weighted([8, 0], [6, 1], [6, 3], [4, 10], [3, 40], [1, 300]);

/** Nothing goes wrong in half of the plans, and in the others a few kinds do. */
export function surroundings(options: SurroundingsOptions): fc.Arbitrary<PlanSurroundings> {
  const { kinds, operations } = options;
  const chosen = kinds === "swarm" ? swarmOfKinds() : fc.constant(kinds);
  return chosen.chain((drawn) => {
    const present =
      options.restarts === false ? drawn.filter((kind) => !OF_STORES.includes(kind)) : drawn;
    if (present.length === 0 || operations.length === 0) {
      return kinds === "swarm" ? sound() : fc.constant({});
    }
    return faulty(present, options);
  });
}

function swarmOfKinds(): fc.Arbitrary<readonly FaultKind[]> {
  return fc
    .tuple(
      often(1, 2),
      fc.constantFrom("stop" as const, "kill" as const, null),
      fc.tuple(...FAULT_KINDS.map(() => often(1, 5))),
      fc.constantFrom(...FAULT_KINDS),
    )
    .map(([isFaulty, restarts, isOn, one]) => {
      if (!isFaulty) return [];
      const kinds = FAULT_KINDS.filter((kind, index) => kind === one || isOn[index] === true);
      // What a disk has lost shows when it is read again.
      const isOnDisk = kinds.some((kind) => OF_DISKS.includes(kind));
      return isOnDisk && restarts !== null && !kinds.includes(restarts)
        ? [...kinds, restarts]
        : kinds;
    });
}

function sound(): fc.Arbitrary<PlanSurroundings> {
  return often(1, 8).map((isLive) => (isLive ? { liveness: true } : {}));
}

function faulty(
  kinds: readonly FaultKind[],
  { clients, operations, restarts = true }: SurroundingsOptions,
): fc.Arbitrary<PlanSurroundings> {
  const planned = fc.record({
    operation: fc.constantFrom(...operations.map(({ id }) => id), undefined),
    momentMs: MOMENTS,
    freeMs: fc.nat(4_000),
    durationMs: DURATIONS,
    meets: often(1, 3),
    fault: fc.oneof(...kinds.map((kind) => faultOf(kind, clients))),
  });
  return fc
    .record({
      count: fc.integer({ min: 1, max: FAULTS_MAX }),
      drawn: listOf(planned, FAULTS_MAX),
      onDisk: often(kinds.some((kind) => OF_STORES.includes(kind)) ? 7 : 1, 10),
      isLive: often(kinds.some((kind) => OF_STORES.includes(kind)) ? 4 : 2, 5),
    })
    .map(({ count, drawn, onDisk, isLive }) => {
      const faults = meeting(drawn.slice(0, count));
      const needsDisk = faults.some(({ fault }) => OF_DISKS.includes(fault.kind));
      const isKept = (onDisk || needsDisk) && restarts;
      const server: PlannedServer = { store: isKept ? "file" : "memory" };
      return {
        ...(server.store === "file" ? { server } : {}),
        ...(isLive ? { liveness: true } : {}),
        faults: faults.map(
          ({ operation, momentMs, freeMs, durationMs, fault }, index): PlannedFault => ({
            id: `f${index + 1}`,
            ...(operation === undefined ? {} : { operation }),
            afterMs: operation === undefined ? freeMs : momentMs,
            durationMs:
              fault.kind === "reconnect-storm"
                ? Math.min(durationMs, BLASTS_MAX * fault.everyMs)
                : durationMs,
            fault,
          }),
        ),
      };
    });
}

interface Moment {
  readonly operation: string | undefined;
  readonly momentMs: number;
  readonly freeMs: number;
  /** Whether it comes when the one before has just come. */
  readonly meets: boolean;
}

/** Two faults at the same time bring about what neither does by itself. */
function meeting<Drawn extends Moment>(drawn: readonly Drawn[]): readonly Drawn[] {
  const placed: Drawn[] = [];
  for (const each of drawn) {
    const before = placed.at(-1);
    if (before === undefined || !each.meets) placed.push(each);
    else {
      placed.push({
        ...each,
        operation: before.operation,
        momentMs: before.momentMs + each.momentMs,
        freeMs: before.freeMs + each.momentMs,
      });
    }
  }
  return placed;
}

function faultOf(kind: FaultKind, names: readonly string[]): fc.Arbitrary<Fault> {
  const clients = fc.oneof(
    { weight: 1, arbitrary: fc.constant([...names]) },
    { weight: 2, arbitrary: fc.subarray([...names], { minLength: 1 }) },
  );
  const direction = fc.constantFrom("up" as const, "down" as const, "both" as const);
  switch (kind) {
    case "latency":
      return fc
        .record({
          clients,
          direction,
          delayMsMin: weighted([2, 0], [2, 100], [2, 1_000], [1, 4_000]),
          spanMs: weighted([2, 0], [2, 50], [2, 1_000], [1, 5_000]),
          shape: fc.constantFrom("uniform" as const, "tail" as const),
        })
        .map(({ spanMs, ...rest }) => ({
          kind: "latency",
          ...rest,
          delayMsMax: rest.delayMsMin + spanMs,
        }));
    case "jitter":
      return fc.record({
        kind: fc.constant(kind),
        clients,
        direction,
        jitterMsMax: weighted([2, 10], [2, 200], [1, 2_000], [1, 6_000]),
      });
    case "bandwidth":
      return fc.record({
        kind: fc.constant(kind),
        clients,
        direction,
        bytesPerSecond: weighted([1, 30], [2, 300], [2, 3_000], [1, 50_000]),
      });
    case "stall":
      return fc.record({ kind: fc.constant(kind), clients, direction });
    case "partition":
      return fc.record({
        kind: fc.constant(kind),
        clients,
        ends: fc.constantFrom("release" as const, "reset" as const),
      });
    case "slow-reader":
      return fc.record({
        kind: fc.constant(kind),
        clients,
        bufferBytesMax: weighted([2, 0], [2, 500], [1, 16_384]),
      });
    case "slice":
      return fc.record({
        kind: fc.constant(kind),
        clients,
        bytesMax: weighted([1, 1], [2, 7], [2, 40], [1, 200]),
        gapMs: weighted([4, 0], [2, 1], [1, 20]),
      });
    case "merge":
      return fc.record({
        kind: fc.constant(kind),
        clients,
        windowMs: weighted([2, 0], [2, 5], [2, 50], [1, 400]),
      });
    case "cut":
      return fc.record({
        kind: fc.constant(kind),
        clients,
        how: fc.constantFrom("close" as const, "reset" as const, "half-close" as const),
      });
    case "reconnect-storm":
      return fc.record({
        kind: fc.constant(kind),
        clients,
        everyMs: weighted([1, 20], [2, 100], [1, 700]),
      });
    case "relay":
      return fc.record({
        kind: fc.constant(kind),
        clients,
        holdMsMax: weighted([1, 0], [2, 20], [2, 300]),
        repeatsOfTen: weighted([1, 0], [2, 2], [1, 6]),
      });
    case "clock-jump":
      return fc.record({
        kind: fc.constant(kind),
        jumpMs: weighted(
          [2, -3_600_000],
          [2, -5_000],
          [1, -40],
          [1, 40],
          [2, 50_000],
          [1, 86_400_000],
        ),
      });
    case "clock-skew":
      return fc.record({
        kind: fc.constant(kind),
        perMillion: weighted([1, -400_000], [1, -200], [1, 200], [2, 400_000]),
      });
    case "kill":
      return fc.record({
        kind: fc.constant(kind),
        loses: fc.constantFrom("process" as const, "machine" as const),
      });
    case "disk-error":
      return fc.record({
        kind: fc.constant(kind),
        on: fc.constantFrom("read" as const, "write" as const, "sync" as const),
      });
    case "pause":
    case "stop":
    case "disk-full":
      return fc.constant({ kind });
  }
}
