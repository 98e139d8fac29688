/**
 * The character of a plan in words: which features its swarm has.
 *
 * @packageDocumentation
 */
import type { DrawnKind, Swarm } from "./swarm.js";

/** `no remove`, `much set`, `option merge`, `awaited 3/10` … always in the same order. */
export function featuresOf(swarm: Swarm): readonly string[] {
  const { weights, frequent, consistencies, malformedPercent } = swarm;
  const kinds = Object.keys(weights) as DrawnKind[];
  const isOff = (kind: DrawnKind) => weights[kind] === 0;
  const features: readonly (readonly [boolean, string])[] = [
    ...kinds.filter(isOff).map((kind) => [true, `no ${kind}`] as const),
    ...frequent.filter((kind) => !isOff(kind)).map((kind) => [true, `much ${kind}`] as const),
    ...[...swarm.writeOptions, ...swarm.readOptions, ...swarm.listenOptions].map(
      (option) => [true, `option ${option}`] as const,
    ),
    [true, `awaited ${swarm.awaitedOfTen}/10`],
    [malformedPercent > 0, `malformed ${malformedPercent}%`],
    [consistencies.length === 1, `consistency ${consistencies.join()}`],
    [swarm.nodeCount > 0, "mesh"],
    [swarm.isCrowded, "crowded"],
    [swarm.joinsLate, "joins late"],
    [swarm.hasOddProtocols, "odd protocols"],
  ];
  return [...new Set(features.flatMap(([has, feature]) => (has ? [feature] : [])))];
}
