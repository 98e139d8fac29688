import { describe, expect, it } from "vitest";

import {
  check,
  keyValueModel,
  registerModel,
  type KeyValueInput,
  type Operation,
} from "./index.js";

function at(index: number, input: KeyValueInput, output = ""): Operation<KeyValueInput, string> {
  return { input, output, callIndex: index, returnIndex: index };
}

describe("strings by key", () => {
  it("keeps each key by itself", () => {
    const operations = [
      at(0, { kind: "put", key: "a", value: "x" }),
      at(1, { kind: "append", key: "a", value: "y" }),
      at(2, { kind: "get", key: "b" }, ""),
      at(3, { kind: "get", key: "a" }, "xy"),
    ];

    expect(check(keyValueModel, operations).verdict).toBe("valid");
  });

  it("tells which key was read wrongly, and what was there", () => {
    const stale = at(2, { kind: "get", key: "a" }, "x");
    const operations = [
      at(0, { kind: "put", key: "a", value: "x" }),
      at(1, { kind: "append", key: "a", value: "y" }),
      stale,
      at(3, { kind: "get", key: "b" }, ""),
    ];

    const [refutation] = check(keyValueModel, operations).refutations;

    expect(refutation?.candidates).toEqual([{ operation: stale, why: 'the value was "xy"' }]);
    expect(refutation?.state).toBe("xy");
  });
});

describe("words", () => {
  it("say what was asked and answered of a key", () => {
    expect(keyValueModel.describeOperation({ kind: "get", key: "a" }, "x")).toBe(
      'get a answered "x"',
    );
    expect(keyValueModel.describeOperation({ kind: "append", key: "a", value: "y" }, "")).toBe(
      'append "y" at a',
    );
    expect(keyValueModel.describeState("xy")).toBe('"xy"');
  });

  it("say what was asked and answered of a register", () => {
    const words = registerModel;

    expect(words.describeOperation({ kind: "read" }, { kind: "value", value: null })).toBe(
      "read nothing",
    );
    expect(words.describeOperation({ kind: "write", value: 3 }, undefined)).toBe("wrote 3");
    expect(
      words.describeOperation({ kind: "cas", from: 1, to: 2 }, { kind: "done", isDone: false }),
    ).toBe("set 1 to 2, refused");
    expect(words.describeState(null)).toBe("nothing");
  });
});
