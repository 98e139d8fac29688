import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { installRelease } from "../targets/node/install.js";
import { runCommand, type CommandRun } from "./run-command.test-support.js";
import { StartedCommand } from "./start-command.test-support.js";
import { packageRoot } from "./version.js";

const MAIN = join(packageRoot(), "dist", "src", "cli", "main.js");
const SERVE = `cmd:node ${JSON.stringify(MAIN)} serve --port {port} --seed 1`;
const QUICK = ["--speed", "200", "--workers", "2", "--json"];

/** On a machine so slow that all overlaps with all, the search for an order may spend its budget: 2. */
const NOTHING_FOUND = [0, 2];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const running: StartedCommand[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((command) => command.kill("SIGKILL")));
});

interface Summary {
  readonly cases: number;
  readonly operations: number;
  readonly folder: string;
  readonly exercised: Record<string, number>;
  readonly unknown: unknown[];
  readonly findings: readonly {
    readonly property: string;
    readonly clause: string;
    readonly artifact: string;
    readonly live: { readonly seen: number; readonly runs: number };
  }[];
}

function run(...args: string[]): Promise<CommandRun> {
  return runCommand(args, { cwd: folder });
}

const summaryOf = ({ stdout }: CommandRun) => JSON.parse(stdout) as Summary;

describe("cases in real time", () => {
  it("find nothing in the reference server behind a URL, whatever earlier cases left", async () => {
    const server = new StartedCommand(["serve", "--port", "0", "--json", "--latency", "0..3"], {});
    running.push(server);
    const { url } = await server.event("listening");

    for (const seed of ["u1", "u1"]) {
      const fuzzed = await run("fuzz", String(url), "--cases", "4", "--seed", seed, ...QUICK);

      const summary = summaryOf(fuzzed);
      expect(summary.findings).toEqual([]);
      expect(NOTHING_FOUND).toContain(fuzzed.code);
      expect(summary.operations).toBeGreaterThan(200);
      expect(summary.exercised["no-missed-publication"]).toBeGreaterThan(0);
      expect(summary.exercised["store-linearizable"]).toBeGreaterThan(0);
    }
  });

  it("find nothing in the reference server that a command starts, and stop it in order", async () => {
    const fuzzed = await run("fuzz", SERVE, "--cases", "4", "--seed", "c1", ...QUICK);

    const summary = summaryOf(fuzzed);
    expect(summary.findings).toEqual([]);
    expect(NOTHING_FOUND).toContain(fuzzed.code);
    expect(summary.exercised["orderly-stop"]).toBeGreaterThan(0);
    expect(summary.exercised["lockstep-prediction"]).toBeGreaterThan(0);
  });

  it("find what a server does wrong, keep its output, and see it again in so many runs", async () => {
    const target = `${SERVE} --mutant answer-twice`;
    const fuzzed = await run(
      "fuzz",
      target,
      "--cases",
      "1",
      "--seed",
      "m1",
      "--runs",
      "1",
      ...QUICK,
    );

    const { findings } = summaryOf(fuzzed);
    expect(fuzzed.code).toBe(1);
    const found = findings.find(({ property }) => property === "answered-once");
    expect(found?.live).toMatchObject({ runs: 1 });
    const artifact = join(folder, found?.artifact ?? "");
    expect(readFileSync(join(artifact, "server.log"), "utf8")).toContain("listens at ws://");
    expect(readFileSync(join(artifact, "README.txt"), "utf8")).toContain("in real time");

    const checked = await run("check", join(artifact, "history.jsonl"));
    expect(checked.code).toBe(1);
    expect(checked.stdout).toContain("answered-once");

    const replayed = await run("replay", artifact, "--runs", "2");
    expect(replayed.stdout).toMatch(/in real time, best effort: seen in [12] of 2 runs .* FAILED/);
    expect(replayed.code).toBe(1);

    const mended = await run("replay", artifact, "--runs", "1", "--target", SERVE);
    expect(mended.stdout).toMatch(/seen in 0 of 1 run .* NOT SEEN/);
    expect(mended.code).toBe(2);
  });

  it("take the end of a process for what it is, with its last words", async () => {
    const script = join(packageRoot(), "examples", "fragile-server.js");
    expect(existsSync(script)).toBe(true);
    const target = `cmd:node ${JSON.stringify(script)} {port}`;
    const fuzzed = await run(
      "fuzz",
      target,
      "--cases",
      "1",
      "--seed",
      "f1",
      "--runs",
      "0",
      ...QUICK,
    );

    expect(fuzzed.code).toBe(1);
    const { findings } = summaryOf(fuzzed);
    const crash = findings.find(({ property }) => property === "server-survives");
    const finding = readFileSync(join(folder, crash?.artifact ?? "", "finding.json"), "utf8");
    expect(JSON.parse(finding)).toMatchObject({
      message: expect.stringContaining("TypeError: too much") as string,
      shape: ["uncaught-exception", "TypeError", "fragile-server.js answer", expect.anything()],
    });
  });

  it("find in happn-3 1.13.3 over real sockets what is known of it in simulation", async () => {
    const release = await installRelease("happn-3", "1.13.3", () => undefined);
    const script = join(packageRoot(), "examples", "happn-3-server.js");
    const target = `cmd:node ${JSON.stringify(script)} {port} ${JSON.stringify(release)}`;
    const fuzzed = await run(
      "fuzz",
      target,
      "--cases",
      "2",
      "--seed",
      "h1",
      "--runs",
      "0",
      ...QUICK,
    );

    const { findings } = summaryOf(fuzzed);
    expect(fuzzed.code).toBe(1);
    const known = readFileSync(
      join(packageRoot(), "corpus", "known-issues", "happn-3@1.13.3.json"),
      "utf8",
    );
    const properties = new Set(findings.map(({ property }) => property));
    expect([...properties].filter((property) => !known.includes(`"${property}"`))).toEqual([]);
    expect(properties.size).toBeGreaterThan(0);
  });
});
