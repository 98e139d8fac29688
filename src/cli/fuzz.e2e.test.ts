import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { runCommand } from "./run-command.test-support.js";
import { StartedCommand } from "./start-command.test-support.js";

interface Summary {
  readonly cases: number;
  readonly folder: string;
  readonly findings: readonly {
    readonly property: string;
    readonly token: string;
    readonly artifact: string;
    readonly traceHash: string;
    readonly confirmation: string;
  }[];
  readonly known: readonly { readonly issue: string; readonly token: string }[];
  readonly absent: readonly { readonly id: string; readonly status: string }[];
  readonly exercised: Readonly<Record<string, number>>;
  readonly isInterrupted: boolean;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function fuzzJson(...args: string[]): Promise<{ code: number | null; summary: Summary }> {
  const { code, stdout } = await runCommand(["fuzz", "--no-minimise", ...args, "--json"], {
    cwd: folder,
  });
  return { code, summary: JSON.parse(stdout) as Summary };
}

describe("happnstance fuzz", () => {
  it("tells known issues from what is new, and keeps them out of plans where it is told to", async () => {
    const sound = ["--faults", "none"];
    const args = ["happn-3@1.13.3", "--seed", "7", "--cases", "5", ...sound];
    const usual = await fuzzJson(...args);
    const avoiding = await fuzzJson(...args, "--avoid", "keys-with-dots-or-dollars-lost");
    const seen = ({ known }: Summary) => known.map(({ issue }) => issue);

    expect(seen(usual.summary)).toContain("keys-with-dots-or-dollars-lost");
    expect(seen(avoiding.summary)).not.toContain("keys-with-dots-or-dollars-lost");
    expect(avoiding.summary.absent).toContainEqual({
      id: "keys-with-dots-or-dollars-lost",
      status: "there",
    });
    for (const { token } of usual.summary.known.slice(0, 2)) {
      const again = await runCommand(["replay", token, ...sound], { cwd: folder });

      expect(again.stdout).toContain("same history as found");
      expect(again.stdout).toMatch(/FAILED/);
    }
    const [{ token = "", issue = "" } = {}] = avoiding.summary.known;
    const avoid = ["--avoid", "keys-with-dots-or-dollars-lost", ...sound];
    const replayed = await runCommand(["replay", token, ...avoid], { cwd: folder });

    expect(issue).not.toBe("");
    expect(replayed.stdout).toContain("same history as found");
  });

  it("runs a release whose modules nobody has looked through", async () => {
    const args = ["happn-3@3.1.1", "--seed", "1", "--cases", "3", "--faults", "none"];
    const { code, summary } = await fuzzJson(...args);

    expect(summary.cases).toBe(3);
    expect(summary.exercised["answered-once"]).toBeGreaterThan(20);
    expect(code).toBe(0);
  });

  it("finishes what it began where nobody reads its output any more", async () => {
    const args = ["fuzz", "reference", "--seed", "pipe", "--cases", "30", "--faults", "none"];
    const { code, stderr } = await runCommand([...args, "--out", "piped"], {
      cwd: folder,
      hangsUp: true,
    });
    const [run = ""] = readdirSync(join(folder, "piped"));
    const summary = readFileSync(join(folder, "piped", run, "summary.json"), "utf8");

    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect((JSON.parse(summary) as Summary).cases).toBe(30);
  });

  it.each(["reference", "reference:13.x"])("finds nothing in %s", async (target) => {
    const { code, summary } = await fuzzJson(target, "--seed", "e2e", "--cases", "60");

    expect(summary.findings).toEqual([]);
    expect(summary.cases).toBe(60);
    expect(summary.exercised["store-linearizable"]).toBeGreaterThan(0);
    expect(code).toBe(0);
  });

  it("keeps an artifact a finding, and its token and folder replay to the same history", async () => {
    const { code, summary } = await fuzzJson(
      "mutant:change-created",
      "--seed",
      "7",
      "--cases",
      "2",
    );

    expect(code).toBe(1);
    expect(summary.findings.length).toBeGreaterThan(0);
    for (const finding of summary.findings) {
      expect(finding.confirmation).toBe("confirmed");
      for (const name of [
        "plan.json",
        "history.jsonl",
        "finding.json",
        "timeline.html",
        "README.txt",
      ]) {
        expect(existsSync(join(folder, finding.artifact, name))).toBe(true);
      }
    }
    for (const { token, artifact, property } of summary.findings.slice(0, 2)) {
      for (const what of [[token, "--target", "mutant:change-created"], [artifact]]) {
        const replayed = await runCommand(["replay", ...what], { cwd: folder });

        expect(replayed.stdout).toContain("same history as found");
        expect(replayed.stdout).toMatch(/FAILED/);
        expect(replayed.stdout).toContain(property);
        expect(replayed.code).toBe(1);
      }
    }
  });

  it("leaves the smallest plan of what is new, and the one that was found beside it", async () => {
    const args = ["fuzz", "mutant:change-created", "--seed", "7", "--from", "1", "--cases", "1"];
    const { stdout } = await runCommand([...args, "--minimise-total", "60s"], { cwd: folder });
    const run = /Reports: (\S+)/.exec(stdout)?.[1] ?? "";
    const [name = ""] = readdirSync(join(folder, run)).filter((entry) => entry.includes("-times-"));
    const artifact = join(run, name);
    const original = JSON.parse(
      readFileSync(join(folder, artifact, "original-plan.json"), "utf8"),
    ) as { operations: unknown[] };
    const replayed = await runCommand(["replay", artifact], { cwd: folder });

    expect(stdout).toMatch(/\d{3} operations → \d operations in \d+ runs\n/);
    expect(stdout).toContain("is broken here");
    expect(original.operations.length).toBeGreaterThan(100);
    expect(existsSync(join(folder, artifact, "minimise.journal"))).toBe(false);
    expect(replayed.stdout).toMatch(/same history as found .* FAILED · write-times/);
  });

  it("spends no more time on that than it is given, and minimise goes on", async () => {
    const args = ["fuzz", "mutant:change-created", "--seed", "7", "--from", "1", "--cases", "1"];
    const brief = ["--minimise-time", "1ms", "--json"];
    const { stdout } = await runCommand([...args, ...brief], { cwd: folder });
    const { findings } = JSON.parse(stdout) as Summary;
    const [{ artifact } = { artifact: "" }] = findings;

    expect(findings[0]).toMatchObject({ minimised: { isMinimal: false } });
    expect(existsSync(join(folder, artifact, "minimise.journal"))).toBe(true);
    expect(existsSync(join(folder, artifact, "original-plan.json"))).toBe(true);
  });

  it("finds the same whatever the number of workers", async () => {
    const one = await fuzzJson(
      "mutant:change-created",
      "--seed",
      "3",
      "--cases",
      "4",
      "--workers",
      "1",
    );
    const two = await fuzzJson(
      "mutant:change-created",
      "--seed",
      "3",
      "--cases",
      "4",
      "--workers",
      "2",
    );

    expect(two.summary.findings.map(({ token, traceHash }) => [token, traceHash])).toEqual(
      one.summary.findings.map(({ token, traceHash }) => [token, traceHash]),
    );
  });

  it("makes its folder anew where somebody removes it meanwhile", async () => {
    const away = join(folder, "away");
    mkdirSync(away);
    const { code } = await runCommand(
      ["fuzz", "mutant:change-created", "--seed", "3", "--cases", "4", "--no-minimise"],
      {
        cwd: away,
        onOutput: (text) => {
          if (text.includes("seed 3")) rmSync(away, { recursive: true });
        },
      },
    );
    const [run = ""] = readdirSync(join(away, "happnstance-out"));

    expect(existsSync(join(away, "happnstance-out", run, "summary.json"))).toBe(true);
    expect(code).toBe(1);
  });

  it("keeps what was found when Ctrl-C comes while plans are made smaller", async () => {
    const out = join(folder, "in-the-middle");
    mkdirSync(out);
    const args = [
      "fuzz",
      "mutant:change-created",
      "--seed",
      "7",
      "--from",
      "1",
      "--cases",
      "1",
      "--out",
      out,
    ];
    // It has its journal in the folder of what is being made smaller.
    const isAtIt = new Promise<void>((resolve) => {
      const watcher = watch(out, { recursive: true }, (_, name) => {
        if (name?.endsWith("minimise.journal") !== true) return;
        watcher.close();
        resolve();
      });
    });
    const command = new StartedCommand(args, { cwd: folder });
    await Promise.race([isAtIt, command.ended]);
    const { code, stdout } = await command.kill("SIGINT");
    const [run = ""] = readdirSync(out);
    const summary = JSON.parse(readFileSync(join(out, run, "summary.json"), "utf8")) as Summary;

    expect(stdout).toMatch(/write-times +STO-2/);
    expect(stdout).toContain("happnstance minimise goes on");
    expect(summary.findings.length).toBeGreaterThan(0);
    expect(code).toBe(1);
  });

  it("goes on from where it was interrupted", async () => {
    let signals = 0;
    const { code, stdout } = await runCommand(
      ["fuzz", "reference", "--seed", "9", "--time", "60s", "--out", "stopped"],
      {
        cwd: folder,
        onOutput: (text, kill) => {
          if (signals === 0 && text.includes("seed 9")) {
            signals += 1;
            kill("SIGINT");
          }
        },
      },
    );

    expect(stdout).toMatch(
      /interrupted .*go on with: happnstance fuzz reference --seed 9 --from \d+/,
    );
    expect(code).toBe(2);
    const run = /Reports: (\S+)/.exec(stdout)?.[1] ?? "";
    const summary = JSON.parse(readFileSync(join(folder, run, "summary.json"), "utf8")) as Summary;
    expect(summary.isInterrupted).toBe(true);
  });
});
