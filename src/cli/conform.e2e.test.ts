import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { CellRecord, ConformanceDocument } from "../report/index.js";
import { runCommand } from "./run-command.test-support.js";
import { packageRoot } from "./version.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-conform-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PYTHON = "cmd:python3 examples/python-server/server.py {port}";
const NODE = "cmd:node examples/node-server/server.js {port}";
/** Clauses of which the cases overlap, merge, subscribe and stop. */
const SOME_CLAUSES = "SES-7,COR-2,STO-4,SUB-2";

interface Held {
  readonly code: number | null;
  readonly document: ConformanceDocument;
}

async function held(...args: readonly string[]): Promise<Held> {
  const all = ["conform", ...args, "--cases", "0", "--out", folder, "--json"];
  const { code, stdout, stderr } = await runCommand(all, { cwd: packageRoot() });
  expect(stderr).toBe("");
  return { code, document: JSON.parse(stdout) as ConformanceDocument };
}

function cellOf({ document }: Held, clause: string): CellRecord | undefined {
  return document.targets[0]?.cells.find((cell) => cell.clause === clause);
}

function clausesThatAre(verdict: string, { document }: Held): readonly string[] {
  return (document.targets[0]?.cells ?? [])
    .filter((cell) => cell.verdict === verdict)
    .map(({ clause }) => clause);
}

