import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { runCommand } from "./run-command.test-support.js";
import type { Trial } from "./selftest.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const selftest = (...args: string[]) => runCommand(["selftest", ...args], { cwd: folder });

describe("happnstance selftest", () => {
  it("says by which property a mutant is caught, and after how many cases", async () => {
    const { code, stdout } = await selftest("--only", "lose-write", "--json");
    const { trials, median, missed } = JSON.parse(stdout) as {
      trials: readonly Trial[];
      median: number;
      missed: number;
    };

    expect(trials).toHaveLength(1);
    expect(trials[0]).toMatchObject({ mutant: "lose-write", caughtBy: "store-linearizable" });
    expect(median).toBe(trials[0]?.cases);
    expect([missed, code]).toEqual([0, 0]);
  });

  it("runs a mutant by the profile in which it shows", async () => {
    const { code, stdout } = await selftest("--only", "double-star-is-one");

    expect(stdout).toMatch(/double-star-is-one +SUB-5 +no-missed-publication/);
    expect(code).toBe(0);
  });

  it("fails where a mutant is not caught by a property that is meant for it", async () => {
    const { code, stdout } = await selftest("--only", "malformed-undoes-write", "--cases", "1");

    expect(stdout).toContain("NOT CAUGHT");
    expect(stdout).toContain("1 mutant, 1 not caught");
    expect(code).toBe(1);
  });

  it("names the mutants there are when it is asked for another", async () => {
    const { code, stderr } = await selftest("--only", "nonsense");

    expect(stderr).toContain('there is no mutant "nonsense"; there are ');
    expect(code).toBe(64);
  });
});
