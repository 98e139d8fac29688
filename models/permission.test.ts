import { describe, expect, it } from "vitest";

import { coverage } from "./permission.js";

describe("coverage", () => {
  it.each([
    ["/a", "/a", "must"],
    ["/a", "/A", "never"],
    ["/a", "/a/b", "never"],
    ["/a/*", "/a/b/c", "must"],
    ["/a/*", "/x/a/b", "never"],
    ["*", "/a", "must"],
  ])("of the path: %j takes in %j: %s", (permission, path, expected) => {
    expect(coverage(permission, path, "crossing")).toBe(expected);
    expect(coverage(permission, path, "crossing-anchored")).toBe(expected);
  });

  it.each([
    ["/a/*", "/a/*", "must"],
    ["/a/*", "/a/b/*", "must"],
    ["/a/**", "/a/b*", "must"],
    ["*", "*/b", "must"],
    ["/a/b/*", "/a/*", "may"],
    ["/a/b", "/a/*", "may"],
    ["/a/*", "*", "may"],
    ["/a/*/c", "/a/b/*", "may"],
    ["/a/*", "/b/*", "never"],
    ["/b", "/a/*", "never"],
  ])("of a pattern: %j takes in %j: %s", (permission, path, expected) => {
    expect(coverage(permission, path, "crossing")).toBe(expected);
    expect(coverage(permission, path, "crossing-anchored")).toBe(expected);
  });

  it("leaves open what a star before the end takes in, where patterns are anchored", () => {
    expect(coverage("*b/a", "/a/b/a", "crossing")).toBe("must");
    expect(coverage("*b/a", "/a/b/a", "crossing-anchored")).toBe("may");
  });

  it("leaves open what goes on after the match, where patterns are not anchored", () => {
    expect(coverage("/a/*/c", "/a/b/c/d", "crossing")).toBe("may");
    expect(coverage("/a/*/c", "/a/b/c/d", "crossing-anchored")).toBe("never");
  });
});
