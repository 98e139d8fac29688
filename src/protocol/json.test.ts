import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { canonical, compareText, isJsonObject, jsonEqual, type Json } from "./json.js";

const json = fc.jsonValue() as fc.Arbitrary<Json>;

/** The same value with the keys of every object the other way round. */
function turned(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(turned);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, each]) => [key, turned(each)]));
}

describe("JSON values", () => {
  it("have the same text below any depth", () => {
    fc.assert(
      fc.property(json, fc.constantFrom(199, 200, 10_000), (value, depth) => {
        let [deep, text] = [value, canonical(value)];
        for (let level = 0; level < depth; level += 1) {
          [deep, text] = level % 2 === 0 ? [[deep], `[${text}]`] : [{ a: deep }, `{"a":${text}}`];
        }
        expect(canonical(deep) === text).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("are objects only between braces", () => {
    expect([{}, { a: 1 }].every(isJsonObject)).toBe(true);
    expect([null, [], "a", 1, true, undefined].some(isJsonObject)).toBe(false);
  });

  it("have one text whatever the order of their keys, and it reads back as the value", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonical(turned(value))).toBe(canonical(value));
        expect(jsonEqual(JSON.parse(canonical(value)) as Json, value)).toBe(true);
      }),
    );
  });

  it("are equal when their texts are", () => {
    fc.assert(
      fc.property(json, json, (left, right) => {
        expect(jsonEqual(left, turned(left))).toBe(true);
        expect(jsonEqual(left, right)).toBe(canonical(left) === canonical(right));
      }),
    );
  });

  it("are not equal to what is absent", () => {
    expect(jsonEqual(undefined, null)).toBe(false);
    expect(jsonEqual(undefined, undefined)).toBe(true);
    expect(canonical(undefined)).toBe("undefined");
  });

  it("tell a list from an object, and a number from its text", () => {
    expect(jsonEqual([1], { 0: 1 })).toBe(false);
    expect(jsonEqual(1, "1")).toBe(false);
  });
});

describe("texts", () => {
  it("are ordered by code unit, whatever the locale", () => {
    expect(["b", "a", "B", "ä", "a"].sort(compareText)).toEqual(["B", "a", "a", "b", "ä"]);
  });
});
