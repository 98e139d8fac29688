import { describe, expect, it } from "vitest";

import { isPartialRead, readOption } from "./read-form.js";

describe("a get's options", () => {
  it("stand among the options, or in their own", () => {
    expect(readOption({ sort: { a: 1 } }, "sort")).toEqual({ a: 1 });
    expect(readOption({ options: { sort: { a: 1 } } }, "sort")).toEqual({ a: 1 });
    expect(readOption({ options: 7, limit: 2 }, "limit")).toBe(2);
    expect(readOption({}, "limit")).toBeUndefined();
  });

  it("ask for a part where one of them chooses or cuts", () => {
    expect(isPartialRead({ options: { fields: { a: 1 } } })).toBe(true);
    expect(isPartialRead({ criteria: { a: 1 } })).toBe(true);
    expect(isPartialRead({ timeout: 7, options: {} })).toBe(false);
  });
});
