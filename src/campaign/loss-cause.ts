/**
 * The known issue that takes a whole process down: without its trigger, the process lives.
 *
 * @packageDocumentation
 */
import {
  knownBy,
  mayExplain,
  type CaseRequest,
  type FoundViolation,
  type KnownIssue,
} from "../engine/index.js";
import type { Run } from "./hands.js";

/**
 * The id of that issue; null where none of them is the cause.
 * @param request the case that was lost
 */
export async function causeOfLoss(
  request: CaseRequest,
  violation: FoundViolation,
  { knownIssues, run }: { readonly knownIssues: readonly KnownIssue[]; readonly run: Run },
): Promise<string | null> {
  const issue = knownBy(knownIssues, violation);
  if (issue !== null) return issue.id;
  for (const suspect of knownIssues) {
    if (!mayExplain(suspect, violation)) continue;
    const avoid = [...(request.avoid ?? []), ...(suspect.trigger ?? [])];
    const reply = await run({ ...request, id: -1, avoid, wantsHistory: false });
    if (reply.kind === "verdict") return suspect.id;
  }
  return null;
}
