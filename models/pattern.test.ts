import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { match } from "./pattern.js";
import type { PatternRule } from "./profile.js";

const RULES: readonly PatternRule[] = ["crossing", "crossing-anchored", "segments"];

/** Few letters, so that patterns and paths meet often. */
const text = (letters: string) =>
  fc.array(fc.constantFrom(...letters), { maxLength: 10 }).map((chosen) => chosen.join(""));
const path = text("ab/.");
const pattern = text("ab/.*");
const segment = fc.constantFrom("a", "b", "cd", "E.f");
const segments = fc.array(segment, { minLength: 1, maxLength: 5 });

/** The clause, word for word, as a regular expression: slow, and known to be right. */
function globOf(glob: string, end: string): RegExp {
  const escaped = glob.replace(/[.]/g, "\\.").replace(/\*/g, "[^]*");
  return new RegExp(`^${escaped}${end}`);
}

describe("a pattern under the rule crossing", () => {
  it.each([
    ["/a/*/c", "/a/b/c", "must"],
    ["/a/*/c", "/a/b/x/c", "must"],
    ["/a/*/c", "/a/b/c/d", "may"],
    ["/a/*", "/a/", "must"],
    ["/a/*", "/a", "never"],
    ["/a/*", "/x/a/b", "never"],
    ["*/c", "/a/c", "must"],
    ["/a*a", "/a", "never"],
    ["/a.b/*", "/axb/c", "never"],
    ["/a+/*", "/a+/c", "must"],
    ["/A/*", "/a/b", "never"],
    ["*", "anything/at/all", "must"],
    ["/*/b/*", "/a/c/b/d", "must"],
  ] as const)("reads %s against %s as %s", (wildcard, against, expected) => {
    expect(match(wildcard, against, "crossing")).toBe(expected);
  });

  it("is must where the whole path matches, may where it only goes on, else never", () => {
    fc.assert(
      fc.property(pattern, path, (wildcard, against) => {
        fc.pre(wildcard.includes("*"));
        const expected = globOf(wildcard, "$").test(against)
          ? "must"
          : globOf(wildcard, "").test(against)
            ? "may"
            : "never";

        expect(match(wildcard, against, "crossing")).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("never needs long for a pattern made of stars", () => {
    const path = "a".repeat(20_000);

    expect(match(`${"*a".repeat(5_000)}*b`, path, "crossing")).toBe("never");
  });
});

describe("a pattern under the rule crossing-anchored", () => {
  it("is must where crossing is, and never elsewhere", () => {
    fc.assert(
      fc.property(pattern, path, (wildcard, against) => {
        const crossing = match(wildcard, against, "crossing");

        expect(match(wildcard, against, "crossing-anchored")).toBe(
          crossing === "must" ? "must" : "never",
        );
      }),
    );
  });
});

describe("a pattern under the rule segments", () => {
  it.each([
    ["/a/*/c", "/a/b/c", "must"],
    ["/a/*/c", "/a/b/x/c", "never"],
    ["/a/*", "/a/", "must"],
    ["/a/*", "/a", "never"],
    ["/a/*", "/a/b/c", "never"],
    ["/a/**", "/a", "never"],
    ["/a/**", "/a/b", "must"],
    ["/a/**", "/a/b/c/d/e/f", "must"],
    ["/a/**", "/a/b/c/d/e/f/g", "never"],
    ["/**", "/a/b", "must"],
    ["/*/b/**", "/a/b/c/d", "must"],
    ["/a/**/d", "/a/b/c/d", "may"],
    ["/a/b*", "/a/bc", "may"],
    ["/a/b*", "/a/c", "never"],
    ["*", "/a/b/c", "must"],
    ["*/b", "a/b", "must"],
    ["*/b", "/b", "may"],
    ["*/b", "/a/b", "may"],
    ["*/b", "/a/c", "never"],
    ["*/**", "/a/b", "may"],
    ["/*/b", "a/b", "may"],
    ["/*/b", "a/c", "never"],
    ["/*/b", "/a/b", "must"],
    ["/**", "a/b", "may"],
    ["a/*", "/a/b", "never"],
    ["/a/*", "a/b", "never"],
  ] as const)("reads %s against %s as %s", (wildcard, against, expected) => {
    expect(match(wildcard, against, "segments")).toBe(expected);
  });

  it("takes the depth of a trailing /** from the subscription", () => {
    expect(match("/a/**", "/a/b/c", "segments", 1)).toBe("never");
    expect(match("/a/**", "/a/b/c", "segments", 2)).toBe("must");
  });

  it("lets one star stand for one segment, whichever", () => {
    fc.assert(
      fc.property(segments, fc.nat(), segment, (names, drawn, other) => {
        const starred = drawn % names.length;
        const wildcard = names.map((name, index) => (index === starred ? "*" : name)).join("/");
        fc.pre(wildcard !== "*");
        const replaced = names.map((name, index) => (index === starred ? other : name)).join("/");

        expect(match(wildcard, names.join("/"), "segments")).toBe("must");
        expect(match(wildcard, replaced, "segments")).toBe("must");
        expect(match(wildcard, `${names.join("/")}/${other}`, "segments")).toBe("never");
      }),
    );
  });
});

describe("a path without a star", () => {
  it("is taken in by itself, character for character, and by nothing else", () => {
    fc.assert(
      fc.property(path, path, fc.constantFrom(...RULES), (left, right, rule) => {
        expect(match(left, right, rule)).toBe(left === right ? "must" : "never");
        expect(match(left, left, rule)).toBe("must");
      }),
    );
  });

  it.each(RULES)("differs from the path with a slash more under %s", (rule) => {
    expect(match("/a/b", "/a/b/", rule)).toBe("never");
    expect(match("/a/b", "a/b", rule)).toBe("never");
    expect(match("/a/b", "/A/b", rule)).toBe("never");
  });
});
