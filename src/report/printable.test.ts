import { describe, expect, it } from "vitest";

import { printable, printableLines, shortened } from "./printable.js";

describe("printable", () => {
  it.each([
    ["a\u0000b", "a\\u0000b"],
    ["\u001b[31mred", "\\u001b[31mred"],
    ["one\ntwo\r\tthree", "one\\ntwo\\r\\tthree"],
    ["a\u202egnp.exe", "a\\u202egnp.exe"],
    ["\u2028\u200b\ufeff", "\\u2028\\u200b\\ufeff"],
    ["lone \ud800 surrogate", "lone \\ud800 surrogate"],
  ])("writes out what can't be seen in %j", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it("leaves every other character as it is", () => {
    expect(printable('héllo "wörld" 日本 😀 <b>')).toBe('héllo "wörld" 日本 😀 <b>');
  });

  it("keeps line breaks and tabs where lines are wanted", () => {
    expect(printableLines("a\r\n\tb\u0007\nc")).toBe("a\n\tb\\u0007\nc");
  });
});

describe("shortened", () => {
  it("says by a mark that something was cut", () => {
    expect(shortened("abcdef", 4)).toBe("abc…");
    expect(shortened("abcd", 4)).toBe("abcd");
  });

  it("never cuts a surrogate pair in two", () => {
    expect(shortened("a😀bcd", 3)).toBe("a…");
  });
});
