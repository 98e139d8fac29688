import { describe, expect, it } from "vitest";

import { check } from "./check.js";
import { linearizationEvidence } from "./evidence.js";
import { keyValueModel, type KeyValueInput, type KeyValueOutput } from "./key-value.js";
import type { Operation } from "./model.js";

type Step = Operation<KeyValueInput, KeyValueOutput>;

const put = (value: string, callIndex: number): Step => ({
  input: { kind: "put", key: "k", value },
  output: "",
  callIndex,
  returnIndex: callIndex + 1,
});
const get = (output: string, callIndex: number): Step => ({
  input: { kind: "get", key: "k" },
  output,
  callIndex,
  returnIndex: callIndex + 1,
});

function evidenceOf(operations: readonly Step[], culprit: Step) {
  const [refutation] = check(keyValueModel, operations).refutations;
  if (refutation === undefined) throw new Error("the operations are linearizable");
  return linearizationEvidence(keyValueModel, refutation, culprit, {
    clientOf: () => "c1",
    entriesOf: (state: string) => new Map(state === "" ? [] : [["k", state]]),
  });
}

describe("linearization evidence", () => {
  it("tells the order that goes furthest, what each step changed, and why none can follow", () => {
    const culprit = get("one", 6);

    expect(evidenceOf([put("one", 0), get("one", 2), put("two", 4), culprit], culprit)).toEqual({
      omitted: 0,
      initial: [],
      steps: [
        {
          words: 'put "one" at k',
          client: "c1",
          callIndex: 0,
          returnIndex: 1,
          changes: [{ subject: "k", value: "one" }],
        },
        {
          words: 'get k answered "one"',
          client: "c1",
          callIndex: 2,
          returnIndex: 3,
          changes: [],
        },
        {
          words: 'put "two" at k',
          client: "c1",
          callIndex: 4,
          returnIndex: 5,
          changes: [{ subject: "k", value: "two" }],
        },
      ],
      culprit: { words: 'get k answered "one"', client: "c1", callIndex: 6, returnIndex: 7 },
      refuted: [
        {
          words: 'get k answered "one"',
          client: "c1",
          callIndex: 6,
          returnIndex: 7,
          why: 'the value was "two"',
        },
      ],
    });
  });

  it("keeps the end of a long order, with what was there before it", () => {
    const puts = Array.from({ length: 250 }, (_, place) => put(`v${place}`, 2 * place));
    const culprit = get("lost", 500);
    const { omitted, initial, steps } = evidenceOf([...puts, culprit], culprit);

    expect([omitted, steps.length]).toEqual([50, 200]);
    expect(initial).toEqual([{ subject: "k", value: "v49" }]);
    expect(steps[0]?.changes).toEqual([{ subject: "k", value: "v50" }]);
  });

  it("cuts long values, and says how long they are", () => {
    const culprit = get("lost", 2);
    const { steps } = evidenceOf([put("x".repeat(5_000), 0), culprit], culprit);

    expect(steps[0]?.changes[0]?.value).toMatch(/^x{1000}… \(5000 characters\)$/);
  });
});
