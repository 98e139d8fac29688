import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Streams, prngOf } from "./streams.js";

describe("streams", () => {
  // Every plan and every trace hash rests on these: if this fails, the code is wrong, not the test.
  it("draws the values it always drew", () => {
    const prng = prngOf("42/network/c1");
    const drawn = [prng.uint32(), prng.uint32(), prng.int(0, 9), prng.int(-5, 5), prng.int(7, 7)];
    expect(drawn).toEqual([625774668, 3210315157, 8, -2, 7]);
    expect([prng.pick(["a", "b", "c"]), prng.pick(["a", "b", "c"])]).toEqual(["b", "c"]);
    expect(Array.from({ length: 12 }, () => (prng.chance(1, 3) ? 1 : 0))).toEqual([
      0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0,
    ]);
  });

  it("gives a name the same stream whatever other streams draw", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.nat(20), (seed, name, other, draws) => {
        fc.pre(name !== other);
        const alone = new Streams(seed).stream(name);
        const streams = new Streams(seed);
        const disturbed = streams.stream(name);
        for (let draw = 0; draw < draws; draw += 1) streams.stream(other).uint32();

        expect(disturbed.uint32()).toBe(alone.uint32());
      }),
    );
  });

  it("keeps the position of a stream that is asked for again", () => {
    const streams = new Streams("7");
    const first = streams.stream("ids").uint32();
    const second = streams.stream("ids").uint32();
    const expected = prngOf("7/ids");

    expect([first, second]).toEqual([expected.uint32(), expected.uint32()]);
    expect(streams.stream("ids")).toBe(streams.stream("ids"));
  });

  it("draws whole numbers within bounds, both included", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        fc.nat(5),
        (seed, min, span) => {
          const prng = prngOf(seed);
          const drawn = new Set(Array.from({ length: 200 }, () => prng.int(min, min + span)));

          expect([...drawn].sort((left, right) => left - right)).toEqual(
            Array.from({ length: span + 1 }, (_, offset) => min + offset),
          );
        },
      ),
    );
  });

  it("draws from the whole range of 32 bits", () => {
    const prng = prngOf("wide");
    const drawn = Array.from({ length: 100 }, () => prng.int(0, 0xffff_ffff));

    expect(Math.max(...drawn)).toBeGreaterThan(0xf000_0000);
    expect(drawn.every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true);
  });

  it("is true as often as asked for", () => {
    const prng = prngOf("ratio");
    const hits = Array.from({ length: 10_000 }, () => prng.chance(1, 4)).filter(Boolean).length;

    expect(hits).toBeGreaterThan(2_300);
    expect(hits).toBeLessThan(2_700);
    expect(prng.chance(0, 5)).toBe(false);
    expect(prng.chance(5, 5)).toBe(true);
  });

  it("refuses bounds without a whole number between them, and ranges wider than its values", () => {
    const prng = prngOf("bounds");
    expect(() => prng.int(2, 1)).toThrow(RangeError);
    expect(() => prng.int(0.5, 2)).toThrow(RangeError);
    expect(() => prng.int(0, 0x1_0000_0000)).toThrow(RangeError);
    expect(() => prng.chance(1, 0)).toThrow(RangeError);
    expect(() => prng.pick([])).toThrow(RangeError);
  });
});
