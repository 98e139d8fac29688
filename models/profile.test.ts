import { describe, expect, it } from "vitest";

import { PROFILE_IDS, profileOf } from "./profile.js";

describe("a profile", () => {
  it.each(PROFILE_IDS)("is found by its id %s", (id) => {
    expect(profileOf(id).id).toBe(id);
  });

  it("is plain data, so that a runner can be handed it", () => {
    for (const id of PROFILE_IDS) {
      const profile = profileOf(id);

      expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
    }
  });

  it("says of every generation the same things", () => {
    const keys = PROFILE_IDS.map((id) => Object.keys(profileOf(id)).sort());

    for (const one of keys) expect(one).toEqual(keys[0]);
  });

  it("speaks no dialect twice", () => {
    for (const id of PROFILE_IDS) {
      const spoken = profileOf(id).dialects.map((dialect) => dialect.id);

      expect(new Set(spoken).size).toBe(spoken.length);
    }
  });

  it("is there once for each way to be a server", () => {
    const rows = PROFILE_IDS.map((id) => JSON.stringify({ ...profileOf(id), id: "" }));

    expect(new Set(rows).size).toBe(rows.length);
  });
});
