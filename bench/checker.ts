/**
 * `npm run bench -- checker`, and the end of `npm run bench`: how fast the linearizability checker is,
 * on what it is for and on recordings with known verdicts, where there are any.
 *
 * @packageDocumentation
 */
import { profileOf } from "../models/index.js";
import {
  check,
  keyValueModel,
  registerModel,
  type Model,
} from "../properties/linearizability/index.js";
import { storeLinearizable } from "../properties/store-linearizable.js";
import { runCase } from "../src/engine/index.js";
import { Recording, type History } from "../src/history/index.js";
import { referenceTarget } from "../src/targets/reference/index.js";
import { planOf } from "../src/workload/index.js";
import {
  historiesFolder,
  keyValueHistories,
  registerHistories,
  type Recorded,
} from "./histories.js";
import { casesAsked } from "./options.js";

/** What was measured of one kind of histories. Times are wall time in milliseconds. */
export interface CheckerRow {
  readonly kind: string;
  readonly histories: number;
  readonly operations: number;
  readonly wallMs: number;
  readonly slowest: { readonly name: string; readonly wallMs: number };
  /** Histories whose verdict was another than expected, or unknown. */
  readonly wrong: number;
}

interface Job {
  readonly name: string;
  readonly operations: number;
  /** Whether the verdict was the expected one. */
  readonly run: () => boolean;
}

/** Prints a table; gives the exit code, which is 1 where a verdict was wrong. */
export async function benchChecker(args: readonly string[]): Promise<number> {
  const asked = casesAsked(args, { cases: 300, seed: "checker" });
  if (asked === null) return 64;
  const { seed, cases } = asked;
  const rows = await checkerRows(seed, cases);
  process.stdout.write(checkerTable(rows));
  return rows.some(({ wrong }) => wrong > 0) ? 1 : 0;
}

/** Histories of so many plans on the reference server, and the recordings where there are any. */
export async function checkerRows(seed: string, cases: number): Promise<readonly CheckerRow[]> {
  const rows = [measured("happn store", await storeJobs(seed, cases))];
  const folder = historiesFolder();
  if (folder === null) return rows;
  return [
    ...rows,
    measured("register (recorded)", recordedJobs(registerModel, registerHistories(folder))),
    measured("key-value (recorded)", recordedJobs(keyValueModel, keyValueHistories(folder))),
  ];
}

export function checkerTable(rows: readonly CheckerRow[]): string {
  const line = (cells: readonly string[]) =>
    `${(cells[0] ?? "").padEnd(22)}${cells
      .slice(1)
      .map((cell) => cell.padStart(14))
      .join("")}`;
  return [
    line(["linearizability", "histories", "operations", "histories/s", "wrong", "slowest, ms"]),
    ...rows.map(({ kind, histories, operations, wallMs, slowest, wrong }) =>
      [
        line([
          kind,
          String(histories),
          String(operations),
          (histories / (wallMs / 1_000)).toFixed(1),
          String(wrong),
          slowest.wallMs.toFixed(1),
        ]),
        slowest.name,
      ].join("  "),
    ),
    "",
  ].join("\n");
}

async function storeJobs(seed: string, cases: number): Promise<readonly Job[]> {
  const profile = profileOf("1.x");
  const jobs: Job[] = [];
  for (let index = 0; index < cases; index += 1) {
    const name = `${seed}/${index}`;
    const plan = planOf(name, { profile: "1.x", mode: "concurrent" });
    const history = await runCase(plan, referenceTarget("1.x"));
    // What is worked out of a recording is kept with it: each is made anew.
    const judge = (of: History) => storeLinearizable.check(new Recording(of), profile);
    // Judged once before it is measured: that counts its operations, and brings V8 to rest.
    const { exercised } = judge(history);
    jobs.push({ name, operations: exercised, run: () => judge(history).validity === "valid" });
  }
  return jobs;
}

function recordedJobs<State, Input, Output>(
  model: Model<State, Input, Output>,
  recorded: readonly Recorded<Parameters<typeof check<State, Input, Output>>[1][number]>[],
): readonly Job[] {
  return recorded.map(({ name, operations, isLinearizable }) => ({
    name,
    operations: operations.length,
    run: () => check(model, operations).verdict === (isLinearizable ? "valid" : "invalid"),
  }));
}

function measured(kind: string, jobs: readonly Job[]): CheckerRow {
  let slowest = { name: "", wallMs: -1 };
  let [wallMs, wrong, operations] = [0, 0, 0];
  for (const job of jobs) {
    const began = performance.now();
    if (!job.run()) wrong += 1;
    const tookMs = performance.now() - began;
    wallMs += tookMs;
    operations += job.operations;
    if (tookMs > slowest.wallMs) slowest = { name: job.name, wallMs: tookMs };
  }
  return { kind, histories: jobs.length, operations, wallMs, slowest, wrong };
}
