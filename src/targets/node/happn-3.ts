/**
 * Releases of happn-3, as npm delivers them, started with their defaults: in memory, insecure unless
 * the plan says who may do what.
 *
 * @packageDocumentation
 */
import { join } from "node:path";

import type { Target } from "../target.js";
import { Happn3Administrator, type Happn3Services } from "./happn-3-administrator.js";
import { HAPPN3_RELEASES, type Happn3Release } from "./happn-3-releases.js";
import { installRelease } from "./install.js";
import { NodeTarget, type NodeTargetOptions } from "./node-target.js";
import type { Boot, Recipe, Stop } from "./recipe.js";

/** happn's own default. */
const PORT = 55_000;
/** Otherwise each server makes up a name. */
const NAME = "happnstance";

type Done = (error?: unknown) => void;

interface Happn3 {
  readonly service: {
    create(options: object, done: (error: unknown, server: Happn3Server) => void): unknown;
  };
}

interface Happn3Server {
  readonly services: Happn3Services;
  stop(options: object, done: Done): unknown;
}

/** `happn-3` of the given version, in the simulated world. */
export function happn3Target(version: string, options: NodeTargetOptions = {}): Target {
  const release = HAPPN3_RELEASES.find((known) => known.version === version);
  if (release === undefined) throw new RangeError(`happn-3@${version} is not among the releases`);
  return new NodeTarget(recipeOf(release), options);
}

/** How a release is installed and started. */
export function recipeOf(release: Happn3Release): Recipe {
  const { version, profile, sharedPackages, keptModules, hasSecureMode } = release;
  return {
    id: `happn-3@${version}`,
    profile,
    ...(sharedPackages && { sharedPackages }),
    ...(keptModules && { keptModules }),
    ...(hasSecureMode && { hasSecureMode }),
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

function boot({ load, started, failed, dataFile, security }: Boot): void {
  const { service } = load("happn-3") as Happn3;
  const secure = security === undefined ? {} : { secure: true };
  const options = { name: NAME, port: PORT, ...storingIn(dataFile), ...secure };
  service.create(options, (error, server) => {
    if (error !== undefined && error !== null) {
      failed(error);
      return;
    }
    const stop: Stop = (stopped) => server.stop({}, stopped);
    if (security === undefined) {
      started(stop);
      return;
    }
    const administrator = new Happn3Administrator(server.services);
    administrator.establish(security, (problem) => {
      if (problem !== undefined) failed(problem);
      else started(stop, (change, made) => administrator.make(change, made));
    });
  });
}
