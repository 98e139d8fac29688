/**
 * Known issues: defects of a target that every campaign would find again.
 *
 * They are data, in `corpus/known-issues/<target>.json`, and never soften a property: what is known
 * is still found, counted and shown, and only the exit code leaves it out.
 *
 * @packageDocumentation
 */
import { z } from "zod";

import type { FoundViolation } from "./verdict.js";
import { Result } from "./result.js";

/** The fingerprint, or a predicate: property, clause and the leading words of the shape. */
const matchSchema = z.union([
  z.strictObject({ fingerprint: z.string() }),
  z.strictObject({
    property: z.string(),
    clause: z.string().optional(),
    shape: z.array(z.string()).optional(),
  }),
]);

const schema = z.strictObject({
  id: z.string().min(1),
  /** One, or several where a defect breaks more than one promise: each is enough. */
  match: z.union([matchSchema, z.array(matchSchema).min(1)]),
  /** What a user sees, in one sentence. */
  sentence: z.string().min(1),
  /** Folder under corpus/regressions that shows it. */
  regression: z.string().optional(),
});

export type KnownIssue = z.infer<typeof schema>;
type Match = z.infer<typeof matchSchema>;

/** Reads a file of known issues. */
export function parseKnownIssues(text: string): Result<readonly KnownIssue[]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return Result.failure("known issues are not JSON");
  }
  const parsed = z.array(schema).safeParse(value);
  if (parsed.success) return Result.ok(parsed.data);
  const first = parsed.error.issues[0];
  return Result.failure(`known issues: ${first?.path.join(".")}: ${first?.message}`);
}

/** The issue under which a violation is known, or null. */
export function knownBy(
  issues: readonly KnownIssue[],
  violation: Pick<FoundViolation, "property" | "clause" | "shape" | "fingerprint">,
): KnownIssue | null {
  return issues.find(({ match }) => [match].flat().some((one) => isMatch(one, violation))) ?? null;
}

function isMatch(
  match: Match,
  violation: Pick<FoundViolation, "property" | "clause" | "shape" | "fingerprint">,
): boolean {
  if ("fingerprint" in match) return match.fingerprint === violation.fingerprint;
  if (match.property !== violation.property) return false;
  if (match.clause !== undefined && match.clause !== violation.clause) return false;
  return (match.shape ?? []).every((word, index) => violation.shape[index] === word);
}
