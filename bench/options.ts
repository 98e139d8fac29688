/**
 * Options that the parts of the bench share.
 *
 * @packageDocumentation
 */
import { parseArgs } from "node:util";

/** Usual values of `--cases` and `--seed`. */
interface Usual {
  readonly cases: number;
  readonly seed: string;
}

/** `--cases` and `--seed`, for `parseArgs`. */
export function caseOptions(usual: Usual) {
  return {
    cases: { type: "string", default: String(usual.cases) },
    seed: { type: "string", default: usual.seed },
  } as const;
}

/** What `--cases` says; null, and a line on stderr, where that is no number of cases. */
export function caseCountOf({ cases }: { readonly cases: string }): number | null {
  const count = Number(cases);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  process.stderr.write("bench: --cases takes a whole number of at least 1\n");
  return null;
}

/** The options of a part that has no others; null where they are wrong, which is said. */
export function casesAsked(
  args: readonly string[],
  usual: Usual,
): { readonly seed: string; readonly cases: number } | null {
  const { values } = parseArgs({ args: [...args], options: caseOptions(usual) });
  const cases = caseCountOf(values);
  return cases === null ? null : { seed: values.seed, cases };
}
