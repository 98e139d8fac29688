import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { RunnerProcess } from "../campaign/index.js";
import { formatToken, hashCodeOf } from "../engine/index.js";
import type { ModuleTier } from "../targets/target.js";
import { GENERATOR_VERSION } from "../workload/index.js";
import { runCommand } from "./run-command.test-support.js";

const WATCHDOG_MS = 30_000;
const PLANS = 3;

interface Summary {
  readonly findings: readonly { readonly property: string; readonly token: string }[];
  readonly exercised: Readonly<Record<string, number>>;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) => runCommand(args, { cwd: folder });

/** Trace hashes of the plans by number, run in the given order in one process. */
async function hashesOf(
  target: string,
  order: readonly number[],
  modules: ModuleTier,
): Promise<readonly string[]> {
  const runner = new RunnerProcess({
    runnerPath: new URL("../../dist/src/cli/runner.js", import.meta.url).pathname,
    watchdogMs: WATCHDOG_MS,
    progress: () => undefined,
  });
  const hashes = new Array<string>(order.length);
  try {
    for (const index of order) {
      const planSeed = `secure/${index}`;
      const request = { id: index, target, planSeed, modules, wantsHistory: false } as const;
      const reply = await runner.run(request);
      hashes[index] = reply.kind === "verdict" ? reply.verdict.hash : JSON.stringify(reply);
    }
  } finally {
    runner.kill();
  }
  return hashes;
}

describe("secure mode", () => {
  it("puts every promise of its own to the test, and finds nothing in the reference", async () => {
    const args = ["--seed", "e2e", "--cases", "40", "--no-minimise", "--json"];
    const { code, stdout } = await run("fuzz", "reference", "--secure", ...args);
    const { findings, exercised } = JSON.parse(stdout) as Summary;

    expect([code, findings]).toEqual([0, []]);
    for (const property of [
      ...["credentials-checked", "permitted-is-served", "forbidden-has-no-effect"],
      ...["forbidden-not-shown", "forbidden-not-heard", "revoked-session-ended"],
    ]) {
      expect([property, (exercised[property] ?? 0) > 0]).toEqual([property, true]);
    }
    expect(exercised).not.toHaveProperty("lockstep-prediction");
  });

  it("is not spoken of in other campaigns", async () => {
    const args = ["--seed", "e2e", "--cases", "3", "--no-minimise", "--json"];
    const { stdout } = await run("fuzz", "reference", ...args);

    expect((JSON.parse(stdout) as Summary).exercised).not.toHaveProperty("credentials-checked");
  });

  it("gives tokens that are replayed in secure mode", async () => {
    const [hash = ""] = await hashesOf("reference+secure", [0], "fresh");
    const token = formatToken({
      ...{ generator: GENERATOR_VERSION, seed: "secure", caseIndex: 0, targetCode: "0" },
      hashCode: hashCodeOf(hash),
    });
    const { code, stdout } = await run("replay", token);

    expect(stdout).toContain("reference+secure");
    expect(stdout).toContain("same history as found");
    expect(code).toBe(0);
  });

  it("is refused where nobody could administer, or nobody compares", async () => {
    const live = await run("fuzz", "ws://127.0.0.1:1", "--secure");
    const against = await run("fuzz", "reference", "--secure", "--against", "reference:13.x");

    expect([live.code, against.code]).toEqual([64, 64]);
    expect(live.stderr).toContain("is not run in secure mode; there are reference, ");
    expect(against.stderr).toContain("--against compares without secure mode");
  });

  it.each(["happn-3@1.13.3+secure", "happn-3@6.3.2+secure", "happn-3@13.12.1+secure"])(
    "gives one trace hash a seed on %s: in two processes, in another order, on modules fresh and kept",
    async (target) => {
      const forwards = Array.from({ length: PLANS }, (_, index) => index);
      const [first, second] = await Promise.all([
        hashesOf(target, forwards, "fresh"),
        hashesOf(target, forwards.toReversed(), "kept"),
      ]);

      expect(first.every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
      expect(second).toEqual(first);
    },
    120_000,
  );
});
