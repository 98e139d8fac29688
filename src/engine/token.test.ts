import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { SEED, formatToken, hashCodeOf, parseToken } from "./token.js";

const HASH = "4be1a90c".padEnd(64, "0");

describe("token", () => {
  it("is read back as it was printed", () => {
    const arbitrary = fc.record({
      generator: fc.integer({ min: 0, max: 9999 }),
      seed: fc.stringMatching(SEED),
      caseIndex: fc.integer({ min: 0, max: 999_999_999 }),
      targetCode: fc.constantFrom("r", "a", "b"),
      hashCode: fc.nat().map((bits) => hashCodeOf(bits.toString(16).padStart(8, "0"))),
    });
    fc.assert(
      fc.property(arbitrary, (token) => {
        expect(parseToken(formatToken(token))).toEqual({ ok: true, value: token });
      }),
    );
  });

  it("shows the seed and the case to a reader", () => {
    expect(
      formatToken({
        generator: 1,
        seed: "7",
        caseIndex: 12,
        targetCode: "a",
        hashCode: hashCodeOf(HASH),
      }),
    ).toMatch(/^hs1-7-0012-a[0-9a-z]{5}$/);
  });

  it.each([
    "",
    "hs1",
    "hs1-7-12",
    "hs1-7-0012-ak3f9",
    "hs1-seven of-0012-ak3f9x",
    "7",
    "hsx-7-1-a",
  ])("refuses %j and says what a token looks like", (text) => {
    const parsed = parseToken(text);

    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? "" : parsed.message).toContain("hs1-7-0012-ak3f9x");
  });

  it("has another hash code for another trace hash", () => {
    fc.assert(
      fc.property(fc.nat(0x1ff_ffff), fc.nat(0x1ff_ffff), (left, right) => {
        fc.pre(left !== right);
        const codeOf = (bits: number) => hashCodeOf(bits.toString(16).padStart(8, "0"));

        expect(codeOf(left)).not.toBe(codeOf(right));
      }),
    );
  });
});
