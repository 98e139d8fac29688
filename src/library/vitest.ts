/**
 * Campaigns as tests: `import { testTarget } from "happnstance/vitest"`.
 *
 * @packageDocumentation
 */
import { beforeAll, describe, expect, it } from "vitest";

import { PROPERTIES } from "../../properties/index.js";
import { fuzz, type FuzzFinding, type FuzzOptions, type FuzzResult } from "./fuzz.js";

export interface TestTargetOptions extends FuzzOptions {
  /** Milliseconds that the whole campaign may take. 600,000 by default. */
  readonly testTimeoutMs?: number;
}

const CAMPAIGN_MS_MAX = 600_000;
const CASES_DEFAULT = 50;

/**
 * Registers a campaign against a target: a test for each property, which fails with the new findings
 * of that property and the tokens that replay them, and one that fails where a case was not decided.
 * Known issues of the target and findings of severity `may` fail nothing. Unless a seed is given, it is
 * `vitest`, so that a run tests the same as the one before.
 * @param target an id as `happnstance targets` lists them, `ws://host:port` or `cmd:…`
 */
export function testTarget(target: string, options: TestTargetOptions = {}): void {
  const { testTimeoutMs = CAMPAIGN_MS_MAX, ...given } = options;
  const budget = given.timeMs === undefined ? { cases: CASES_DEFAULT } : {};
  describe(target, () => {
    let result: FuzzResult;
    beforeAll(async () => {
      result = await fuzz(target, { seed: "vitest", ...budget, ...given });
    }, testTimeoutMs);

    for (const { id, promise } of PROPERTIES) {
      it(`${id}: ${promise}`, () => {
        const found = result.findings.filter(
          ({ property, severity }) => property === id && severity !== "may",
        );

        expect(found.length, found.map(words).join("\n")).toBe(0);
      });
    }

    it("decides every case", () => {
      const { unknown, failures } = result;

      const reasons = [
        ...failures,
        ...unknown.map(({ property, reason }) => `${property}: ${reason}`),
      ];

      expect(reasons.length, reasons.join("\n")).toBe(0);
    });
  });
}

function words({ clause, message, expected, token, confirmation }: FuzzFinding): string {
  return `${clause}: ${message}; expected: ${expected} (${confirmation}; happnstance replay ${token})`;
}
