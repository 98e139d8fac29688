/**
 * Known issues that a campaign did not see: are they still there?
 *
 * @packageDocumentation
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import type { KnownIssue } from "../engine/index.js";
import { outcomeOf, readRegression, type PlanRunner } from "./regressions.js";
import { packageRoot } from "./version.js";

export interface AbsentIssue {
  readonly id: string;
  /** `there`: its regression still fails. `gone`: it doesn't. `unknown`: there is none to ask. */
  readonly status: "there" | "gone" | "unknown";
}

/** Replays the regressions of those issues that were not seen. */
export async function absentIssues(
  issues: readonly KnownIssue[],
  seen: ReadonlySet<string>,
  runner: PlanRunner,
): Promise<readonly AbsentIssue[]> {
  const absent: AbsentIssue[] = [];
  for (const { id, regression } of issues) {
    if (seen.has(id)) continue;
    const folder =
      regression === undefined ? "" : join(packageRoot(), "corpus", "regressions", regression);
    if (regression === undefined || !existsSync(folder)) {
      absent.push({ id, status: "unknown" });
      continue;
    }
    const { finding, plan } = readRegression(folder);
    const { status } = outcomeOf(finding, await runner.run(plan, finding.target));
    absent.push({ id, status: status === "FIXED" ? "gone" : "there" });
  }
  return absent;
}
