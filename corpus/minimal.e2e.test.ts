/**
 * A regression is minimal: without any one of its operations, faults and clients the failure is gone,
 * in its release or in another one for which it stands.
 *
 * One pass over all of them. What else a minimiser takes away, such as arguments, times and names, is
 * asked by `happnstance corpus minimise --check`, which takes several minutes.
 */
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, describe, expect, it } from "vitest";

import { knownIssuesOf } from "../src/cli/known-issues.js";
import {
  outcomeOf,
  PlanRunner,
  readRegression,
  regressionFolders,
} from "../src/cli/regressions.js";
import type { Plan } from "../src/plan/index.js";
import { laterDialectIn } from "../src/targets/dialect-target.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const REGRESSIONS = join(ROOT, "corpus", "regressions");
/** The first run of a target may install it. */
const INSTALL_MS_MAX = 300_000;
/** Servers that hang when they must not are ended after that. */
const WATCHDOG_MS = 8_000;

const options = {
  runnerPath: join(ROOT, "dist", "src", "cli", "runner.js"),
  watchdogMs: WATCHDOG_MS,
  progress: () => undefined,
};
/** Quick, and what counts where that finds something. */
const kept = new PlanRunner(options, "kept");
const fresh = new PlanRunner(options, "fresh");
afterAll(() => {
  kept.close();
  fresh.close();
});

/** What is left of a plan without one of its elements, and which one that is. */
function* withoutOne(plan: Plan): Generator<readonly [element: string, rest: Plan]> {
  const { clients, operations, faults = [] } = plan;
  for (const { id, action } of operations) {
    yield [
      `${id} (${action.kind})`,
      { ...plan, operations: operations.filter((each) => each.id !== id) },
    ];
  }
  for (const { id, fault } of faults) {
    yield [`${id} (${fault.kind})`, { ...plan, faults: faults.filter((each) => each.id !== id) }];
  }
  for (const { name } of clients) {
    if (operations.some(({ client }) => client === name) || clients.length === 1) continue;
    yield [`${name} (client)`, { ...plan, clients: clients.filter((each) => each.name !== name) }];
  }
}

/** Where a regression must fail as it stands: in its own release, and in those that its issue is also in. */
function targetsOf(name: string, own: string): readonly string[] {
  const issue = knownIssuesOf(own).find(({ regression }) => regression === name);
  return [own, ...(issue?.alsoIn ?? []).filter((id) => laterDialectIn(id) === null)];
}

describe("a regression", () => {
  const entries = regressionFolders(REGRESSIONS).map(
    (folder) => [relative(REGRESSIONS, folder).replaceAll("\\", "/"), folder] as const,
  );

  it.each(entries)(
    "%s fails no more without any one of its elements",
    async (name, folder) => {
      const { finding, plan } = readRegression(folder);
      const failsIn = async (target: string, runner: PlanRunner, rest: Plan) =>
        outcomeOf(finding, await runner.run(rest, target)).violation?.fingerprint ===
        finding.fingerprint;
      const fails = async (runner: PlanRunner, rest: Plan) => {
        for (const target of targetsOf(name, finding.target)) {
          if (!(await failsIn(target, runner, rest))) return false;
        }
        return true;
      };
      const needless: string[] = [];

      for (const [element, rest] of withoutOne(plan)) {
        if ((await fails(kept, rest)) && (await fails(fresh, rest))) needless.push(element);
      }

      expect(needless).toEqual([]);
    },
    INSTALL_MS_MAX,
  );
});
