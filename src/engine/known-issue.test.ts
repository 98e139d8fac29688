import { describe, expect, it } from "vitest";

import { knownBy, mayExplain, parseKnownIssues, type KnownIssue } from "./known-issue.js";

const VIOLATION = {
  property: "no-missed-publication",
  clause: "SUB-2",
  shape: ["set", "pattern", "overlapping"],
  fingerprint: "k3f9",
};

function issue(match: NonNullable<KnownIssue["match"]>): KnownIssue {
  return { id: "i", match, sentence: "It is lost." };
}

describe("a known issue", () => {
  it.each<[string, NonNullable<KnownIssue["match"]>, boolean]>([
    ["the fingerprint", { fingerprint: "k3f9" }, true],
    ["another fingerprint", { fingerprint: "zzzz" }, false],
    ["the property", { property: "no-missed-publication" }, true],
    ["another property", { property: "answered-once" }, false],
    ["the clause", { property: "no-missed-publication", clause: "SUB-2" }, true],
    ["another clause", { property: "no-missed-publication", clause: "PUB-1" }, false],
    ["the leading words", { property: "no-missed-publication", shape: ["set", "pattern"] }, true],
    ["other words", { property: "no-missed-publication", shape: ["set", "exact"] }, false],
    ["words in another place", { property: "no-missed-publication", shape: ["pattern"] }, false],
  ])("is told by %s", (_, match, isKnown) => {
    expect(knownBy([issue(match)], VIOLATION) !== null).toBe(isKnown);
  });

  it("is told by any one of several matches", () => {
    const several = issue([{ fingerprint: "zzzz" }, { property: "no-missed-publication" }]);

    expect(knownBy([several], VIOLATION)).toBe(several);
  });

  it("is the first of those that match", () => {
    const first = { ...issue({ property: "no-missed-publication" }), id: "first" };

    expect(knownBy([first, issue({ fingerprint: "k3f9" })], VIOLATION)).toBe(first);
  });

  it.each<[string, KnownIssue["explains"], boolean]>([
    ["of the kind that it explains", [{ property: "no-missed-publication", shape: ["set"] }], true],
    ["of another kind", [{ property: "no-missed-publication", clause: "PUB-1" }], false],
    ["of any kind, where it explains nothing", undefined, false],
  ])("may be the cause of a violation %s", (_, explains, isSuspect) => {
    const caused: KnownIssue = { id: "i", sentence: "s", trigger: ["tags"], explains };

    expect(mayExplain(caused, VIOLATION)).toBe(isSuspect);
    expect(knownBy([caused], VIOLATION)).toBe(null);
  });

  it.each([
    ["{", /not JSON/],
    ["{}", /known issues: /],
    ['[{"id":"a","match":{"fingerprint":"x"}}]', /0\.sentence/],
    ['[{"id":"a","match":{},"sentence":"s"}]', /0\.match/],
    ['[{"id":"a","match":{"fingerprint":"x"},"sentence":"s","more":1}]', /0: /],
    ['[{"id":"a","sentence":"s"}]', /it takes a match, or a trigger/],
    ['[{"id":"a","sentence":"s","trigger":["tags"]}]', /it takes a match, or a trigger/],
    [
      '[{"id":"a","sentence":"s","trigger":["x"],"explains":[{"property":"p"}]}]',
      /no such trigger/,
    ],
    [
      '[{"id":"a","sentence":"s","match":{"fingerprint":"x"},"explains":[{"property":"p"}]}]',
      /without a trigger/,
    ],
  ])("is refused when written as %s", (text, words) => {
    const parsed = parseKnownIssues(text);

    expect(parsed.ok ? "" : parsed.message).toMatch(words);
  });
});
