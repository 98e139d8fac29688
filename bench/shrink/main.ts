/**
 * `npm run bench -- shrink [--cases N] [--seed S] [--only ID] [--json]`: what bench/README.md
 * describes under "Shrinking".
 *
 * @packageDocumentation
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { caseCountOf, caseOptions } from "../options.js";
import type { ShrinkingTask, ShrunkCase } from "./shrinking.js";

/**
 * Of the ways of going wrong: sequential, racing and under a fault, of every layer, with few and with
 * many steps.
 */
export const SHRUNK_MUTANTS = [
  "reused-session-id",
  "set-hears-remove",
  "drop-publication",
  "initial-misses-item",
  "case-insensitive-store",
  "second-overwrite-lost",
  "call-lost",
  "off-races-write",
  "on-lost-to-off",
  "slow-reader-starved",
] as const;

const WORKER = fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));

export interface MutantShrinking {
  readonly mutant: string;
  readonly cases: readonly ShrunkCase[];
}

/** Prints the table, or the cases as JSON; the exit code. */
export async function benchShrinking(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...caseOptions({ cases: 50, seed: "shrink" }),
      only: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const cases = caseCountOf(values);
  if (cases === null) return 64;
  const mutants = SHRUNK_MUTANTS.filter((id) => values.only === undefined || id === values.only);
  if (mutants.length === 0) {
    process.stderr.write(`bench: --only takes one of ${SHRUNK_MUTANTS.join(", ")}\n`);
    return 64;
  }
  const rows = await measureAll(mutants.map((mutant) => ({ mutant, seed: values.seed, cases })));
  process.stdout.write(values.json ? `${JSON.stringify(rows, null, 2)}\n` : shrinkingTable(rows));
  return 0;
}

/** As many at once as there are CPUs; in the order of the tasks. */
async function measureAll(tasks: readonly ShrinkingTask[]): Promise<readonly MutantShrinking[]> {
  const waiting = [...tasks];
  const measured = new Map<string, MutantShrinking>();
  const work = async () => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const { mutant } = task;
      measured.set(mutant, { mutant, cases: await casesOf(task) });
      process.stderr.write(`  ${measured.size}/${tasks.length} mutants\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return tasks.flatMap(({ mutant }) => measured.get(mutant) ?? []);
}

async function casesOf(task: ShrinkingTask): Promise<readonly ShrunkCase[]> {
  const child = fork(WORKER, [JSON.stringify(task)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [...process.execArgv, "--no-warnings"],
  });
  try {
    const [message] = (await Promise.race([
      once(child, "message"),
      once(child, "exit").then(([code]) => {
        throw new Error(`the process that shrinks ${task.mutant} ended, exit ${String(code)}`);
      }),
    ])) as [readonly ShrunkCase[]];
    return message;
  } finally {
    child.kill();
  }
}

const COLUMNS: readonly (readonly [string, string])[] = [
  ["", "mutant"],
  ["", "cases"],
  ["size", "before"],
  ["minimal", ""],
  ["least", "of kind"],
  ["size", "median–max"],
  ["decisions", "median–max"],
  ["runs", "median"],
  ["", "max"],
  ["size", "median–max"],
  ["runs", "median"],
  ["cut", "short"],
];

/** One row a mutant: our minimiser, then fast-check. */
export function shrinkingTable(rows: readonly MutantShrinking[]): string {
  const cells = rows.map(({ mutant, cases }) => [mutant, ...cellsOf(cases)]);
  const all = ["all", ...cellsOf(rows.flatMap((row) => row.cases))];
  const headings = COLUMNS.map(([heading]) => heading);
  const subheadings = COLUMNS.map(([, subheading]) => subheading);
  const table = [headings, subheadings, ...cells, all];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  const lines = table.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  const startOf = (column: number) =>
    widths.slice(0, column).reduce((sum, width) => sum + width + 2, 0);
  const title = "happnstance".padStart(startOf(5) + "happnstance".length).padEnd(startOf(9));
  return `${title}fast-check\n${lines.join("\n")}\n`;
}

function cellsOf(cases: readonly ShrunkCase[]): readonly string[] {
  const ours = cases.map((one) => one.ours);
  const theirs = cases.flatMap(({ fastCheck }) => fastCheck ?? []);
  const least = new Map<string, number>();
  for (const { fingerprint, ours: shrunk } of cases) {
    least.set(fingerprint, Math.min(shrunk.size, least.get(fingerprint) ?? shrunk.size));
  }
  const atLeast = cases.filter((one) => one.ours.size === least.get(one.fingerprint));
  return [
    String(cases.length),
    String(medianOf(cases.map(({ size }) => size))),
    `${ours.filter(({ isMinimal }) => isMinimal).length}/${cases.length}`,
    `${atLeast.length}/${cases.length}`,
    spreadOf(ours.map(({ size }) => size)),
    spreadOf(ours.map(({ decisions }) => decisions)),
    String(medianOf(ours.map(({ runs }) => runs))),
    String(Math.max(0, ...ours.map(({ runs }) => runs))),
    spreadOf(theirs.map(({ size }) => size)),
    String(medianOf(theirs.map(({ runs }) => runs))),
    `${theirs.filter(({ isCutShort }) => isCutShort).length}/${theirs.length}`,
  ];
}

function spreadOf(values: readonly number[]): string {
  return `${medianOf(values)}–${Math.max(0, ...values)}`;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
