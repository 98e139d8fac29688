import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { RunnerProcess } from "./runner-process.js";

const RUNNER_PATH = join(import.meta.dirname, "..", "..", "dist", "src", "cli", "runner.js");
const PLANS = 100;

/** Trace hashes of the plans by number, run in the given order in one process. */
async function hashesOf(target: string, order: readonly number[]): Promise<string[]> {
  const runner = new RunnerProcess({
    runnerPath: RUNNER_PATH,
    watchdogMs: 120_000,
    progress: () => undefined,
  });
  const hashes = new Array<string>(order.length);
  try {
    for (const index of order) {
      const reply = await runner.run({
        id: index,
        target,
        planSeed: `determinism/${index}`,
        wantsHistory: false,
      });
      hashes[index] = reply.kind === "verdict" ? reply.verdict.hash : JSON.stringify(reply);
    }
  } finally {
    runner.kill();
  }
  return hashes;
}

describe("one seed gives one trace hash", () => {
  it.each(["happn-3@1.13.3", "happn-3@13.12.1", "reference"])(
    "on %s: in two processes, after other cases in another order, over 100 plans",
    async (target) => {
      const forwards = Array.from({ length: PLANS }, (_, index) => index);
      const [first, second] = await Promise.all([
        hashesOf(target, forwards),
        hashesOf(target, forwards.toReversed()),
      ]);

      expect(first.every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
      expect(second).toEqual(first);
      expect(new Set(first).size).toBe(PLANS);
    },
    600_000,
  );
});
