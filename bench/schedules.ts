/**
 * `npm run bench -- schedules`: how many cases it takes to find planted races, by the strategy that
 * explores the server's event loop.
 *
 * @packageDocumentation
 */
import type { ScheduleStrategy } from "../src/plan/index.js";
import { MUTANTS } from "../src/targets/reference/index.js";
import { casesToFind, middleOf, spentOn } from "./found.js";
import { casesAsked } from "./options.js";

const STRATEGIES: readonly ScheduleStrategy[] = ["fifo", "random", "pct"];

/** Prints a row for each mutant that has a race; gives the exit code. */
export async function benchSchedules(args: readonly string[]): Promise<number> {
  const asked = casesAsked(args, { cases: 40, seed: "schedules" });
  if (asked === null) return 64;
  const { seed, cases } = asked;
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(`cases to find, of at most ${cases}`);
  const row = (label: string, cells: readonly (string | number | null)[]) =>
    say(`${label.padEnd(28)}${cells.map((cell) => String(cell ?? "–").padStart(8)).join("")}`);
  row("mutant", STRATEGIES);
  const found = STRATEGIES.map((): (number | null)[] => []);
  for (const mutant of MUTANTS.filter(({ race }) => race !== undefined)) {
    for (const [index, schedule] of STRATEGIES.entries()) {
      // In lockstep nothing meets.
      const workload = { schedule, mode: "concurrent" } as const;
      found[index]?.push(await casesToFind(mutant, { seed, cases, workload }));
    }
    row(
      mutant.id,
      found.map((counts) => counts.at(-1) ?? null),
    );
  }
  say("");
  row(
    `found, of ${found[0]?.length ?? 0}`,
    found.map((counts) => counts.filter((count) => count !== null).length),
  );
  row("median", found.map(middleOf));
  row(
    "cases spent on all",
    found.map((counts) => spentOn(counts, cases)),
  );
  return 0;
}
