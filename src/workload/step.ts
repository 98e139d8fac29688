/**
 * Steps: what a client is to do next, before it is known what state the client will be in.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import type { PlannedAction } from "../plan/index.js";
import type { JsonObject } from "../protocol/index.js";
import { often, weighted } from "./chance.js";
import { CONTENTS, type Content } from "./data.js";
import { impersonations } from "./impersonation.js";
import { malformedFrames } from "./malformed.js";
import { calls, EMITS, malformedCalls } from "./mesh.js";
import { channels, itemAt, type NamePool } from "./names.js";
import {
  listenOptions,
  readOptions,
  SET_ONLY_OPTIONS,
  UNLISTEN_OPTIONS,
  writeOptions,
} from "./request-options.js";
import type { DrawnKind, Swarm } from "./swarm.js";

export interface Step {
  readonly clientIndex: number;
  readonly afterMs: number;
  readonly awaited: boolean;
  readonly wish: Wish;
  /** How the client connects, if it has to before. */
  readonly handshake: "full" | "login" | "none";
  /** Whether it tries without a connection instead. */
  readonly staysAway: boolean;
}

/** A planned action, or what becomes one when the state of the client is known. */
export type Wish =
  | PlannedAction
  | {
      readonly kind: "write";
      readonly path: string;
      readonly content: Content;
      readonly options: JsonObject;
    }
  /** `own`: of what the client subscribed to, the one at `index`, if any; else the channel. */
  | {
      readonly kind: "unlisten";
      readonly of: "own" | "any" | "everything";
      readonly index: number;
      readonly channel: string;
      readonly options: JsonObject;
    };

type WishesOf = Readonly<Record<DrawnKind, () => fc.Arbitrary<Wish>>>;

const HANDSHAKES = weighted<"full" | "login" | "none">([12, "full"], [2, "login"], [2, "none"]);

/** Pauses in virtual milliseconds: mostly none, so that operations meet; long ones for heartbeats. */
const PAUSES = weighted(
  [60, 0],
  [50, 1],
  [30, 4],
  [20, 15],
  [20, 60],
  [8, 300],
  [2, 2_000],
  [1, 30_000],
);

/** In a crowd, hardly anybody pauses. */
const CROWDED_PAUSES = weighted([60, 0], [6, 1], [3, 4], [1, 60]);

/** The steps of a plan of that character. */
export function steps(swarm: Swarm, names: NamePool, nodeNames: readonly string[]) {
  const clients = Array.from({ length: swarm.clientCount }, (_, index) => `c${index + 1}`);
  const wishesOf = wishes(swarm, names, clients, nodeNames);
  const choices = (Object.keys(wishesOf) as DrawnKind[]).flatMap((kind) => {
    const weight = swarm.weights[kind];
    return weight === 0 ? [] : [{ weight, arbitrary: wishesOf[kind]() }];
  });
  return fc.record<Step>({
    clientIndex: fc.nat(swarm.clientCount - 1),
    afterMs: swarm.isCrowded ? CROWDED_PAUSES : PAUSES,
    awaited: often(swarm.awaitedOfTen, 10),
    wish: fc.oneof(...choices),
    handshake: HANDSHAKES,
    staysAway: often(1, 30),
  });
}

function wishes(
  swarm: Swarm,
  names: NamePool,
  clients: readonly string[],
  nodeNames: readonly string[],
): WishesOf {
  const path = fc.constantFrom(...names.paths);
  const pattern = fc.constantFrom(...names.patterns);
  const channel = channels(names);
  const pathOrPattern = (pathWeight: number, patternWeight: number) =>
    fc.oneof(
      { weight: pathWeight, arbitrary: path },
      { weight: patternWeight, arbitrary: pattern },
    );
  const constant = (wish: Wish) => () => fc.constant(wish);
  return {
    connect: () => HANDSHAKES.map((handshake) => ({ kind: "connect", handshake })),
    "configure-session": () =>
      protocols(swarm.hasOddProtocols).map((protocol) => ({
        kind: "configure-session",
        protocol,
      })),
    describe: constant({ kind: "describe" }),
    login: constant({ kind: "login" }),
    set: () => sets(swarm, pathOrPattern(60, 1), clients, nodeNames),
    get: () =>
      fc
        .tuple(pathOrPattern(3, 2), readOptions(swarm.readOptions))
        .map(([target, options]) => ({ kind: "get", path: target, options })),
    remove: () =>
      fc
        .tuple(
          pathOrPattern(3, 2),
          writeOptions(
            swarm.writeOptions.filter((name) => !SET_ONLY_OPTIONS.includes(name)),
            clients,
            swarm.consistencies,
          ),
        )
        .map(([target, options]) => ({ kind: "remove", path: target, options })),
    on: () =>
      fc
        .tuple(channel, listenOptions(swarm.listenOptions))
        .map(([target, options]) => ({ kind: "on", channel: target, options })),
    off: () =>
      fc.record({
        kind: fc.constant("unlisten" as const),
        of: weighted<"own" | "any" | "everything">([12, "own"], [5, "any"], [2, "everything"]),
        index: fc.nat(20),
        channel,
        options: UNLISTEN_OPTIONS,
      }),
    disconnect: constant({ kind: "disconnect" }),
    close: constant({ kind: "close" }),
    cut: constant({ kind: "cut" }),
    call: () => calls(nodeNames),
    emit: () => EMITS,
    raw: () =>
      fc.oneof(
        {
          weight: 8,
          arbitrary: malformedFrames(names).map((frame): Wish => ({ kind: "raw", frame })),
        },
        { weight: 2, arbitrary: impersonations(names, clients) },
      ),
  };
}

/** The protocol of the clients; names of none where that is switched on (SES-8). */
function protocols(hasOdd: boolean): fc.Arbitrary<string> {
  return hasOdd
    ? weighted(
        [6, "happn_1.3.0"],
        [2, "nonsense"],
        [1, ""],
        [1, "happn_99.0.0"],
        [1, "happn_0"],
        [1, "__proto__"],
        [1, "constructor"],
      )
    : fc.constant("happn_1.3.0");
}

function sets(
  swarm: Swarm,
  path: fc.Arbitrary<string>,
  clients: readonly string[],
  nodeNames: readonly string[],
): fc.Arbitrary<Wish> {
  const write = fc
    .tuple(
      path,
      CONTENTS,
      writeOptions(swarm.writeOptions, clients, swarm.consistencies),
      often(1, 5),
    )
    .map(([target, drawn, options, isMistagged]): Wish => {
      // A tag is of what is there: with new data it is refused (STO-9).
      const isTag = Object.hasOwn(options, "tag") && !isMistagged;
      const content: Content = isTag ? { kind: "fixed", data: null } : drawn;
      // The real library says so when it means null.
      const isNull = content.kind === "fixed" && content.data === null;
      return {
        kind: "write",
        path: target,
        content,
        options: isNull ? { ...options, nullValue: true } : options,
      };
    });
  if (nodeNames.length === 0) return write;
  return fc.oneof(
    { weight: 20, arbitrary: write },
    { weight: 1, arbitrary: malformedCalls(nodeNames) },
  );
}

/** The channel that an `unlisten` of a client ends up with. */
export function channelToLeave(
  wish: Extract<Wish, { kind: "unlisten" }>,
  own: readonly string[],
): string {
  if (wish.of === "everything") return "*";
  return wish.of === "own" && own.length > 0 ? itemAt(own, wish.index) : wish.channel;
}
