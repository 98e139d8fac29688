/**
 * The character of one plan: what its clients do much, little or never (swarm testing).
 *
 * A plan in which everything happens a little finds less than many plans in which some things happen
 * a lot and others not at all.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import type { ProfileId } from "../../models/index.js";
import type { OperationKind, PlanMode } from "../plan/index.js";
import { often, weighted } from "./chance.js";
import { namePools, type NamePool } from "./names.js";
import {
  LISTEN_OPTIONS,
  WRITE_OPTIONS,
  type ListenOption,
  type WriteOption,
} from "./request-options.js";

export type Weights = Readonly<Record<OperationKind, number>>;

export interface Swarm {
  readonly mode: PlanMode;
  readonly clientCount: number;
  readonly operationCount: number;
  readonly weights: Weights;
  readonly writeOptions: readonly WriteOption[];
  readonly listenOptions: readonly ListenOption[];
  /** Of ten operations, how many are awaited. */
  readonly awaitedOfTen: number;
  /** How many of the clients, from the first, play mesh nodes. */
  readonly nodeCount: number;
  readonly names: NamePool;
  /** Whether clients connect when they first have something to do, instead of at the beginning. */
  readonly joinsLate: boolean;
  /** Whether clients also send what no client library does: it may end a case early, and hide the rest of it. */
  readonly isRude: boolean;
}

/** How often each kind happens where nothing is switched off. */
const USUAL: Weights = {
  set: 30,
  get: 12,
  remove: 6,
  on: 14,
  off: 8,
  connect: 2,
  disconnect: 1,
  close: 1,
  cut: 1,
  "configure-session": 1,
  describe: 1,
  login: 1,
  call: 12,
  emit: 6,
  raw: 3,
};

const KINDS = Object.keys(USUAL) as readonly OperationKind[];

/** A kind is off in one plan of five, rare, usual, or frequent. */
const FACTOR = weighted([2, 0], [1, 1], [5, 4], [2, 12]);

/** 5 to 150 operations, and many more now and then: sizes by which different things go wrong. */
const OPERATION_COUNTS = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 5, max: 40 }) },
  { weight: 18, arbitrary: fc.integer({ min: 40, max: 150 }) },
  { weight: 1, arbitrary: fc.integer({ min: 400, max: 600 }) },
);

export interface SwarmOptions {
  readonly mode?: PlanMode;
  readonly profile: ProfileId;
}

export function swarms({ mode, profile }: SwarmOptions): fc.Arbitrary<Swarm> {
  return fc
    .record({
      mode:
        mode === undefined
          ? weighted<PlanMode>([2, "lockstep"], [3, "concurrent"])
          : fc.constant(mode),
      clientCount: weighted([1, 1], [4, 2], [5, 3], [3, 4], [1, 5], [1, 6]),
      operationCount: OPERATION_COUNTS,
      factors: fc.tuple(...KINDS.map(() => FACTOR)),
      writeOptions: fc.subarray([...WRITE_OPTIONS]),
      listenOptions: fc.subarray([...LISTEN_OPTIONS]),
      awaitedOfTen: fc.constantFrom(1, 3, 6, 9, 10),
      nodeCount: weighted([6, 0], [3, 1], [1, 2]),
      isRude: often(1, 7),
      names: namePools(profile),
      joinsLate: often(1, 4),
    })
    .map(({ factors, ...rest }) => {
      const nodeCount = Math.min(rest.nodeCount, rest.clientCount);
      const isPossible = (kind: OperationKind) =>
        (nodeCount > 0 || (kind !== "call" && kind !== "emit")) && (rest.isRude || kind !== "raw");
      const weights = Object.fromEntries(
        KINDS.map((kind, index) => [
          kind,
          isPossible(kind) ? USUAL[kind] * (factors[index] as number) : 0,
        ]),
      ) as Weights;
      return {
        ...rest,
        nodeCount,
        weights: weights.set + weights.get > 0 ? weights : { ...weights, set: USUAL.set },
      };
    });
}
