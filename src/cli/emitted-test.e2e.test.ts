import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { GENERATOR_VERSION } from "../workload/index.js";
import { keepArtifact } from "./artifact.test-support.js";
import { runCommand } from "./run-command.test-support.js";
import { packageRoot } from "./version.js";

const START_MS_MAX = 120_000;

/** A project that has happnstance and vitest. */
let project: string;
beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "happnstance-"));
  mkdirSync(join(project, "node_modules"));
  symlinkSync(packageRoot(), join(project, "node_modules", "happnstance"));
  symlinkSync(
    join(packageRoot(), "node_modules", "vitest"),
    join(project, "node_modules", "vitest"),
  );
  writeFileSync(join(project, "package.json"), '{ "type": "module" }\n');
  await keepArtifact(join(project, "artifact"), 1);
}, START_MS_MAX);
afterAll(() => rmSync(project, { recursive: true, force: true }));

interface TestResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** What vitest makes of the project's tests, by file. */
async function vitest() {
  const report = join(project, "results.json");
  const args = [
    "run",
    "--root",
    project,
    "--no-isolate",
    "--no-file-parallelism",
    "--reporter=json",
    `--outputFile=${report}`,
  ];
  const child = spawn(
    process.execPath,
    [join(packageRoot(), "node_modules", "vitest", "vitest.mjs"), ...args],
    { cwd: project, stdio: "ignore" },
  );
  await new Promise((resolve) => child.on("close", resolve));
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as TestResults;
  return Object.fromEntries(
    testResults.map(({ name, assertionResults }) => [basename(name), assertionResults]),
  );
}

const CAMPAIGNS = [
  'import { testTarget } from "happnstance/vitest";',
  'testTarget("reference", { cases: 1 });',
  'testTarget("mutant:change-created", { seed: "7", from: 1, cases: 1, minimise: false });',
].join("\n");

describe("happnstance replay --emit-test", () => {
  it("writes tests that fail while the defect is there, and testTarget makes campaigns tests", async () => {
    const emit = (...args: string[]) =>
      runCommand(["replay", "artifact", "--emit-test", ...args], { cwd: project });
    const emitted = await emit("emitted.test.ts");
    const mended = await emit("mended.test.ts", "--target", "reference");
    writeFileSync(join(project, "campaigns.test.ts"), CAMPAIGNS);
    const results = await vitest();
    const [failed, ...others] = results["emitted.test.ts"] ?? [];
    const broken = results["campaigns.test.ts"]?.filter(({ status }) => status !== "passed") ?? [];

    expect([emitted.code, mended.code]).toEqual([1, 0]);
    expect(failed?.title).toMatch(/^no-missed-publication \([A-Z]{3}-\d+\)/);
    expect(failed?.status).toBe("failed");
    expect(failed?.failureMessages.join()).toContain("expected: ");
    expect(others).toEqual([]);
    expect(results["mended.test.ts"]?.map(({ status }) => status)).toEqual(["passed"]);
    expect(broken.map(({ title }) => title)).toContainEqual(
      expect.stringMatching(/^[a-z-]+: [A-Z]/),
    );
    expect(broken[0]?.failureMessages.join()).toContain("happnstance replay hs");
    expect(results["campaigns.test.ts"]?.length).toBeGreaterThan(2 * broken.length);
  });

  it("writes to stdout where no file is named, and nothing else", async () => {
    const { stdout } = await runCommand(["replay", "artifact", "--emit-test"], { cwd: project });

    expect(stdout).toBe(readFileSync(join(project, "emitted.test.ts"), "utf8"));
  });

  it("says so where there is nothing to test", async () => {
    const fuzzed = await runCommand(["fuzz", "reference", "--cases", "1", "--json"], {
      cwd: project,
    });
    const { seed } = JSON.parse(fuzzed.stdout) as { seed: string };
    const token = `hs${GENERATOR_VERSION}-${seed}-0000-raaaaa`;
    const { code, stderr } = await runCommand(["replay", token, "--emit-test"], { cwd: project });

    expect(stderr).toMatch(/^happnstance: nothing is broken by this case on reference: .*\n$/);
    expect(code).toBe(64);
  });
});