describe("conform", () => {
  it("finds a mutant in the clause that it breaks, and shows the operations and the frames", async () => {
    const run = await held("mutant:merge-replaces", "--clauses", "STO-4");
    const cell = cellOf(run, "STO-4");

    expect(run.code).toBe(1);
    expect(cell?.verdict).toBe("FAILED");
    const [evidence] = cell?.evidence ?? [];
    expect(evidence?.operations.map(({ action }) => action.kind)).toContain("set");
    expect(evidence?.log.some(({ isEvidence }) => isEvidence === true)).toBe(true);
    expect(evidence?.expected).not.toBe("");
  });

  it("shows what a generated case found as a small plan", async () => {
    const args = ["mutant:merge-replaces", "--clauses", "SES-1", "--cases", "12", "--seed", "a"];
    const { stdout } = await runCommand(["conform", ...args, "--out", folder, "--json"], {
      cwd: folder,
    });
    const document = JSON.parse(stdout) as ConformanceDocument;
    const [evidence] = cellOf({ code: 1, document }, "STO-4")?.evidence ?? [];

    expect(evidence?.case.origin).toBe("minimised");
    expect(evidence?.operations.length).toBeLessThan(6);
    expect(evidence?.log.some(({ isEvidence }) => isEvidence === true)).toBe(true);
  });

  it("calls nothing kept that no case put to the test", async () => {
    const run = await held("reference", "--clauses", "STO-13");

    expect(run.code).toBe(0);
    expect(clausesThatAre("UNEXERCISED", run)).toContain("SUB-4");
  });

  it("judges secure mode, and files that outlive a process", async () => {
    const clauses = ["--clauses", "STO-11,SEC-1,SEC-2,SEC-3,SEC-4"];
    const release = await held("happn-3@13.12.1", ...clauses);
    const reference = await held("reference", ...clauses);

    expect(["STO-11", "SEC-1", "SEC-3", "SEC-4"].map((id) => cellOf(release, id)?.verdict)).toEqual(
      ["OK", "OK", "OK", "OK"],
    );
    const [evidence] = cellOf(release, "SEC-2")?.evidence ?? [];
    expect(evidence?.knownIssue).toBe("permission-of-another-group-replaces");
    expect(reference.code).toBe(0);
    expect(cellOf(reference, "SEC-2")?.verdict).toBe("OK");
    expect(cellOf(reference, "STO-11")?.verdict).toBe("OK");
  });

  it("keeps the matrix as data, as a page and as Markdown", async () => {
    const out = join(folder, "kept");
    const markdown = join(folder, "matrix.md");
    const args = ["conform", "reference", "--clauses", "STO-8", "--cases", "1", "--out", out];
    const { stdout } = await runCommand([...args, "--markdown", markdown], { cwd: folder });
    const [run = ""] = readdirSync(out);

    expect(stdout).toMatch(/STO-8 +remove +✓ OK/);
    expect(readdirSync(join(out, run)).sort()).toEqual(["conformance.html", "conformance.json"]);
    expect(readFileSync(markdown, "utf8")).toMatch(/\| \[STO-8\]\(PROTOCOL\.md#sto-8\) .*✓/);
  });
});

describe("conform, on servers that are not ours", () => {
  it.each([
    ["Python", PYTHON],
    ["Node", NODE],
  ])(
    "finds nothing broken in the one in %s",
    async (_, target) => {
      const run = await held(target, "--clauses", SOME_CLAUSES, "--workers", "4", "--speed", "25");

      expect(clausesThatAre("FAILED", run)).toEqual([]);
      expect(clausesThatAre("UNKNOWN", run)).toEqual([]);
      expect(cellOf(run, "SES-7")?.verdict).toBe("OK");
      expect(cellOf(run, "SEC-1")?.verdict).toBe("UNEXERCISED");
      expect(cellOf(run, "SEC-1")?.remarks.join()).toMatch(/takes a server in secure mode/);
      expect(run.code).toBe(0);
    },
    120_000,
  );

  it.each([
    ["leaky-off", "SUB-2"],
    ["crossed-answers", "COR-2"],
  ])(
    "finds the switch %s, in %s",
    async (name, clause) => {
      const run = await held(
        `${PYTHON} --break ${name}`,
        "--clauses",
        clause,
        "--workers",
        "3",
        "--speed",
        "25",
      );

      expect(cellOf(run, clause)?.verdict).toBe("FAILED");
      expect(run.code).toBe(1);
    },
    120_000,
  );
});

/** Commands of docs/HOWTO-VALIDATE-YOUR-SERVER.md that take moments, and how they end. */
const COMMANDS = [
  ...readFileSync(join(packageRoot(), "docs", "HOWTO-VALIDATE-YOUR-SERVER.md"), "utf8").matchAll(
    /^npx happnstance (conform .* --cases 0)$/gm,
  ),
].map(([, command = ""]): [string, number] => [command, command.includes("--break") ? 1 : 0]);

describe("docs/HOWTO-VALIDATE-YOUR-SERVER.md", () => {
  it("has commands to try", () => {
    expect(COMMANDS.map(([, code]) => code)).toEqual([0, 1]);
  });

  it.each(COMMANDS)(
    "tells what comes of %s",
    async (command, code) => {
      const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((found) => found[1] ?? found[2]);
      const args = [...words.map((word) => word ?? ""), "--out", folder, "--speed", "25"];
      const run = await runCommand(args, { cwd: packageRoot() });

      expect(run.stdout).toMatch(code === 0 ? /STO-4 +merge +✓ OK/ : /✗ STO-4 +store-linearizable/);
      expect(run.code).toBe(code);
    },
    120_000,
  );
});

describe("conform, misused", () => {
  it.each([
    [[], 64, /name the servers/],
    [["happn-3@9.9.9"], 64, /unknown target/],
    [["reference", "--clauses", "STORE-9"], 64, /no clause "STORE-9"/],
    [["reference", "--runs", "3"], 64, /takes no --runs/],
    [["reference", "--speed", "3"], 64, /--speed is for targets in real time/],
    [["cmd:exit 3 # {port}"], 69, /ended before it accepted connections/],
  ])("says in one line what is wrong with %j", async (args, code, words) => {
    const run = await runCommand(["conform", ...args, "--out", folder], { cwd: folder });

    expect(run.stderr).toMatch(words);
    expect(run.stderr).not.toContain("    at ");
    expect(run.code).toBe(code);
  });
});
