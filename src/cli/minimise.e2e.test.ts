import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { keepArtifact, MUTANT_TARGET } from "./artifact.test-support.js";
import { parsePlan, type Plan } from "../plan/index.js";
import { runCommand } from "./run-command.test-support.js";

const START_MS_MAX = 120_000;

let folder: string;
/** With a plan of more than a hundred operations. */
let artifact: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-"));
  artifact = join(folder, "artifact");
  await keepArtifact(artifact, 100);
}, START_MS_MAX);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function copied(name: string): string {
  cpSync(artifact, join(folder, name), { recursive: true });
  return name;
}

function planIn(name: string, file = "plan.json"): Plan {
  const parsed = parsePlan(readFileSync(join(folder, name, file), "utf8"));
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.plan;
}

describe("happnstance minimise", () => {
  it("leaves the smallest plan in the artifact, beside the one before, and it replays", async () => {
    const name = copied("whole");
    const before = planIn(name);

    const { code, stdout } = await runCommand(["minimise", name], { cwd: folder });

    expect(stdout).toMatch(/\d+ operations → \d operations in \d+ runs: no step is left/);
    expect(code).toBe(1);
    expect(planIn(name, "original-plan.json")).toEqual(before);
    expect(planIn(name).operations.length).toBeLessThan(10);
    expect(existsSync(join(folder, name, "minimise.journal"))).toBe(false);
    const replayed = await runCommand(["replay", name], { cwd: folder });
    expect(replayed.stdout).toContain("same history as found");
    expect(replayed.stdout).toContain("FAILED");
    expect(readFileSync(join(folder, name, "README.txt"), "utf8")).toContain("original-plan.json");
  });

  it("goes on where its runs were spent, and comes to the same plan", async () => {
    const name = copied("stopped");

    const first = await runCommand(["minimise", name, "--runs", "12", "--json"], { cwd: folder });
    const stopped = JSON.parse(first.stdout) as { isMinimal: boolean; runs: number };
    expect(stopped).toMatchObject({ isMinimal: false, runs: 12 });
    expect(existsSync(join(folder, name, "minimise.journal"))).toBe(true);
    const second = await runCommand(["minimise", name, "--json"], { cwd: folder });

    expect(JSON.parse(second.stdout)).toMatchObject({ isMinimal: true });
    expect(planIn(name)).toEqual(planIn("whole"));
    expect(planIn(name, "original-plan.json")).toEqual(planIn("whole", "original-plan.json"));
  });

  it("keeps the smallest plan so far at Ctrl-C", async () => {
    const name = copied("interrupted");

    const { code, stdout, stderr } = await runCommand(["minimise", name, "--workers", "1"], {
      cwd: folder,
      onOutput: (text, kill) => {
        if (text.includes("minimising")) kill("SIGINT");
      },
    });

    expect(stderr).toContain("stopping: the smallest plan so far is kept");
    expect(stdout).toMatch(/not minimal yet; the same command goes on|no step is left/);
    expect(code).toBe(1);
    const replayed = await runCommand(["replay", name], { cwd: folder });
    expect(replayed.stdout).toContain("FAILED");
  });

  it("says when the plan does not fail any more", async () => {
    const name = copied("fixed");
    const finding = join(folder, name, "finding.json");
    const text = readFileSync(finding, "utf8").replace(MUTANT_TARGET, "reference");
    writeFileSync(finding, text);

    const { code, stdout } = await runCommand(["minimise", name], { cwd: folder });

    expect(stdout).toContain("is not broken by this plan on reference any more");
    expect(code).toBe(0);
  });

  it("refuses a target in real time, in one line", async () => {
    const name = copied("live");
    const finding = join(folder, name, "finding.json");
    const text = readFileSync(finding, "utf8").replace(MUTANT_TARGET, "ws://127.0.0.1:9");
    writeFileSync(finding, text);

    const { code, stderr } = await runCommand(["minimise", name], { cwd: folder });

    expect(stderr).toMatch(/^happnstance: ws:.* runs in real time.*\n$/);
    expect(code).toBe(64);
  });
});
