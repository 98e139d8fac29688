import { describe, expect, it } from "vitest";

import { wrapped } from "./wrap.js";

describe("wrapped", () => {
  it("breaks at spaces", () => {
    expect(wrapped("one two three four", 10)).toEqual(["one two", "three four"]);
  });

  it("cuts a word that is longer than a line", () => {
    expect(wrapped("a abcdefghijklmno z", 10)).toEqual(["a", "abcdefghij", "klmno z"]);
  });

  it("gives one line for no text", () => {
    expect(wrapped("", 10)).toEqual([""]);
  });
});
