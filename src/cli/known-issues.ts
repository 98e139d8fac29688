/**
 * The known issues that the package brings along, by target.
 *
 * @packageDocumentation
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parseKnownIssues, type KnownIssue } from "../engine/index.js";
import { withoutSecurity } from "../targets/secure-target.js";
import { CommandError, EXIT } from "./exit-code.js";
import { packageRoot } from "./version.js";

/** The issues of `corpus/known-issues/<target>.json`, in secure mode or not; none where there is no such file. */
export function knownIssuesOf(target: string): readonly KnownIssue[] {
  const file = join(packageRoot(), "corpus", "known-issues", `${withoutSecurity(target)}.json`);
  if (!existsSync(file)) return [];
  const parsed = parseKnownIssues(readFileSync(file, "utf8"));
  if (!parsed.ok) throw new CommandError(EXIT.internal, `${file}: ${parsed.message}`);
  return parsed.value;
}
