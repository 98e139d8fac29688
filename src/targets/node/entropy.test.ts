import { describe, expect, it } from "vitest";

import { prngOf } from "../../sim/index.js";
import { fill, fraction, uuid, wholeBetween } from "./entropy.js";

describe("entropy", () => {
  it("is the same under one seed, today and always", () => {
    const prng = prngOf("pinned");
    const bytes = Buffer.alloc(7);
    fill(prng, bytes);

    expect({ hex: bytes.toString("hex"), uuid: uuid(prng) }).toMatchInlineSnapshot(`
      {
        "hex": "9af48675d69119",
        "uuid": "67c86afd-0e2c-449c-b50d-2919bda856ac",
      }
    `);
  });

  it("fills every byte, whatever the length", () => {
    for (let length = 0; length < 9; length += 1) {
      const seen = new Uint8Array(length);
      const prng = prngOf(`length ${length}`);
      for (let round = 0; round < 16; round += 1) {
        const bytes = new Uint8Array(length);
        fill(prng, bytes);
        for (let index = 0; index < length; index += 1)
          seen[index] = (seen[index] ?? 0) | (bytes[index] ?? 0);
      }

      expect(seen.every((byte) => byte > 0)).toBe(true);
    }
  });

  it("gives fractions in [0, 1), and whole numbers in their range", () => {
    const prng = prngOf("ranges");
    const fractions = Array.from({ length: 1_000 }, () => fraction(prng));
    const wide = Array.from({ length: 100 }, () => wholeBetween(prng, -5, 2 ** 40));
    const narrow = new Set(Array.from({ length: 100 }, () => wholeBetween(prng, 3, 6)));

    expect(fractions.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(Math.max(...fractions)).toBeGreaterThan(0.99);
    expect(wide.every((value) => Number.isSafeInteger(value) && value >= -5)).toBe(true);
    expect(Math.max(...wide)).toBeGreaterThan(2 ** 33);
    expect([...narrow].sort((left, right) => left - right)).toEqual([3, 4, 5]);
  });

  it("makes version 4 UUIDs", () => {
    const pattern = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

    expect(uuid(prngOf("a"))).toMatch(pattern);
    expect(uuid(prngOf("a"))).not.toBe(uuid(prngOf("b")));
  });
});
