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
  READ_OPTIONS,
  WRITE_OPTIONS,
  type ListenOption,
  type ReadOption,
  type WriteOption,
} from "./request-options.js";

/** Kinds that are drawn; what belongs to secure mode, or to a dialect, is laid over a plan afterwards. */
export type DrawnKind = Exclude<OperationKind, "administer" | "revoke-session" | "count">;

export type Weights = Readonly<Record<DrawnKind, number>>;

export interface Swarm {
  readonly mode: PlanMode;
  readonly clientCount: number;
  readonly operationCount: number;
  readonly weights: Weights;
  /** Kinds that happen often. */
  readonly frequent: readonly DrawnKind[];
  readonly writeOptions: readonly WriteOption[];
  readonly readOptions: readonly ReadOption[];
  readonly listenOptions: readonly ListenOption[];
  /** Values of `consistency`; where it is 3 alone, clients also leave more often (PUB-4). */
  readonly consistencies: readonly number[];
  /** Of ten operations, how many are awaited. */
  readonly awaitedOfTen: number;
  /** How many of the clients, from the first, play mesh nodes. */
  readonly nodeCount: number;
  readonly names: NamePool;
  /** Whether clients connect when they first have something to do, instead of at the beginning. */
  readonly joinsLate: boolean;
  /** Whether clients ask for protocols that nobody speaks (SES-8). */
  readonly hasOddProtocols: boolean;
  /** Of a hundred operations, how many are malformed frames. */
  readonly malformedPercent: number;
  /** Whether all are at the same few paths at the same time. */
  readonly isCrowded: boolean;
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
  "configure-session": 2,
  describe: 1,
  login: 2,
  call: 12,
  emit: 6,
  // What no client library does: a share of its own, see MALFORMED_PERCENTS.
  raw: 0,
};

const USUAL_FACTOR = 4;
const FREQUENT_FACTOR = 12;

const KINDS = Object.keys(USUAL) as readonly DrawnKind[];

/** A kind is off in one plan of five, rare, usual, or frequent. */
const FACTOR = weighted([2, 0], [1, 1], [5, USUAL_FACTOR], [2, FREQUENT_FACTOR]);

/** In a crowd it is the same few kinds that meet, again and again. */
const MEETING: readonly DrawnKind[] = ["set", "get", "remove", "on", "off", "call", "emit"];
const MEETING_FACTOR = weighted([1, 0], [3, USUAL_FACTOR], [2, FREQUENT_FACTOR]);
const OTHER_FACTOR = weighted([4, 0], [1, 1]);

/**
 * Of a hundred operations, how many are malformed frames: none in two plans of three. Few where
 * there are some, since a server that one of them ends leaves the rest of the plan undone.
 */
const MALFORMED_PERCENTS = weighted([10, 0], [1, 1], [2, 4], [2, 10]);

const SMALL = fc.integer({ min: 10, max: 60 });
const MEDIUM = fc.integer({ min: 60, max: 200 });
const LARGE = fc.integer({ min: 200, max: 600 });

/** Sizes by which different things go wrong; a server takes longer to start than to serve a hundred operations. */
const OPERATION_COUNTS: Readonly<Record<PlanMode, fc.Arbitrary<number>>> = {
  lockstep: fc.oneof(SMALL, MEDIUM),
  concurrent: fc.oneof(SMALL, MEDIUM, LARGE),
};

/** Every consistency, and in one plan of eight the one that recipients must acknowledge. */
const CONSISTENCIES = weighted<readonly number[]>([7, [0, 1, 2, 3]], [1, [3]]);

