import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { runCommand } from "./run-command.test-support.js";

interface Summary {
  readonly folder: string;
  readonly findings: readonly { readonly artifact: string; readonly token: string }[];
}

/** A campaign of a few cases, on a busy machine. */
const SETUP_MS_MAX = 300_000;

let folder: string;
let summary: Summary;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-"));
  const args = [
    "fuzz",
    "mutant:second-overwrite-lost",
    "--seed",
    "3",
    "--cases",
    "12",
    "--no-minimise",
    "--json",
  ];
  const { stdout } = await runCommand(args, { cwd: folder });
  summary = JSON.parse(stdout) as Summary;
}, SETUP_MS_MAX);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const report = (...args: string[]) => runCommand(["report", ...args], { cwd: folder });
const artifactOf = (place: number) => summary.findings[place]?.artifact ?? "";

describe("happnstance report", () => {
  it("finds a timeline with every finding of a run, and writes the same again", async () => {
    expect(summary.findings.length).toBeGreaterThan(0);
    for (const { artifact } of summary.findings) {
      const page = join(folder, artifact, "timeline.html");
      const first = readFileSync(page, "utf8");
      const { code, stdout } = await report(artifact);

      expect(code).toBe(0);
      expect(stdout).toContain(join(artifact, "timeline.html"));
      expect(readFileSync(page, "utf8")).toBe(first);
    }
  });

  it("tells the sequence of frames, with the broken expectation", async () => {
    const { stdout } = await report(artifactOf(0));

    expect(stdout).toMatch(/is broken here/);
    expect(stdout).toMatch(/├─+▶|◀─+┤/);
    expect(stdout).not.toContain("\u001b[");
  });

  it("indexes a run", async () => {
    const { code, stdout } = await report(summary.folder);
    const index = readFileSync(join(folder, summary.folder, "index.html"), "utf8");

    expect(code).toBe(0);
    expect(stdout).toContain(join(summary.folder, "index.html"));
    expect([...index.matchAll(/timeline\.html"/g)]).toHaveLength(summary.findings.length);
  });

  it("runs a corpus entry again, and leaves the entry as it is", async () => {
    const { code, stdout } = await report(
      "happn-3@1.13.3/exact-paths-ignore-case",
      "--out",
      "kept",
    );
    const kept = join(folder, "kept", "happn-3@1.13.3-exact-paths-ignore-case");

    expect(code).toBe(0);
    expect(stdout).toContain("SUB-5 (must) is broken here");
    for (const name of [
      "plan.json",
      "history.jsonl",
      "finding.json",
      "timeline.html",
      "README.txt",
    ]) {
      expect(existsSync(join(kept, name))).toBe(true);
    }
  });

  it("shows a case by its token", async () => {
    const token = summary.findings[0]?.token ?? "";
    const { code, stdout } = await report(
      token,
      "--target",
      "mutant:second-overwrite-lost",
      "--out",
      "t",
    );

    expect(code).toBe(0);
    expect(stdout).toContain("is broken here");
    expect(statSync(join(folder, "t", token)).isDirectory()).toBe(true);
  });

  it.each([
    ["nowhere/at/all", "there is no folder nowhere/at/all"],
    [".", "is neither an artifact"],
    ["hs0-1-0001-aaaaaa", "was made by generator 0"],
  ])("refuses %s in one line", async (what, reason) => {
    const { code, stderr } = await report(what);

    expect(code).toBe(64);
    expect(stderr).toContain(reason);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("says which file of an artifact is broken", async () => {
    const broken = join(folder, artifactOf(0));
    const text = readFileSync(join(broken, "history.jsonl"), "utf8");
    writeFileSync(join(broken, "history.jsonl"), text.slice(0, text.length / 2));
    const { code, stderr } = await report(artifactOf(0));
    writeFileSync(join(broken, "history.jsonl"), text);

    expect(code).toBe(64);
    expect(stderr).toContain("history.jsonl");
  });
});
