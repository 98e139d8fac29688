import { describe, expect, it } from "vitest";

import { counted, duration, grouped } from "./quantity.js";

describe("quantity", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [31_480, "31,480"],
    [1_234_567, "1,234,567"],
  ])("groups %d as %s", (count, text) => {
    expect(grouped(count)).toBe(text);
  });

  it.each([
    [412, "412 ms"],
    [41_000, "41 s"],
    [6_720_000, "1 h 52 min"],
    [7_200_000, "2 h"],
    [90_061_000, "1 d 1 h"],
    [61_000, "1 min 1 s"],
  ])("says %d ms as %s", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it("counts one and many", () => {
    expect([counted(1, "case"), counted(0, "case"), counted(2, "case")]).toEqual([
      "1 case",
      "0 cases",
      "2 cases",
    ]);
  });
});
