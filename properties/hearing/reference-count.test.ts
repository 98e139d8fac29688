import { describe, expect, it } from "vitest";

import { CountBounds, type CountChange } from "./reference-count.js";

const on = (fromIndex: number, byIndex: number, amount = 1): CountChange => ({
  fromIndex,
  byIndex,
  kind: "add",
  amounts: [amount],
});
const off = (fromIndex: number, byIndex: number, amount = 1): CountChange => ({
  ...on(fromIndex, byIndex, amount),
  kind: "subtract",
});
const clear = (fromIndex: number, byIndex: number): CountChange => ({
  fromIndex,
  byIndex,
  kind: "clear",
  amounts: [],
});

/** `-` never, `?` sometimes, `+` always, at each of the first indices. */
function picture(changes: readonly CountChange[], indices = 12): string {
  const bounds = new CountBounds(changes);
  return Array.from({ length: indices }, (_, index) => {
    return { never: "-", sometimes: "?", always: "+" }[bounds.activity(index, index)];
  }).join("");
}

describe("reference count", () => {
  it("is zero before the first change", () => {
    expect(picture([])).toBe("------------");
  });

  it("may count from the arrival of an on, and does from its answer", () => {
    expect(picture([on(2, 5)])).toBe("--???+++++++");
  });

  it("may end from the arrival of an off, and has from its answer", () => {
    expect(picture([on(1, 2), off(4, 6)])).toBe("-?++??------");
  });

  it("needs as many offs as there were ons", () => {
    expect(picture([on(0, 1), on(2, 3), off(4, 5), off(6, 7)])).toBe("?+++++?-----");
  });

  it("ends at once with an off of several", () => {
    expect(picture([on(0, 1), on(2, 3), off(4, 5, 2)])).toBe("?+++?-------");
  });

  it("never falls below zero: an off too many is not remembered", () => {
    expect(picture([off(0, 1, 5), on(2, 3)])).toBe("--?+++++++++");
  });

  it("follows both orders of an on and an off that overlap", () => {
    expect(picture([on(1, 4), off(2, 5)])).toBe("-???????????");
    expect(picture([on(0, 1), on(2, 4), off(3, 5)])).toBe("?++?++++++++");
    expect(picture([on(0, 1), on(2, 4), off(3, 5, 2)])).toBe("?++?????????");
  });

  it("is uncertain for good after an on or off without an answer", () => {
    expect(picture([on(1, Infinity)])).toBe("-???????????");
    expect(picture([on(1, 2), off(4, Infinity)])).toBe("-?++????????");
  });

  it("is settled by a clear, whatever came before", () => {
    expect(picture([on(0, 1), on(1, 2, 9), clear(4, 6)])).toBe("?+++??------");
    expect(picture([on(1, 2, 3), clear(7, 7)])).toBe("-?+++++-----");
  });

  it("cannot be revived by an answered on after a clear", () => {
    expect(picture([on(1, 2), clear(4, 5), on(7, 8)])).toBe("-?++?--?++++");
  });

  it("takes unclear amounts as any of them", () => {
    expect(picture([{ ...on(1, 2), amounts: [0, 1] }])).toBe("-???????????");
  });

  it("is uncertain where too many changes are under way", () => {
    const changes = Array.from({ length: 9 }, (_, index) => on(index, 11));
    expect(picture(changes)).toBe("????????????");
  });

  it("is always active only where it is so all through an interval", () => {
    const bounds = new CountBounds([on(2, 3), off(7, 8)]);
    expect(bounds.activity(3, 6)).toBe("always");
    expect(bounds.activity(3, 7)).toBe("sometimes");
    expect(bounds.activity(0, 20)).toBe("sometimes");
    expect(bounds.activity(8, Infinity)).toBe("never");
  });
});
