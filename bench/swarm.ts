/**
 * `npm run bench -- swarm`: how many cases it takes to find each mutant, with plans that have a
 * character each, and with plans of fixed weights.
 *
 * @packageDocumentation
 */
import { MUTANTS } from "../src/targets/reference/index.js";
import { casesToFind, middleOf, spentOn } from "./found.js";
import { casesAsked } from "./options.js";

interface Found {
  readonly swarm: number | null;
  readonly fixed: number | null;
}

/** Prints a row for each mutant, and the sums; gives the exit code. */
export async function benchSwarm(args: readonly string[]): Promise<number> {
  const asked = casesAsked(args, { cases: 500, seed: "swarm" });
  if (asked === null) return 64;
  const { seed, cases } = asked;
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(`cases to find, of at most ${cases}`);
  say(`${"mutant".padEnd(28)}${"swarm".padStart(8)}${"fixed".padStart(8)}`);
  const found: Found[] = [];
  for (const mutant of MUTANTS) {
    const search = { seed, cases };
    const swarm = await casesToFind(mutant, { ...search, workload: { faults: "swarm" } });
    const fixed = await casesToFind(mutant, {
      ...search,
      workload: { faults: "swarm", isSwarm: false },
    });
    found.push({ swarm, fixed });
    say(`${mutant.id.padEnd(28)}${shown(swarm).padStart(8)}${shown(fixed).padStart(8)}`);
  }
  for (const line of sums(found, cases)) say(line);
  return 0;
}

function sums(found: readonly Found[], cases: number): readonly string[] {
  const swarm = found.map((each) => each.swarm);
  const fixed = found.map((each) => each.fixed);
  const row = (label: string, one: string, other: string) =>
    `${label.padEnd(28)}${one.padStart(8)}${other.padStart(8)}`;
  const countOf = (counts: readonly (number | null)[]) =>
    String(counts.filter((count) => count !== null).length);
  const [spentSwarm, spentFixed] = [spentOn(swarm, cases), spentOn(fixed, cases)];
  const sooner = (one: number | null, other: number | null) =>
    (one ?? Infinity) < (other ?? Infinity);
  return [
    "",
    row(`found, of ${found.length}`, countOf(swarm), countOf(fixed)),
    row("median", shown(middleOf(swarm)), shown(middleOf(fixed))),
    row("cases spent on all", String(spentSwarm), String(spentFixed)),
    row(
      "found sooner",
      String(found.filter((each) => sooner(each.swarm, each.fixed)).length),
      String(found.filter((each) => sooner(each.fixed, each.swarm)).length),
    ),
    `fixed weights take ${(spentFixed / spentSwarm).toFixed(2)} times the cases of swarms`,
  ];
}

function shown(count: number | null): string {
  return count === null ? "–" : String(count);
}
