/**
 * `--avoid`: which triggers to take out of the plans.
 *
 * @packageDocumentation
 */
import type { KnownIssue } from "../engine/index.js";
import { usageError } from "./exit-code.js";

/** Stands for every known issue of the target that has a trigger. */
export const AVOID_KNOWN = "known";

/** Adds to a list what one `--avoid a,b` names. */
export function issueIds(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(",").filter((id) => id !== "")];
}

/**
 * The triggers of the issues that are named.
 * @throws CommandError (64) for an issue that isn't known, or can't be avoided
 */
export function triggersOf(
  ids: readonly string[],
  issues: readonly KnownIssue[],
  target: string,
): readonly string[] {
  const triggers = ids.flatMap((id) => {
    if (id === AVOID_KNOWN) return issues.flatMap(({ trigger = [] }) => trigger);
    const issue = issues.find((known) => known.id === id);
    if (issue === undefined) {
      throw usageError(
        `${target} has no known issue "${id}"; corpus/known-issues lists them, "${AVOID_KNOWN}" stands for all`,
      );
    }
    if (issue.trigger === undefined) {
      throw usageError(`"${id}" can't be avoided: nobody has said what triggers it`);
    }
    return issue.trigger;
  });
  return [...new Set(triggers)].sort((left, right) => (left < right ? -1 : 1));
}