const LEAVING: readonly DrawnKind[] = ["close", "cut", "disconnect"];

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
      operationCounts: fc.record(OPERATION_COUNTS),
      factors: fc.tuple(...KINDS.map(() => FACTOR)),
      writeOptions: fc.subarray([...WRITE_OPTIONS]),
      readOptions: fc.tuple(often(1, 2), fc.subarray([...READ_OPTIONS])),
      listenOptions: fc.subarray([...LISTEN_OPTIONS]),
      consistencies: CONSISTENCIES,
      awaitedOfTen: fc.constantFrom(1, 3, 6, 9, 10),
      nodeCount: weighted([6, 0], [3, 1], [1, 2]),
      malformedPercent: MALFORMED_PERCENTS,
      hasOddProtocols: often(1, 5),
      names: namePools(profile),
      joinsLate: often(1, 4),
      isMeeting: often(1, 3),
      crowd: fc.record({
        clientCount: fc.integer({ min: 2, max: 5 }),
        // Hundreds of requests under way at one path could have been served in any order.
        awaitedOfTen: fc.constantFrom(6, 9, 10),
        factors: fc.tuple(
          ...KINDS.map((kind) => (MEETING.includes(kind) ? MEETING_FACTOR : OTHER_FACTOR)),
        ),
        // Where few options are on, each of them is frequent.
        writeOptions: fc
          .tuple(often(1, 2), fc.subarray([...WRITE_OPTIONS], { maxLength: 2 }))
          .map(([merges, some]) => (merges ? [...new Set([...some, "merge" as const])] : some)),
        listenOptions: fc
          .tuple(often(1, 2), fc.subarray([...LISTEN_OPTIONS], { maxLength: 2 }))
          .map(([asks, some]) =>
            asks ? [...new Set([...some, "initialCallback" as const])] : some,
          ),
      }),
    })
    .map(({ operationCounts, readOptions: [reads, some], isMeeting, crowd, ...rest }) => {
      const { malformedPercent } = rest;
      const isCrowded = isMeeting && rest.mode === "concurrent";
      const drawn = isCrowded ? crowd : rest;
      const { clientCount, awaitedOfTen, writeOptions, listenOptions, factors } = drawn;
      const nodeCount = Math.min(rest.nodeCount, clientCount);
      const isAcknowledged = rest.consistencies.length === 1;
      const usualWeights = KINDS.map((kind, index): readonly [DrawnKind, number] => {
        if (nodeCount === 0 && (kind === "call" || kind === "emit")) return [kind, 0];
        const weight = USUAL[kind] * (factors[index] as number);
        return [kind, isAcknowledged && LEAVING.includes(kind) ? Math.max(8, weight) : weight];
      });
      const weights = withMalformed(Object.fromEntries(usualWeights) as Weights, malformedPercent);
      return {
        ...rest,
        clientCount,
        awaitedOfTen,
        isCrowded,
        names: isCrowded ? crowded(rest.names) : rest.names,
        frequent: KINDS.filter((_, index) => factors[index] === FREQUENT_FACTOR),
        operationCount: operationCounts[rest.mode],
        readOptions: reads ? some : [],
        writeOptions:
          isAcknowledged && !writeOptions.includes("consistency")
            ? [...writeOptions, "consistency"]
            : writeOptions,
        listenOptions,
        nodeCount,
        weights,
      };
    });
}

/** What is usual in a plan of every character; of a hundred operations, that many are malformed. */
const FIXED_MALFORMED_PERCENT = 2;
const FIXED_AWAITED_OF_TEN = 6;

/** The same plan without a character: all kinds as often as is usual, all options, no crowd. */
export function withoutCharacter(swarm: Swarm): Swarm {
  const mesh = swarm.nodeCount === 0 ? { call: 0, emit: 0 } : {};
  return {
    ...swarm,
    weights: withMalformed({ ...USUAL, ...mesh }, FIXED_MALFORMED_PERCENT),
    frequent: [],
    writeOptions: WRITE_OPTIONS,
    readOptions: READ_OPTIONS,
    listenOptions: LISTEN_OPTIONS,
    consistencies: [0, 1, 2, 3],
    awaitedOfTen: FIXED_AWAITED_OF_TEN,
    malformedPercent: FIXED_MALFORMED_PERCENT,
    isCrowded: false,
    joinsLate: false,
  };
}

/** Two paths, and two patterns of which one takes in both. */
function crowded({ paths, patterns }: NamePool): NamePool {
  const [path = "/"] = paths;
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  return { paths: [path, `${folder}other`], patterns: [`${folder}*`, ...patterns.slice(0, 1)] };
}

/** The weights with something to write or read, and with that percentage of malformed frames. */
function withMalformed(weights: Weights, percent: number): Weights {
  const usable = weights.set + weights.get > 0 ? weights : { ...weights, set: USUAL.set };
  if (percent === 0) return usable;
  const total = Object.values(usable).reduce((sum, weight) => sum + weight, 0);
  return { ...usable, raw: Math.max(1, Math.round((total * percent) / (100 - percent))) };
}
