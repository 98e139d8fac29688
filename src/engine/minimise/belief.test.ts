import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Belief } from "./belief.js";

/** Takes elements away until nothing is offered, as if `needed` had to stay; what is left, and after how many runs. */
function search(needs: readonly (readonly [string, number])[], needed: ReadonlySet<string>) {
  let belief = Belief.of(needs);
  const left = new Set(needs.map(([key]) => key));
  let runs = 0;
  for (let gone = belief.next(); gone.size > 0; gone = belief.next()) {
    runs += 1;
    const isFailing = ![...gone].some((key) => needed.has(key));
    if (isFailing) for (const key of gone) left.delete(key);
    belief = isFailing ? belief.without(gone) : belief.keeping(gone);
  }
  return { left, runs };
}

const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `e${index}`);

describe("a belief", () => {
  it("comes down to what is needed, whatever was believed", () => {
    const need = fc.double({ min: 0.001, max: 0.95, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(need, fc.boolean()), { maxLength: 40 }), (elements) => {
        const needs = elements.map(([probability], index) => [`e${index}`, probability] as const);
        const needed = new Set(
          needs.filter((_, index) => elements[index]?.[1]).map(([key]) => key),
        );

        expect(search(needs, needed).left).toEqual(needed);
      }),
    );
  });

  it("needs one run for each that is needed, and one for all others, where it is right", () => {
    const needs = keysOf(200).map((key, index) => [key, index < 3 ? 0.8 : 0.001] as const);

    expect(search(needs, new Set(["e0", "e1", "e2"])).runs).toBe(4);
  });

  it("needs few runs where it knows nothing", () => {
    const needs = keysOf(200).map((key) => [key, 1 / 202] as const);

    expect(search(needs, new Set(["e7", "e90", "e151"])).runs).toBeLessThan(60);
  });

  it("lets the first of equals go first", () => {
    const belief = Belief.of(keysOf(8).map((key) => [key, 0.4] as const));

    expect([...belief.next()]).toEqual(["e0", "e1"]);
  });

  it("is surer of all after some could go", () => {
    const belief = Belief.of(keysOf(40).map((key) => [key, 0.2] as const));
    const first = belief.next();

    expect(belief.without(first).next().size).toBeGreaterThan(first.size);
  });
});
