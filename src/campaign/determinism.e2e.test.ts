import { join } from "node:path";
import { describe, expect, it } from "vitest";

import type { ModuleTier } from "../targets/target.js";
import { RunnerProcess } from "./runner-process.js";

const RUNNER_PATH = join(import.meta.dirname, "..", "..", "dist", "src", "cli", "runner.js");
const PLANS = 100;
const WATCHDOG_MS = 30_000;

/** Trace hashes of the plans by number, run in the given order in one process. */
async function hashesOf(
  target: string,
  order: readonly number[],
  modules: ModuleTier = "fresh",
): Promise<string[]> {
  const start = () =>
    new RunnerProcess({
      runnerPath: RUNNER_PATH,
      watchdogMs: WATCHDOG_MS,
      progress: () => undefined,
    });
  let runner = start();
  const hashes = new Array<string>(order.length);
  try {
    for (const index of order) {
      if (!runner.isAlive) runner = start();
      const reply = await runner.run({
        id: index,
        target,
        planSeed: `determinism/${index}`,
        // For ever has no hash: 1.13.3 never comes back from them.
        avoid: ["deep-frames"],
        faults: "swarm",
        modules,
        wantsHistory: false,
      });
      hashes[index] = reply.kind === "verdict" ? reply.verdict.hash : JSON.stringify(reply);
    }
  } finally {
    runner.kill();
  }
  return hashes;
}

const FORWARDS = Array.from({ length: PLANS }, (_, index) => index);

describe("one seed gives one trace hash", () => {
  it("on reference: in two processes, after other cases in another order, over 100 plans", async () => {
    const [first, second] = await Promise.all([
      hashesOf("reference", FORWARDS),
      hashesOf("reference", FORWARDS.toReversed()),
    ]);

    expect(second).toEqual(first);
    expect(new Set(first).size).toBe(PLANS);
  });

  it.each(["happn-3@1.13.3", "happn-3@13.12.1"])(
    "on %s: in two processes, after other cases in another order, on modules fresh and kept, over 100 plans",
    async (target) => {
      const shuffled = FORWARDS.map((index) => (index * 37 + 11) % PLANS);
      const [fresh, kept] = await Promise.all([
        hashesOf(target, FORWARDS, "fresh"),
        hashesOf(target, shuffled, "kept"),
      ]);

      expect(fresh.every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
      expect(kept).toEqual(fresh);
      expect(new Set(fresh).size).toBe(PLANS);
    },
    600_000,
  );
});
