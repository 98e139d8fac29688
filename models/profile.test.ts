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
    const keys = PROFILE_IDS.map((id) => Object.keys(profileOf(id)));

    expect(keys[1]).toEqual(keys[0]);
  });
});
