import { describe, expect, it } from "vitest";

import type { KnownIssue } from "../engine/index.js";
import { issueIds, triggersOf } from "./avoid.js";

const ISSUES: readonly KnownIssue[] = [
  { id: "tagged", sentence: "s", trigger: ["tags"], explains: [{ property: "p" }] },
  { id: "both", sentence: "s", trigger: ["tags", "siblings"], explains: [{ property: "p" }] },
  { id: "matched", sentence: "s", match: { fingerprint: "a" } },
];

const of = (...ids: readonly string[]) => triggersOf(ids, ISSUES, "happn-3@1.13.3");

describe("--avoid", () => {
  it("takes ids apart at commas, and may be given again", () => {
    expect(issueIds("c", issueIds("a,b,"))).toEqual(["a", "b", "c"]);
  });

  it("names the triggers of issues, each once", () => {
    expect(of("tagged")).toEqual(["tags"]);
    expect(of("tagged", "both")).toEqual(["siblings", "tags"]);
    expect(of("known")).toEqual(["siblings", "tags"]);
    expect(of()).toEqual([]);
  });

  it("says where an issue isn't known, or can't be avoided", () => {
    expect(() => of("other")).toThrow(/no known issue "other"; corpus.*"known" stands for all/);
    expect(() => of("matched")).toThrow(/can't be avoided/);
  });
});
