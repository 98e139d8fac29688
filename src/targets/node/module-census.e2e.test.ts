import { describe, expect, it } from "vitest";

import { EXAMINED_RELEASES } from "./happn-3-releases.js";
import { takeCensus } from "./module-census.test-support.js";
import { namesModules } from "./module-layers.js";

/** Properties that Node defines anew when somebody reads them: a global, and two of built-in modules. */
const LAZY = new Set(["Blob", "resolveObjectURL", "defaultCipherList"]);

describe.each(EXAMINED_RELEASES)("the modules of happn-3@$version", (release) => {
  const { keptModules, sharedPackages } = release;
  const isShared = namesModules(sharedPackages);
  const isStateful = namesModules(keptModules.stateful);
  const isPatching = namesModules(keptModules.patching);

  it("that are kept only define things when loaded, and those that do more are listed", async () => {
    const census = await takeCensus(release);
    const others = census.filter(({ filename }) => !isShared(filename) && !isStateful(filename));

    expect(census.length).toBeGreaterThan(0);
    expect(others.filter(({ draws, timers }) => draws > 0 || timers > 0)).toEqual([]);
    expect(
      others.filter(
        ({ filename, realm }) => !isPatching(filename) && realm.some((name) => !LAZY.has(name)),
      ),
    ).toEqual([]);
  });
});
