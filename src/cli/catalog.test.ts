import { describe, expect, it } from "vitest";

import { PROFILE_IDS } from "../../models/index.js";
import { referenceId } from "../targets/reference/index.js";
import { CATALOG, entryOf, entryOfCode } from "./catalog.js";

describe("the catalog", () => {
  it("has a code of its own for each target, which tokens are read back by", () => {
    for (const { id, code } of CATALOG) {
      expect([id, code]).toEqual([id, expect.stringMatching(/^[0-9A-Za-z]$/)]);
      expect(entryOfCode(code)?.id).toBe(id);
    }
  });

  it.each(PROFILE_IDS)("has the reference server by profile %s", (profile) => {
    const entry = entryOf(referenceId(profile));

    expect(entry.profile).toBe(profile);
    expect(entry.make()).toMatchObject({ id: entry.id, profile });
  });

  it("keeps the codes of mutants, scripts and servers in real time free", () => {
    expect(["m", "p", "w", "c", "y"].map(entryOfCode)).toEqual([null, null, null, null, null]);
  });
});
