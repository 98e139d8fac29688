import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { registerModel } from "./index.js";
import {
  isLinearizable,
  operation,
  read,
  write,
  type RegisterOperation,
} from "./register.test-support.js";
import { Search, type Strategy } from "./search.js";

function searched(
  operations: readonly RegisterOperation[],
  strategy: Strategy,
): { verdict: string; steps: number } {
  let steps = 0;
  const budget = { spend: () => (steps += 1) < 1_000_000 };
  const { verdict } = new Search(registerModel, operations, budget, strategy).run();
  return { verdict, steps };
}

describe("Search that looks ahead", () => {
  it.each(["called", "answered"] as const)(
    "comes to the same verdict, %s first, for whatever there is",
    (first) => {
      fc.assert(
        fc.property(fc.array(operation, { maxLength: 8 }), (operations) => {
          const { verdict } = searched(operations, { first, pending: "any", looksAhead: true });

          expect(verdict).toBe(isLinearizable(operations) ? "valid" : "invalid");
        }),
        { numRuns: 1_000 },
      );
    },
  );

  it("does not overwrite what an answer must find", () => {
    // All at once, and the value that is read in the end is the one that was called first.
    const crowd = Array.from({ length: 14 }, (_, index) => write(index, index, 100));
    const operations = [...crowd, read(0, 200, 201)];
    const plain: Strategy = { first: "called", pending: "any" };

    expect(searched(operations, { ...plain, looksAhead: true })).toMatchObject({
      verdict: "valid",
    });
    expect(searched(operations, { ...plain, looksAhead: true }).steps).toBeLessThan(200);
    expect(searched(operations, plain).steps).toBeGreaterThan(1_000);
  });

  it("counts on nothing that is called after the answer", () => {
    const operations = [write(1, 0, 9), write(2, 0, 9), read(1, 10, 11), write(1, 12, 13)];

    const { verdict, steps } = searched(operations, {
      first: "called",
      pending: "any",
      looksAhead: true,
    });

    expect(verdict).toBe("valid");
    expect(steps).toBeLessThan(8);
  });
});
