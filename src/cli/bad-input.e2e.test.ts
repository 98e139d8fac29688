import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { GENERATOR_VERSION } from "../workload/index.js";
import { runCommand, type CommandRun } from "./run-command.test-support.js";
import { packageRoot } from "./version.js";

const TRANSCRIPT = join(packageRoot(), "corpus", "transcripts", "happner-protocol-2.14.2.md");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One line on stderr, nothing like a stack. */
function expectOneLine(run: CommandRun, code: number, words: RegExp): void {
  const lines = run.stderr.trim().split("\n");
  expect(run.stderr).toMatch(words);
  expect(run.stderr).not.toContain("    at ");
  expect(lines.filter((line) => line.startsWith("happnstance: "))).toHaveLength(1);
  expect(run.code).toBe(code);
}

function run(...args: string[]): Promise<CommandRun> {
  return runCommand(args, { cwd: folder });
}

describe("bad input", () => {
  it("names the targets there are when one is unknown", async () => {
    expectOneLine(
      await run("fuzz", "happn-3@9.9.9"),
      64,
      /unknown target "happn-3@9.9.9".*1\.13\.3/,
    );
  });

  it("says what a token looks like when one is malformed", async () => {
    expectOneLine(await run("replay", "hs1-7-12"), 64, /not a token.*hs1-7-0012-ak3f9x/);
  });

  it("asks for the artifact when a token is another generator's", async () => {
    const token = `hs${GENERATOR_VERSION + 1}-7-0012-ak3f9x`;

    expectOneLine(await run("replay", token), 64, /made by generator.*artifact/);
  });

  it("asks for --target when a token does not tell its target", async () => {
    const token = `hs${GENERATOR_VERSION}-7-0012-mk3f9x`;

    expectOneLine(await run("replay", token), 64, /--target/);
  });

  it("says that a folder is missing", async () => {
    expectOneLine(await run("replay", "./nowhere"), 64, /there is no folder \.\/nowhere/);
  });

  it("names the file of an artifact that is truncated, and where", async () => {
    const options = ["--seed", "1", "--cases", "4", "--no-minimise", "--json"];
    const fuzzed = await run("fuzz", "mutant:change-created", ...options);
    const { findings } = JSON.parse(fuzzed.stdout) as { findings: { artifact: string }[] };
    const artifact = join(folder, findings[0]?.artifact ?? "");
    for (const name of ["plan.json", "finding.json", "history.jsonl"]) {
      const broken = join(folder, `broken-${name}`);
      cpSync(artifact, broken, { recursive: true });
      const text = readFileSync(join(broken, name), "utf8");
      writeFileSync(join(broken, name), text.slice(0, Math.floor(text.length / 2)));

      expectOneLine(await run("replay", broken), 64, new RegExp(name.replace(".", "\\.")));
    }
    rmSync(join(artifact, "plan.json"));

    expectOneLine(await run("replay", artifact), 64, /plan\.json cannot be read/);
  });

  it("names the line of a transcript whose JSON is broken", async () => {
    const lines = readFileSync(TRANSCRIPT, "utf8").split("\n");
    const index = lines.findIndex((line) => line.includes('"eventId": 2'));
    lines[index] = '  "eventId": 2,,';
    const file = join(folder, "broken.md");
    writeFileSync(file, lines.join("\n"));

    expectOneLine(await run("check", file), 64, /broken\.md: .*line \d+/);
  });

  it("refuses a recording of an unknown kind, and one that is not there", async () => {
    writeFileSync(join(folder, "a.har"), "{}");

    expectOneLine(await run("check", "a.har"), 64, /a\.har: is no HAR file/);
    expectOneLine(await run("check", "none.jsonl"), 64, /cannot read none\.jsonl/);
  });

  it("says that the target cannot be installed without a network", async () => {
    const cache = join(folder, "empty-cache");
    mkdirSync(cache);
    const offline = await runCommand(["fuzz", "happn-3@1.13.3", "--cases", "1"], {
      cwd: folder,
      env: {
        HAPPNSTANCE_CACHE: cache,
        npm_config_cache: join(folder, "empty-npm-cache"),
        npm_config_registry: "http://127.0.0.1:1/",
        npm_config_fetch_retries: "0",
      },
    });

    expectOneLine(offline, 69, /happn-3@?\s?1\.13\.3.*install/i);
  });

  it("asks for another folder when the output cannot be written", async () => {
    writeFileSync(join(folder, "occupied"), "");

    expectOneLine(
      await run("fuzz", "reference", "--cases", "1", "--out", "occupied/runs"),
      64,
      /cannot write to occupied\/runs.*--out/,
    );
  });

  it.each([
    ["--cases", "0"],
    ["--cases", "many"],
    ["--time", "10"],
    ["--seed", "a b"],
    ["--workers", "0"],
    ["--unheard-of", "1"],
  ])("refuses %s %s", async (flag, value) => {
    const { code, stderr } = await run("fuzz", "reference", flag, value);

    expect(code).toBe(64);
    expect(stderr).toContain(flag);
    expect(stderr).not.toContain("    at ");
  });
});
