import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, describe, expect, it } from "vitest";

import { formIn, knownIssuesOf, planIn } from "../src/cli/known-issues.js";
import {
  outcomeOf,
  PlanRunner,
  readRegression,
  regressionFolders,
} from "../src/cli/regressions.js";
import { knownBy, mayExplain, parseKnownIssues, type KnownIssue } from "../src/engine/index.js";
import { withoutTriggers } from "../src/plan/index.js";
import { HAPPN3_RELEASES } from "../src/targets/node/index.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const REGRESSIONS = join(ROOT, "corpus", "regressions");
const ISSUES = join(ROOT, "corpus", "known-issues");
const WATCHDOG_MS = 8_000;
/** The first run of a target may install it. */
const INSTALL_MS_MAX = 300_000;

const runner = new PlanRunner({
  runnerPath: join(ROOT, "dist", "src", "cli", "runner.js"),
  watchdogMs: WATCHDOG_MS,
  progress: () => undefined,
});
afterAll(() => runner.close());

/** `happn-3@1.13.3/off-ends-all-counts`, whatever the system's separator. */
const nameOf = (folder: string) => relative(REGRESSIONS, folder).replaceAll("\\", "/");

const ENTRIES = regressionFolders(REGRESSIONS);

function issuesOf(target: string): readonly KnownIssue[] {
  const parsed = parseKnownIssues(readFileSync(join(ISSUES, `${target}.json`), "utf8"));
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.value;
}

describe("a regression", () => {
  it.each(ENTRIES.map((folder) => [nameOf(folder), folder]))(
    "%s still fails as recorded",
    async (_, folder) => {
      const { finding, plan } = readRegression(folder);
      const { property, clause, fingerprint } = finding;

      const { violation } = outcomeOf(finding, await runner.run(plan, finding.target));

      expect(violation).toMatchObject({ property, clause, fingerprint });
    },
    INSTALL_MS_MAX,
  );
});

/** A defect whose shape is that of others too has none: a known issue must not swallow a new bug. */
describe("the known issues", () => {
  const targets = readdirSync(ISSUES)
    .map((name) => name.replace(/\.json$/, ""))
    .filter((name) => name.startsWith("happn-3@"));

  it.each(targets)("of %s name regressions that exist", (target) => {
    const names = ENTRIES.map(nameOf);

    const lost = issuesOf(target).filter(({ regression }) => !names.includes(regression ?? ""));

    expect(lost).toEqual([]);
  });
});

describe("a known issue", () => {
  const entries = readdirSync(ISSUES)
    .filter((name) => name.startsWith("happn-3@"))
    .flatMap((name) => issuesOf(name.replace(/\.json$/, "")))
    .flatMap((issue) => (issue.regression === undefined ? [] : [[issue.regression, issue] as const]));

  it.each(entries)("of %s is told by its regression, and by its trigger", async (name, issue) => {
    const { finding, plan } = readRegression(join(REGRESSIONS, name));
    const { trigger = [] } = issue;

    expect(knownBy([issue], finding) !== null || mayExplain(issue, finding)).toBe(true);
    if (trigger.length === 0) return;
    const without = withoutTriggers(plan, trigger);
    const { violations } = await runner.run(without, finding.target);

    expect(without).not.toBe(plan);
    expect(violations.map(({ fingerprint }) => fingerprint)).not.toContain(finding.fingerprint);
  });
});

/** What an issue is also in was tried there: with the clause, the property and the shape on record. */
describe("a known issue of several releases", () => {
  const targets = HAPPN3_RELEASES.map(({ version }) => `happn-3@${version}`);
  const pairs = targets.flatMap((target) =>
    knownIssuesOf(target).flatMap((issue) => {
      const { id, regression } = issue;
      const form = formIn(issue, target);
      return regression === undefined || form === null
        ? []
        : [[id, form, target, regression, issue] as const];
    }),
  );

  it.each(pairs)(
    "%s is in %s",
    async (_, __, target, regression, issue) => {
      const { finding, plan } = readRegression(join(REGRESSIONS, regression));
      const { property, clause, fingerprint } = finding;

      const run = await runner.run(planIn(plan, issue, target), target);
      const { violation } = outcomeOf(finding, run);

      expect(violation).toMatchObject({ property, clause, fingerprint });
    },
    INSTALL_MS_MAX,
  );

  it.each(targets)("has one entry in %s", (target) => {
    const ids = knownIssuesOf(target).map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("docs/FINDINGS.md", () => {
  it("lists every regression, and no other", () => {
    const text = readFileSync(join(ROOT, "docs", "FINDINGS.md"), "utf8");

    const listed = [...text.matchAll(/corpus\/regressions\/([^\s/`]+\/[a-z0-9-]+)/g)].map(
      (found) => found[1],
    );

    expect(new Set(listed)).toEqual(new Set(ENTRIES.map(nameOf)));
    expect(listed).toHaveLength(ENTRIES.length);
  });
});
