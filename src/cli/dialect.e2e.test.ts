import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { formatToken, hashCodeOf } from "../engine/index.js";
import { GENERATOR_VERSION } from "../workload/index.js";
import { runCommand } from "./run-command.test-support.js";

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
const FEW = ["--seed", "e2e", "--no-minimise", "--json", "--cases"];

describe("later dialects", () => {
  it.each([
    ["reference:5.x", "happn_2"],
    ["reference:13.x", "happn_4"],
    ["reference:13.x", "mixed"],
  ])("of %s, in %s, are put to the test, and nothing is found", async (target, dialect) => {
    const { code, stdout } = await run("fuzz", target, "--dialect", dialect, ...FEW, "30");
    const { findings, exercised } = JSON.parse(stdout) as Summary;

    expect([code, findings]).toEqual([0, []]);
    expect(exercised["listener-named"]).toBeGreaterThan(0);
  });

  it("are asked for by default where a release serves no other, and named in tokens", async () => {
    const { stdout } = await run("fuzz", "happn-3@8.2.7", ...FEW, "6");
    const { findings } = JSON.parse(stdout) as Summary;
    const [runFolder = ""] = readdirSync(join(folder, "happnstance-out")).sort().slice(-1);
    const artifacts = readdirSync(join(folder, "happnstance-out", runFolder), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith("plan.json"));
    const plan = readFileSync(
      join(folder, "happnstance-out", runFolder, artifacts[0] ?? ""),
      "utf8",
    );

    expect(findings.length).toBeGreaterThan(0);
    expect(plan).toContain('"dialect":"happn_3"');
    const [finding] = findings;
    expect(finding?.token).toMatch(/^hs\d+-e2e-\d{4}-H/);
    const replayed = await run("replay", finding?.token ?? "");
    expect(replayed.stdout).toContain("FAILED");
  });

  it("have tokens that replay", async () => {
    const parts = { generator: GENERATOR_VERSION, seed: "e2e", caseIndex: 0, targetCode: "D" };
    const token = formatToken({ ...parts, hashCode: hashCodeOf("0".repeat(64)) });
    const { code, stdout } = await run("replay", token);

    // Another hash than the token's: that is said, and the case was run all the same.
    expect(code).toBe(3);
    expect(stdout).toContain("DIVERGED");
  });

  it("are refused of targets that do not speak them, in secure mode, and beside another target", async () => {
    const unknown = await run("fuzz", "happn-3@1.13.3", "--dialect", "happn_4");
    const secure = await run("fuzz", "reference", "--secure", "--dialect", "happn_2");
    const beside = await run(...["fuzz", "reference:13.x+happn_4", "--against", "reference:13.x"]);

    expect([unknown.code, secure.code, beside.code]).toEqual([64, 64, 64]);
    expect(unknown.stderr).toContain("happn-3@1.13.3 is not fuzzed in happn_4; there are");
    expect(secure.stderr).toContain("in secure mode");
    expect(beside.stderr).toContain("name reference:13.x");
  });
});
