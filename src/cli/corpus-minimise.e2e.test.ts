import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { keepArtifact } from "./artifact.test-support.js";
import { runCommand } from "./run-command.test-support.js";

const START_MS_MAX = 120_000;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-"));
  await keepArtifact(join(folder, "mutant", "one-defect"), 20);
}, START_MS_MAX);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function corpus(...args: string[]) {
  return runCommand(["corpus", ...args], { cwd: folder });
}

describe("happnstance corpus minimise", () => {
  it("leaves minimal regressions, and tells with --check which are not", async () => {
    const before = await corpus("minimise", "mutant", "--check");
    expect(before.stdout).toContain("mutant/one-defect  not minimal");
    expect(before.stdout).toContain("0 of 1 regression minimal");
    expect(before.code).toBe(1);

    const minimised = await corpus("minimise", "mutant");
    expect(minimised.stdout).toMatch(
      /mutant\/one-defect {2}\d+ operations → \d operations, \d+ runs/,
    );
    expect(minimised.code).toBe(0);
    expect(existsSync(join(folder, "mutant", "one-defect", "original-plan.json"))).toBe(false);
    expect(readFileSync(join(folder, "mutant", "one-defect", "README.txt"), "utf8")).toContain(
      "one-defect: mutant:",
    );

    expect((await corpus("minimise", "mutant", "--check")).code).toBe(0);
    expect((await corpus("run", "mutant")).stdout).toContain("1 of 1 regression as recorded");
  });
});
