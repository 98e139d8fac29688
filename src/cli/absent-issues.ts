/**
 * Known issues that a campaign did not see: are they still there?
 *
 * @packageDocumentation
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import type { KnownIssue } from "../engine/index.js";
import { planIn } from "./known-issues.js";
import { outcomeOf, readRegression, type PlanRunner } from "./regressions.js";
import { packageRoot } from "./version.js";

export interface AbsentIssue {
  readonly id: string;
  /** `there`: its regression still fails. `gone`: it doesn't. `unknown`: there is none to ask, or no answer in time. */
  readonly status: "there" | "gone" | "unknown";
}

/**
 * Replays the regressions of those issues that were not seen, on the target of the campaign, by so many
 * runners at once; in the order of the issues.
 */
export async function absentIssues(
  { issues, target }: { readonly issues: readonly KnownIssue[]; readonly target: string },
  seen: ReadonlySet<string>,
  runners: readonly PlanRunner[],
): Promise<readonly AbsentIssue[]> {
  const unseen = issues.filter(({ id }) => !seen.has(id));
  const absent = new Array<AbsentIssue>(unseen.length);
  const left = unseen.entries();
  await Promise.all(
    runners.map(async (runner) => {
      for (const [index, issue] of left) {
        absent[index] = { id: issue.id, status: await statusOf(issue, target, runner) };
      }
    }),
  );
  return absent;
}

async function statusOf(
  issue: KnownIssue,
  target: string,
  runner: PlanRunner,
): Promise<AbsentIssue["status"]> {
  const { regression } = issue;
  if (regression === undefined) return "unknown";
  const folder = join(packageRoot(), "corpus", "regressions", regression);
  if (!existsSync(folder)) return "unknown";
  const { finding, plan } = readRegression(folder);
  const run = await runner.run(planIn(plan, issue, target), target);
  const { status } = outcomeOf(finding, run);
  if (status === "FIXED") return "gone";
  return status === "OTHER" && run.history === null ? "unknown" : "there";
}
