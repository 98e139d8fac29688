import { describe, expect, it } from "vitest";

import { bisectLines, turnsIn, type Presence } from "./bisect.js";
import { paintOf } from "./paint.js";

const rows = (...presences: Presence[]) =>
  presences.map((presence, index) => ({ version: `${index + 1}.0.0`, presence, words: "" }));

describe("turnsIn", () => {
  it("tells between which releases a finding came and went", () => {
    expect(turnsIn(rows("gone", "there", "there", "gone", "there"))).toEqual([
      { how: "came", after: "1.0.0", by: "2.0.0" },
      { how: "went", after: "3.0.0", by: "4.0.0" },
      { how: "came", after: "4.0.0", by: "5.0.0" },
    ]);
  });

  it("passes over what is not decided, and over what breaks in another way", () => {
    expect(turnsIn(rows("there", "unknown", "other", "gone"))).toEqual([
      { how: "went", after: "1.0.0", by: "4.0.0" },
    ]);
  });
});

describe("bisectLines", () => {
  it("says so where nothing turns", () => {
    const last = (...presences: Presence[]) =>
      bisectLines(rows(...presences), paintOf(false))
        .at(-1)
        ?.trim();

    expect(last("there", "unknown")).toBe("it is there in all of them that could be decided");
    expect(last("gone", "other")).toBe("it is in none of them that could be decided");
    expect(last("unknown")).toBe("nothing could be decided");
  });
});
