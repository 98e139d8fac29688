import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { check, registerModel, type Model, type Operation } from "./index.js";
import {
  cas,
  isLinearizable,
  operation,
  read,
  write,
  type RegisterOperation,
} from "./register.test-support.js";
import { Search, type Strategy } from "./search.js";

const verdictOf = (...operations: readonly RegisterOperation[]) =>
  check(registerModel, operations).verdict;

describe("check", () => {
  it("accepts an empty history", () => {
    expect(verdictOf()).toBe("valid");
  });

  it("accepts a read that overlaps a write, with the value before or after", () => {
    expect(verdictOf(write(1, 0, 5), read(null, 1, 2))).toBe("valid");
    expect(verdictOf(write(1, 0, 5), read(1, 1, 2))).toBe("valid");
  });

  it("takes intervals as closed", () => {
    expect(verdictOf(write(1, 0, 5), read(null, 5, 6))).toBe("valid");
    expect(verdictOf(write(1, 0, 5), read(null, 6, 7))).toBe("invalid");
  });

  it("rejects two reads that see overlapping writes in different orders", () => {
    const writes = [write(1, 0, 9), write(2, 0, 9)];

    expect(verdictOf(...writes, read(1, 1, 2), read(2, 3, 4))).toBe("valid");
    expect(verdictOf(...writes, read(1, 1, 2), read(2, 3, 4), read(1, 5, 6))).toBe("invalid");
  });

  it("lets a pending operation take effect late, early or never, but not before its call", () => {
    const pending = write(7, 2, null);

    expect(verdictOf(pending, read(7, 50, 51))).toBe("valid");
    expect(verdictOf(pending, read(null, 3, 4), read(7, 50, 51))).toBe("valid");
    expect(verdictOf(pending, read(null, 50, 51))).toBe("valid");
    expect(verdictOf(pending, read(7, 0, 1))).toBe("invalid");
    expect(verdictOf(pending, read(7, 3, 4), read(null, 5, 6))).toBe("invalid");
  });

  it("uses each of two equal pending operations once", () => {
    const twins = [write(7, 0, null), write(7, 1, null)];
    const reads = [read(7, 2, 3), read(1, 6, 7), read(7, 8, 9)];

    expect(verdictOf(...twins, write(1, 4, 5), ...reads)).toBe("valid");
    expect(verdictOf(write(7, 0, null), write(1, 4, 5), ...reads)).toBe("invalid");
  });

  it("agrees with trying every order", () => {
    let linearizable = 0;
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 6 }), (operations) => {
        const expected = isLinearizable(operations);
        if (expected) linearizable += 1;

        expect(verdictOf(...operations)).toBe(expected ? "valid" : "invalid");
      }),
      { numRuns: 3000, seed: 1 },
    );

    expect(linearizable).toBeGreaterThan(300);
    expect(linearizable).toBeLessThan(2700);
  });

  it("shows how far the model could go, and why nothing can be next", () => {
    const operations = [write(1, 0, 1), cas(1, 2, true, 2, 3), read(1, 4, 7), read(2, 5, 8)];

    const { refutations } = check(registerModel, operations);

    expect(refutations).toEqual([
      {
        operations,
        prefix: [operations[0], operations[1], operations[3]],
        state: 2,
        candidates: [{ operation: operations[2], why: "the register held 2" }],
      },
    ]);
  });

  it("says of a candidate that fits that nothing after it does", () => {
    const operations = [write(1, 2, null), read(2, 3, 4)];

    const [refutation] = check(registerModel, operations).refutations;

    expect(refutation?.candidates.map(({ why }) => why)).toEqual([
      "the register held nothing",
      "it could be next, but nothing that could follow explains the rest",
    ]);
  });

  it("is unknown once the steps are spent, and never takes that for a pass", () => {
    const operations = [write(1, 0, 9), write(2, 0, 9), read(1, 10, 11)];

    expect(check(registerModel, operations, { stepsMax: 2 })).toEqual({
      verdict: "unknown",
      steps: 2,
      refutations: [],
    });
  });

  it("goes first by what is shown of the operations, where that is asked for", () => {
    const writes = Array.from({ length: 20 }, (_, value) => ({
      ...write(value, 0, 90 + value),
      shownIndex: value === 7 ? 80 : 10,
    }));
    const operations = [...writes, read(7, 200, 201)];
    const foundBy = (first: Strategy["first"]) => {
      let left = operations.length + 1;
      const budget = { spend: () => (left -= 1) >= 0 };
      return new Search(registerModel, operations, budget, { first, pending: "any" }).run().verdict;
    };

    expect(foundBy("shown")).toBe("valid");
    expect(foundBy("called")).toBe("unknown");
    expect(foundBy("answered")).toBe("unknown");
  });

  it("asks now and then whether it is over", () => {
    const writes = Array.from({ length: 40 }, (_, value) => write(value, 0, 90));
    const operations = [...writes, read(1, 91, 92), read(2, 93, 94)];

    const { verdict, steps } = check(registerModel, operations, { isOver: () => true });

    expect(verdict).toBe("unknown");
    expect(steps).toBe(1024);
  });

  it("searches every outcome of a step and every initial state", () => {
    /** A coin: tossed to either side, then looked at. Nobody knows how it lies to begin with. */
    const coin: Model<string, "toss" | "look", string> = {
      initial: ["heads", "tails"],
      step: (state, input, output) => {
        if (input === "toss") return ["heads", "tails"];
        return output === state ? [state] : [];
      },
      keyOf: (state) => state,
      isRead: (input) => input === "look",
      describeOperation: (input) => input,
      describeState: (state) => state,
      explain: (state) => `it showed ${state}`,
    };
    const look = (output: string, at: number): Operation<"toss" | "look", string> => ({
      input: "look",
      output,
      callIndex: at,
      returnIndex: at,
    });
    const toss = (at: number): Operation<"toss" | "look", string> => ({
      ...look("", at),
      input: "toss",
    });

    expect(check(coin, [look("tails", 0)]).verdict).toBe("valid");
    expect(check(coin, [look("tails", 0), look("heads", 1)]).verdict).toBe("invalid");
    expect(check(coin, [look("tails", 0), toss(1), look("heads", 2)]).verdict).toBe("valid");
  });

  it("looks first at those of the pending that an answer shows, and takes the others for possible", () => {
    const showing: typeof registerModel = {
      ...registerModel,
      shows: (output, input) =>
        input.kind !== "write" || (output.kind === "value" && output.value === input.value),
    };
    const crowd = Array.from({ length: 40 }, (_, index) => write(100 + index, index, null));
    const answered = [write(1, 50, 51), read(1, 60, 90), read(107, 70, 80), read(107, 91, 92)];

    const { verdict, steps } = check(showing, [...crowd, ...answered]);

    expect(verdict).toBe("valid");
    expect(steps).toBeLessThan(50);
    // Nothing that an answer shows may be left out, whatever is said of it.
    const blind = { ...registerModel, shows: () => false };
    expect(check(blind, [write(7, 0, null), read(7, 1, 2)]).verdict).toBe("valid");
  });

  it("checks each set of a partition by itself", () => {
    const byHalf: typeof registerModel = {
      ...registerModel,
      partition: (operations) => [operations.slice(0, 2), operations.slice(2)],
    };

    expect(check(byHalf, [write(1, 0, 1), read(1, 2, 3), read(null, 4, 5)]).verdict).toBe("valid");
    expect(check(byHalf, [write(1, 0, 1), read(2, 2, 3), read(5, 4, 5)]).refutations).toHaveLength(
      2,
    );
  });
});
