/**
 * Releases of happn-3, as npm delivers them, started with their defaults: insecure, in memory.
 *
 * @packageDocumentation
 */
import { join } from "node:path";

import type { ProfileId } from "../../../models/index.js";
import type { Target } from "../target.js";
import { installRelease } from "./install.js";
import type { KeptModules } from "./kept-graph.js";
import { NodeTarget, type NodeTargetOptions } from "./node-target.js";
import type { Boot, Recipe } from "./recipe.js";

export type Happn3Version = "1.13.3" | "13.12.1";

export interface Happn3Release {
  readonly version: Happn3Version;
  readonly profile: ProfileId;
  /** See `Recipe.sharedPackages`: the arithmetic of keys, and what packs the browser's client. */
  readonly sharedPackages: readonly string[];
  /** See `Recipe.keptModules`. */
  readonly keptModules: KeptModules;
}

const KEPT_1: KeptModules = {
  stateful: [
    ...["node-uuid", "shortid", "uuid", "yeast", "q", "happn-logger", "log4js"],
    // Batches are collected by size, for the store of the first server that asks.
    "happn-3/lib/services/data/providers/nedb.js",
  ],
  patching: [
    ...["bluebird/js/main/bluebird.js", "bluebird/js/main/errors.js"],
    ...["graceful-fs/graceful-fs.js", "graceful-fs/polyfills.js"],
    ...["happn-3/lib/services/error/service.js", "trie-search/src/TrieSearch.js"],
  ],
  restored: [
    ...["bluebird/js/main/async.js", "happn-3/lib/services/connect/middleware/client.js"],
    ...["happn-3/lib/services/connect/middleware/security.js"],
    ...["happn-3/lib/services/connect/middleware/system.js"],
    ...["happn-3/lib/services/publisher/config.js", "happn-3/lib/services/session/localclient.js"],
  ],
};

const KEPT_13: KeptModules = {
  stateful: [
    ...["brace-expansion", "nanoid", "uuid", "yeast", "happn-logger", "log4js"],
    ...["happner-hyperid/node_modules/uuid/uuid.js"],
    ...["happn-3/lib/services/data/service.js", "happn-3/lib/services/subscription/service.js"],
    ...["happn-3/lib/services/system/service.js"],
  ],
  patching: [
    ...["graceful-fs/graceful-fs.js", "graceful-fs/polyfills.js"],
    ...["happn-3/lib/services/error/service.js", "safer-buffer/safer.js"],
  ],
  restored: [
    ...["happn-3/lib/services/publisher/config.js", "happn-3/lib/services/session/adminclient.js"],
    ...["happn-3/lib/services/session/localclient.js"],
  ],
};

/** The releases that can be put to the test, oldest first. */
export const HAPPN3_RELEASES: readonly Happn3Release[] = [
  {
    version: "1.13.3",
    profile: "1.x",
    sharedPackages: ["bitcore-lib", "uglify-js"],
    keptModules: KEPT_1,
  },
  {
    version: "13.12.1",
    profile: "13.x",
    sharedPackages: ["terser", "node-forge", "es-abstract"],
    keptModules: KEPT_13,
  },
];

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
export function happn3Target(version: Happn3Version, options: NodeTargetOptions = {}): Target {
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
    sharedPackages,
    keptModules,
    port: PORT,
    prepare: async (progress) =>
      join(await installRelease("happn-3", version, progress), "server.js"),
    boot,
  };
}

function boot({ load, started, failed }: Boot): void {
  const { service } = load("happn-3") as Happn3;
  service.create({ name: NAME, port: PORT }, (error, server) => {
    if (error !== undefined && error !== null) failed(error);
    else started((stopped) => server.stop({}, stopped));
  });
}
