/**
 * `npm run bench -- schedules`: how many cases it takes to find planted races, by the strategy that
 * explores the server's event loop.
 *
 * @packageDocumentation
 */
import { parseArgs } from "node:util";

import { runCase, verdictOf } from "../src/engine/index.js";
import type { ScheduleStrategy } from "../src/plan/index.js";
import { MUTANTS, referenceTarget, type Mutant } from "../src/targets/reference/index.js";
import { planOf } from "../src/workload/index.js";

const STRATEGIES: readonly ScheduleStrategy[] = ["fifo", "random", "pct"];

/** Prints a row for each mutant that has a race; gives the exit code. */
export async function benchSchedules(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: "string", default: "40" },
      seed: { type: "string", default: "schedules" },
    },
  });
  const cases = Number(values.cases);
  if (!Number.isSafeInteger(cases) || cases < 1) {
    process.stderr.write("bench: --cases takes a whole number of at least 1\n");
    return 64;
  }
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(`cases to find, of at most ${cases}`);
  say(`${"mutant".padEnd(28)}${STRATEGIES.map((name) => name.padStart(8)).join("")}`);
  for (const mutant of MUTANTS.filter(({ race }) => race !== undefined)) {
    const found: string[] = [];
    for (const schedule of STRATEGIES) {
      const count = await casesToFind(mutant, { schedule, seed: values.seed, cases });
      found.push(count === null ? "–" : String(count));
    }
    say(`${mutant.id.padEnd(28)}${found.map((count) => count.padStart(8)).join("")}`);
  }
  return 0;
}

interface Search {
  readonly schedule: ScheduleStrategy;
  readonly seed: string;
  readonly cases: number;
}

/** The number of the first case that shows the mutant; null where none does. */
async function casesToFind(
  { id, profile = "1.x", properties }: Mutant,
  { schedule, seed, cases }: Search,
): Promise<number | null> {
  const target = referenceTarget(profile, { mutant: id });
  for (let index = 0; index < cases; index += 1) {
    // In lockstep nothing meets.
    const plan = planOf(`${seed}/${index}`, { profile, schedule, mode: "concurrent" });
    const { violations } = verdictOf(await runCase(plan, target));
    if (violations.some(({ property }) => properties.includes(property))) return index + 1;
  }
  return null;
}
