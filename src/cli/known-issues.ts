/**
 * The known issues that the package brings along, by target.
 *
 * @packageDocumentation
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parseKnownIssues, type KnownIssue } from "../engine/index.js";
import { asking, type Plan } from "../plan/index.js";
import { laterDialectIn, withoutDialect } from "../targets/dialect-target.js";
import { withoutSecurity } from "../targets/secure-target.js";
import { CommandError, EXIT } from "./exit-code.js";
import { packageRoot } from "./version.js";

/**
 * The issues of `corpus/known-issues/<target>.json`, in secure mode or not and in any dialect, and those of other targets
 * that were seen in this one too; none where nothing is on record.
 */
export function knownIssuesOf(id: string): readonly KnownIssue[] {
  const target = withoutDialect(withoutSecurity(id));
  const folder = join(packageRoot(), "corpus", "known-issues");
  if (!existsSync(folder)) return [];
  const own = `${target}.json`;
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const others = names
    .filter((name) => name !== own)
    .sort((left, right) => (left < right ? -1 : 1));
  const shared = others
    .flatMap((name) => issuesIn(join(folder, name)))
    .filter((issue) => formIn(issue, target) !== null);
  return [...(names.includes(own) ? issuesIn(join(folder, own)) : []), ...shared];
}

/**
 * As what `alsoIn` names a target, which is its id, or that with the dialect in which the regression was
 * tried there; null where it does not.
 */
export function formIn({ alsoIn = [] }: KnownIssue, target: string): string | null {
  return alsoIn.find((id) => withoutDialect(id) === target) ?? null;
}

/** The plan of an issue's regression as it was tried in a target. */
export function planIn(plan: Plan, issue: KnownIssue, target: string): Plan {
  const form = formIn(issue, withoutDialect(withoutSecurity(target)));
  const dialect = form === null ? null : laterDialectIn(form);
  return dialect === null ? plan : asking(plan, dialect);
}

const read = new Map<string, readonly KnownIssue[]>();

function issuesIn(file: string): readonly KnownIssue[] {
  let issues = read.get(file);
  if (issues === undefined) {
    const parsed = parseKnownIssues(readFileSync(file, "utf8"));
    if (!parsed.ok) throw new CommandError(EXIT.internal, `${file}: ${parsed.message}`);
    issues = parsed.value;
    read.set(file, issues);
  }
  return issues;
}
