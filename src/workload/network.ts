/**
 * Latencies of a plan's links.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import type { Latency, PlannedClient } from "../plan/index.js";
import { listOf } from "./chance.js";

type Link = PlannedClient["link"];

const between = (delayMsMin: number, delayMsMax: number, shape: Latency["shape"] = "uniform") =>
  ({ delayMsMin, delayMsMax, shape }) satisfies Latency;

const FAST = [between(0, 0), between(1, 1), between(0, 3), between(1, 5)];
const SLOW = [between(40, 80), between(100, 250), between(150, 150)];
const JITTERY = [between(0, 60), between(5, 200, "tail"), between(0, 400, "tail"), between(1, 30)];

const oneOf = (latencies: readonly Latency[]) => fc.constantFrom(...latencies);
const both = (latency: Latency): Link => ({ up: latency, down: latency });
const linkOf = (up: fc.Arbitrary<Latency>, down: fc.Arbitrary<Latency>): fc.Arbitrary<Link> =>
  fc.record({ up, down });

/** Links of that many clients: all alike, some slow and some fast, all jittery, or anything; in a crowd all fast. */
export function linksOf(clientCount: number, isCrowded: boolean): fc.Arbitrary<readonly Link[]> {
  if (isCrowded) return oneOf(FAST).map((latency) => Array<Link>(clientCount).fill(both(latency)));
  const any = oneOf([...FAST, ...SLOW, ...JITTERY]);
  return fc.oneof(
    any.map((latency) => Array<Link>(clientCount).fill(both(latency))),
    listOf(fc.oneof(oneOf(FAST).map(both), oneOf(SLOW).map(both)), clientCount),
    listOf(linkOf(oneOf(JITTERY), oneOf(JITTERY)), clientCount),
    listOf(linkOf(any, any), clientCount),
  );
}
