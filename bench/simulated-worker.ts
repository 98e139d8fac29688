/**
 * One of several processes that simulate at the same time, as a campaign's runners do.
 *
 * Argument: `{release, seed, indices}` as JSON. Says `warm`, waits for any message, runs its cases,
 * and sends how many operations they were.
 *
 * @packageDocumentation
 */
import { once } from "node:events";

import type { Happn3Release } from "../src/targets/node/index.js";
import { SimulatedSide } from "./simulated.js";

export interface Share {
  readonly release: Happn3Release;
  readonly seed: string;
  readonly indices: readonly number[];
}

const exit = process.exit.bind(process);
const { release, seed, indices } = JSON.parse(process.argv[2] ?? "{}") as Share;
const side = new SimulatedSide(release, seed);
await side.prepare(() => undefined);
await side.warmUp(indices);
const go = once(process, "message");
process.send?.("warm");
await go;
const runs = await side.runAll(indices);
const operations = runs.reduce((sum, run) => sum + run.operations, 0);
process.send?.({ operations }, () => exit(0));
