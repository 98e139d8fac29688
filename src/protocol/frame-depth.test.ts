import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { FRAME_DEPTH_MAX, isTooDeep } from "./frame-depth.js";

function nested(depth: number): string {
  return "[".repeat(depth) + "]".repeat(depth);
}

describe("the depth of a frame", () => {
  it("is bounded by FRAME_DEPTH_MAX", () => {
    expect(isTooDeep(nested(FRAME_DEPTH_MAX))).toBe(false);
    expect(isTooDeep(nested(FRAME_DEPTH_MAX + 1))).toBe(true);
    expect(isTooDeep('{"a":'.repeat(FRAME_DEPTH_MAX + 1))).toBe(true);
  });

  it("does not count what stands beside, or in a string", () => {
    expect(isTooDeep(`[${"[],{},".repeat(1000)}[]]`)).toBe(false);
    expect(isTooDeep(JSON.stringify(`"\\${"[".repeat(1000)}`))).toBe(false);
  });

  it("is never too deep for JSON values as people make them", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
        expect(isTooDeep(JSON.stringify(value))).toBe(false);
      }),
    );
  });
});
