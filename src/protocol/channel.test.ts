import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { CHANNEL_ACTIONS, formatChannel, isPattern, parseChannel } from "./channel.js";

describe("a channel", () => {
  it("is an action and a path, which may hold anything", () => {
    fc.assert(
      fc.property(fc.constantFrom(...CHANNEL_ACTIONS), fc.string(), (action, path) => {
        expect(parseChannel(formatChannel({ action, path }))).toEqual({ action, path });
      }),
    );
    expect(parseChannel("/SET@a@b\nc")).toEqual({ action: "SET", path: "a@b\nc" });
  });

  it.each(["", "*", "/a/b", "/FOO@/a", "/set@/a", "SET@/a", "/SET/a", "/ALL"])(
    "is not %j",
    (text) => {
      expect(parseChannel(text)).toBeNull();
    },
  );
});

describe("a path", () => {
  it("is a pattern where it has a star", () => {
    expect(["*", "/a/*", "/a*b", "/**"].every(isPattern)).toBe(true);
    expect(["", "/a", "a.b+c"].some(isPattern)).toBe(false);
  });
});
