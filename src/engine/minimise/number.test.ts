import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { numberWeight, rounderNumbers } from "./number.js";

describe("a rounder number", () => {
  it("weighs less, so that there is an end", () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double()), (value) => {
        for (const rounder of rounderNumbers(value)) {
          expect(numberWeight(rounder)).toBeLessThan(numberWeight(value));
        }
      }),
    );
  });

  it("is 1 or 0 first, then comes nearer", () => {
    expect([...rounderNumbers(137)]).toEqual([1, 0, 10, 100, 200]);
    expect([...rounderNumbers(200)]).toEqual([1, 0, 10, 50, 100]);
    expect([...rounderNumbers(-5)]).toEqual([1, 0, 5]);
  });

  it("is none for 1", () => {
    expect([...rounderNumbers(1)]).toEqual([]);
  });

  it("comes to a number within 1, 2, 5 of the least that is enough", () => {
    const leastOf = (start: number, least: number): number => {
      const next = [...rounderNumbers(start)].find((value) => value >= least);
      return next === undefined ? start : leastOf(next, least);
    };
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60_000 }), (least) => {
        const found = leastOf(60_000, least);

        expect(found).toBeLessThanOrEqual(2.5 * least);
      }),
    );
  });
});
