import { describe, expect, it } from "vitest";

import { jsonFaultLine } from "./json-fault.js";

describe("json-fault", () => {
  it.each([
    ["{", 1],
    ["", 1],
    ['{\n"a": [\n1,,2]}', 3],
    ['{\n"a": 1\n"b": 2}', 3],
    ['{"a": {"b": [1, {"c": true}]},\n\nx: 1}', 3],
    ['["a\nb"]', 1],
    ["[1, 2]\n\n]", 3],
    ['{"a": "\\x"}', 1],
    ["[\n1,\n]", 3],
  ])("finds the line of %j", (text, line) => {
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(jsonFaultLine(text)).toBe(line);
  });
});
