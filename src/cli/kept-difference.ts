/**
 * A difference between two servers as `fuzz --against` leaves it: a plan, and what each of them made of
 * it.
 *
 * @packageDocumentation
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { traceHash } from "../engine/index.js";
import { parseHistory } from "../history/index.js";
import { parsePlan, type Plan } from "../plan/index.js";
import { usageError } from "./exit-code.js";

export const DIFFERENCE_FILES = {
  plan: "plan.json",
  histories: ["first.jsonl", "second.jsonl"],
} as const;

export interface KeptDifference {
  readonly plan: Plan;
  /** The two servers, with the trace hash of what each made of the plan. */
  readonly sides: readonly { readonly target: string; readonly traceHash: string }[];
}

/** Whether a folder was left for a difference. */
export function isDifference(folder: string): boolean {
  const [first] = DIFFERENCE_FILES.histories;
  return existsSync(join(folder, first)) && !existsSync(join(folder, "finding.json"));
}

/** @throws CommandError (64) naming the file and what is wrong with it */
export function differenceAt(folder: string): KeptDifference {
  const plan = parsePlan(textOf(folder, DIFFERENCE_FILES.plan));
  if (!plan.ok) throw usageError(`${join(folder, DIFFERENCE_FILES.plan)}: ${plan.message}`);
  const sides = DIFFERENCE_FILES.histories.map((name) => {
    const history = parseHistory(textOf(folder, name));
    if (!history.ok) throw usageError(`${join(folder, name)}: ${history.message}`);
    return { target: history.history.header.target, traceHash: traceHash(history.history) };
  });
  return { plan: plan.plan, sides };
}

function textOf(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw usageError(`${join(folder, name)} cannot be read (${code ?? String(error)})`);
  }
}
