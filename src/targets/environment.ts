/**
 * A world in which nothing is ever amiss: for trying a target by itself.
 *
 * @packageDocumentation
 */
import { Disk, type Streams, type Timeline } from "../sim/index.js";
import type { Environment } from "./target.js";

/** @param epochMs what the wall clock shows at virtual 0 */
export function soundEnvironment(clock: Timeline, epochMs: number, streams: Streams): Environment {
  return {
    clock,
    streams,
    wallMs: () => epochMs + clock.now(),
    store: "memory",
    disk: new Disk(),
  };
}
