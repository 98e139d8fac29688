/**
 * The releases of happn-3 that are pinned, and what is known of each.
 *
 * Each has a package.json and a lock under releases/happn-3/<version>.
 *
 * @packageDocumentation
 */
import type { ProfileId } from "../../../models/index.js";
import type { KeptModules } from "./kept-graph.js";

export interface Happn3Release {
  readonly version: string;
  /** The generation that it is judged by, as observed. */
  readonly profile: ProfileId;
  /** The protocol of its own client library. */
  readonly protocol: "happn_1.3.0" | "happn_2" | "happn_3" | "happn_4";
  /**
   * Whether clients of happn_1.3.0 are served. Those that don't let them log in and answer them, but every
   * publication to one fails, and so does the write that it is of.
   */
  readonly servesFirst: boolean;
  /** Whether it was tried in secure mode. */
  readonly hasSecureMode?: true;
  /** See `Recipe.sharedPackages`: the arithmetic of keys, and what packs the browser's client. */
  readonly sharedPackages?: readonly string[];
  /** See `Recipe.keptModules`. */
  readonly keptModules?: KeptModules;
}

/** One whose modules were looked through: what can be shared and kept is known. */
export type ExaminedRelease = Happn3Release & {
  readonly sharedPackages: readonly string[];
  readonly keptModules: KeptModules;
};

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

const SHARED_1 = ["bitcore-lib", "uglify-js"];
const SHARED_9 = ["bitcore-lib", "uglify-js", "uglify-es", "es-abstract"];

/** The releases that are pinned, oldest first. */
export const HAPPN3_RELEASES: readonly Happn3Release[] = [
  {
    ...{ version: "1.13.3", profile: "1.x", protocol: "happn_1.3.0", servesFirst: true },
    sharedPackages: SHARED_1,
    keptModules: KEPT_1,
    hasSecureMode: true,
  },
  {
    ...{ version: "3.1.1", profile: "1.x", protocol: "happn_1.3.0", servesFirst: true },
    sharedPackages: SHARED_1,
  },
  {
    ...{ version: "5.3.1", profile: "5.x", protocol: "happn_2", servesFirst: true },
    sharedPackages: SHARED_1,
  },
  {
    ...{ version: "6.3.2", profile: "5.x", protocol: "happn_2", servesFirst: true },
    sharedPackages: SHARED_1,
    hasSecureMode: true,
  },
  {
    ...{ version: "7.3.2", profile: "7.x", protocol: "happn_2", servesFirst: true },
    sharedPackages: SHARED_1,
  },
  {
    ...{ version: "8.2.7", profile: "8.x", protocol: "happn_3", servesFirst: false },
    sharedPackages: SHARED_1,
  },
  {
    ...{ version: "9.0.1", profile: "9.x", protocol: "happn_4", servesFirst: false },
    sharedPackages: SHARED_9,
  },
  {
    ...{ version: "10.6.0", profile: "10.x", protocol: "happn_4", servesFirst: false },
    sharedPackages: SHARED_9,
  },
  {
    ...{ version: "11.2.1", profile: "11.x", protocol: "happn_4", servesFirst: false },
    sharedPackages: SHARED_9,
  },
  {
    ...{ version: "11.11.0", profile: "12.x", protocol: "happn_4", servesFirst: false },
    sharedPackages: SHARED_9,
  },
  {
    ...{ version: "12.1.10", profile: "12.x", protocol: "happn_4", servesFirst: true },
    sharedPackages: SHARED_9,
  },
  {
    ...{ version: "13.12.1", profile: "13.x", protocol: "happn_4", servesFirst: true },
    sharedPackages: ["terser", "node-forge", "es-abstract"],
    keptModules: KEPT_13,
    hasSecureMode: true,
  },
];

/** Those whose modules were looked through. */
export const EXAMINED_RELEASES: readonly ExaminedRelease[] = HAPPN3_RELEASES.filter(
  (release): release is ExaminedRelease => release.keptModules !== undefined,
);
