/**
 * Releases of happn-3, as npm delivers them, started with their defaults: insecure, in memory.
 *
 * @packageDocumentation
 */
import { join } from "node:path";

import type { Target } from "../target.js";
import { HAPPN3_RELEASES, type Happn3Release } from "./happn-3-releases.js";
import { installRelease } from "./install.js";
import { NodeTarget, type NodeTargetOptions } from "./node-target.js";
import type { Boot, Recipe } from "./recipe.js";

/** happn's own default. */
const PORT = 55_000;
/** Otherwise each server makes up a name. */
const NAME = "happnstance";

type Done = (error?: unknown) => void;

interface Happn3 {
  readonly service: {
    create(
      options: object,
      done: (error: unknown, server: { stop(options: object, done: Done): unknown }) => void,
    ): unknown;
  };
}

/** `happn-3` of the given version, in the simulated world. */
export function happn3Target(version: string, options: NodeTargetOptions = {}): Target {
  const release = HAPPN3_RELEASES.find((known) => known.version === version);
  if (release === undefined) throw new RangeError(`happn-3@${version} is not among the releases`);
  return new NodeTarget(recipeOf(release), options);
}

/** How a release is installed and started. */
export function recipeOf(release: Happn3Release): Recipe {
  const { version, profile, sharedPackages, keptModules } = release;
  return {
    id: `happn-3@${version}`,
    profile,
    ...(sharedPackages && { sharedPackages }),
    ...(keptModules && { keptModules }),
    port: PORT,
    stores: ["memory", "file"],
    prepare: async (progress) =>
      join(await installRelease("happn-3", version, progress), "server.js"),
    boot,
  };
}

/** The options that have it keep its data in a file: as durably as it can, where there is a choice. */
function storingIn(filename: string | null): object {
  if (filename === null) return {};
  return { services: { data: { config: { filename, fsync: true } } } };
}

function boot({ load, started, failed, dataFile }: Boot): void {
  const { service } = load("happn-3") as Happn3;
  service.create({ name: NAME, port: PORT, ...storingIn(dataFile) }, (error, server) => {
    if (error !== undefined && error !== null) failed(error);
    else started((stopped) => server.stop({}, stopped));
  });
}
