/**
 * Known issues: defects of a target that every campaign would find again.
 *
 * They are data, in `corpus/known-issues/<target>.json`, and never soften a property: what is known
 * is still found, counted and shown, and only the exit code leaves it out. A violation is known by
 * its shape alone (`match`), where no other defect can have that shape; or by its cause: it is of a
 * kind that the issue `explains`, and it is gone once the issue's `trigger` is taken out of the plan
 * (attribution.ts).
 *
 * @packageDocumentation
 */
import { z } from "zod";

import { isTrigger } from "../plan/index.js";
import { DIALECT_IDS } from "../protocol/index.js";
import type { FoundViolation } from "./verdict.js";
import { Result } from "./result.js";

/** Property, clause and the leading words of the shape. */
const kindSchema = z.strictObject({
  property: z.string(),
  clause: z.string().optional(),
  shape: z.array(z.string()).optional(),
});

const matchSchema = z.union([z.strictObject({ fingerprint: z.string() }), kindSchema]);

const schema = z
  .strictObject({
    id: z.string().min(1),
    /** One, or several where a defect breaks more than one promise: each is enough. */
    match: z.union([matchSchema, z.array(matchSchema).min(1)]).optional(),
    /** Ids of src/plan/triggers: without all of these, the defect can't show. */
    trigger: z.array(z.string().refine(isTrigger, "there is no such trigger")).min(1).optional(),
    /** Where it takes clients of one of these dialects: in plans without any, the trigger is none. */
    dialects: z.array(z.enum(DIALECT_IDS)).min(1).optional(),
    /** What the defect makes of histories, besides what `match` says. */
    explains: z.array(kindSchema).min(1).optional(),
    /** What a user sees, in one sentence. */
    sentence: z.string().min(1),
    /** Folder under corpus/regressions that shows it. */
    regression: z.string().optional(),
    /** Other targets in which that regression was tried, and fails in the same way. */
    alsoIn: z.array(z.string().min(1)).min(1).optional(),
  })
  .refine(
    ({ match, trigger, explains }) =>
      match !== undefined || (trigger !== undefined && explains !== undefined),
    "it takes a match, or a trigger and what it explains",
  )
  .refine(
    ({ trigger, explains }) => explains === undefined || trigger !== undefined,
    "what it explains can't be told without a trigger",
  )
  .refine(
    ({ trigger, dialects }) => dialects === undefined || trigger !== undefined,
    "in which dialects it shows can't be used without a trigger",
  )
  .refine(
    ({ regression, alsoIn }) => alsoIn === undefined || regression !== undefined,
    "what it is also in can't be tried without a regression",
  );

export type KnownIssue = z.infer<typeof schema>;
type Kind = z.infer<typeof kindSchema>;
type Match = z.infer<typeof matchSchema>;

/** What of a violation tells which issue it is. */
export type ViolationKind = Pick<FoundViolation, "property" | "clause" | "shape" | "fingerprint">;

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

/** The issue under which a violation is known by its shape alone, or null. */
export function knownBy(
  issues: readonly KnownIssue[],
  violation: ViolationKind,
): KnownIssue | null {
  return (
    issues.find(({ match }) => [match ?? []].flat().some((one) => isMatch(one, violation))) ?? null
  );
}

/** Whether an issue may be the cause of a violation. */
export function mayExplain({ explains }: KnownIssue, violation: ViolationKind): boolean {
  return (explains ?? []).some((kind) => isOfKind(kind, violation));
}

function isMatch(match: Match, violation: ViolationKind): boolean {
  if ("fingerprint" in match) return match.fingerprint === violation.fingerprint;
  return isOfKind(match, violation);
}

function isOfKind({ property, clause, shape = [] }: Kind, violation: ViolationKind): boolean {
  if (property !== violation.property) return false;
  if (clause !== undefined && clause !== violation.clause) return false;
  return shape.every((word, index) => violation.shape[index] === word);
}
