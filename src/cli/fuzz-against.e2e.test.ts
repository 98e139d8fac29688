import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { runCommand } from "./run-command.test-support.js";

interface Summary {
  readonly cases: number;
  readonly alike: number;
  readonly byProfile: number;
  readonly decided: Readonly<Record<string, number>>;
  readonly differences: readonly {
    readonly shape: string;
    readonly isConfirmed: boolean;
    readonly folder: string;
  }[];
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const against = (one: string, other: string, ...args: string[]) =>
  runCommand(["fuzz", one, "--against", other, "--seed", "7", ...args], { cwd: folder });

describe("happnstance fuzz --against", () => {
  it("leaves to the profiles what they differ in", async () => {
    const { code, stdout } = await against("reference", "reference:13.x", "--cases", "2", "--json");

    expect(JSON.parse(stdout)).toMatchObject({ cases: 2, differences: [], decided: {} });
    expect((JSON.parse(stdout) as Summary).byProfile).toBeGreaterThan(0);
    expect(code).toBe(0);
  });

  it("leaves to properties what they decide", async () => {
    const mutant = "mutant:second-overwrite-lost";
    const { stdout } = await against("reference", mutant, "--cases", "3", "--json");
    const { decided, alike, differences } = JSON.parse(stdout) as Summary;

    expect(Object.values(decided).reduce((sum, count) => sum + count, alike)).toBe(3);
    expect(Object.keys(decided).length).toBeGreaterThan(0);
    expect(differences).toEqual([]);
  });

  it("shows what no clause decides side by side, and keeps plan and histories", async () => {
    const releases = ["happn-3@1.13.3", "happn-3@3.1.1"] as const;
    const { code, stdout } = await against(...releases, "--from", "7", "--cases", "1", "--strict");
    const [, kept = ""] = /^ {2}(\S+difference-1)$/m.exec(stdout) ?? [];

    expect(stdout).toContain("1 kind of difference that no clause decides");
    expect(stdout).toMatch(/informational {2}publication of /);
    expect(stdout).toMatch(/happn-3@1\.13\.3 +│ happn-3@3\.1\.1/);
    expect(stdout).not.toContain("did not differ in this way");
    for (const name of ["plan.json", "first.jsonl", "second.jsonl"]) {
      expect(existsSync(join(folder, kept, name))).toBe(true);
    }
    expect(code).toBe(1);

    const replay = (...args: string[]) => runCommand(["replay", kept, ...args], { cwd: folder });
    for (const run of [await replay(), await replay("--target", releases[1])]) {
      expect(run.stdout).toContain("same history");
    }
    const compared = await runCommand(["diff", kept, releases[1]], { cwd: folder });
    expect(compared.stdout).toMatch(/happn-3@3\.1\.1/);
    expect(compared.code).toBe(1);
  });

  it("refuses a server in real time", async () => {
    const { code, stderr } = await against("reference", "ws://127.0.0.1:9");

    expect(stderr).toMatch(/^happnstance: ws:.* runs in real time.*\n$/);
    expect(code).toBe(64);
  });
});
