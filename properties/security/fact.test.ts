import { describe, expect, it } from "vitest";

import { Fact } from "./fact.js";

describe("a fact", () => {
  it("is what it was until something changes it", () => {
    expect([...new Fact("a", []).possibleAt(7)]).toEqual(["a"]);
  });

  it("may be either while it changes, and is certain after", () => {
    const fact = new Fact("a", [{ fromIndex: 3, byIndex: 6, value: "b" }]);

    expect([...fact.possibleAt(2)]).toEqual(["a"]);
    expect([...fact.possibleAt(3)].sort()).toEqual(["a", "b"]);
    expect([...fact.possibleAt(6)]).toEqual(["b"]);
  });

  it("may be what either of two changes makes it that overlap", () => {
    const fact = new Fact("a", [
      { fromIndex: 3, byIndex: 8, value: "b" },
      { fromIndex: 5, byIndex: 6, value: "c" },
    ]);

    expect([...fact.possibleAt(7)].sort()).toEqual(["b", "c"]);
    expect([...fact.possibleAt(8)].sort()).toEqual(["b", "c"]);
  });

  it("is what the later of two changes makes it that do not overlap", () => {
    const fact = new Fact("a", [
      { fromIndex: 3, byIndex: 4, value: "b" },
      { fromIndex: 5, byIndex: 6, value: "c" },
    ]);

    expect([...fact.possibleAt(6)]).toEqual(["c"]);
  });

  it("may be changed at any later time by what never ends", () => {
    const fact = new Fact("a", [
      { fromIndex: 3, byIndex: Infinity, value: "b" },
      { fromIndex: 5, byIndex: 6, value: "c" },
    ]);

    expect([...fact.possibleAt(9)].sort()).toEqual(["b", "c"]);
  });
});
