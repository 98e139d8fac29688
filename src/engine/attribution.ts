/**
 * Attribution: which known issue, if any, is the cause of a violation.
 *
 * The shape of a violation often does not tell: two defects can make the same publication go missing.
 * So the case is run again without what triggers any known issue. A violation that is still there is
 * none of them, for certain; one that is gone, and of a kind that an issue explains, is one of those.
 * (A new defect that needs the same trigger would be taken for the old one; campaigns that avoid the
 * issue look behind it.)
 *
 * @packageDocumentation
 */
import { dialectsIn, withoutTriggers, type Plan } from "../plan/index.js";
import { knownBy, mayExplain, type KnownIssue, type ViolationKind } from "./known-issue.js";

/** Fingerprints of all that a plan shows when it is run. */
export type Rerun = (plan: Plan) => Promise<ReadonlySet<string>>;

/** The issues one of which is the cause of a violation, by its fingerprint; what is not in it is new. */
export type Suspects = ReadonlyMap<string, readonly KnownIssue[]>;

/** Tells what is known from what is new. Runs the plan at most once. */
export async function suspectsOf(
  plan: Plan,
  violations: readonly ViolationKind[],
  issues: readonly KnownIssue[],
  rerun: Rerun,
): Promise<Suspects> {
  const possible = possibleIn(plan, issues);
  const known = new Map<string, readonly KnownIssue[]>();
  const open = new Map<string, readonly KnownIssue[]>();
  for (const violation of violations) {
    const issue = knownBy(issues, violation);
    if (issue !== null) {
      known.set(violation.fingerprint, [issue]);
      continue;
    }
    const suspects = possible.filter(
      (suspect) => mayExplain(suspect, violation) && isTriggered(plan, suspect),
    );
    if (suspects.length > 0) open.set(violation.fingerprint, suspects);
  }
  if (open.size === 0) return known;
  const shown = await rerun(without(plan, possible));
  for (const [fingerprint, suspects] of open) {
    if (!shown.has(fingerprint)) known.set(fingerprint, suspects);
  }
  return known;
}

/**
 * Of several suspects of one violation, the last of the fewest first ones without whose triggers it is
 * gone: its cause, where there is one. It is looked for by halves, and says the last that is still in
 * question once `isOver`: plans have dozens of suspects, and each takes a run of the plan.
 */
export async function causeOf(
  plan: Plan,
  fingerprint: string,
  suspects: readonly KnownIssue[],
  rerun: Rerun,
  isOver: () => boolean = () => false,
): Promise<KnownIssue | null> {
  // Those before `low` are too few; those up to `high` are enough, as all of them are.
  let low = 0;
  let high = suspects.length - 1;
  while (low < high && !isOver()) {
    const middle = Math.floor((low + high) / 2);
    const shown = await rerun(without(plan, suspects.slice(0, middle + 1)));
    if (shown.has(fingerprint)) low = middle + 1;
    else high = middle;
  }
  return suspects[high] ?? null;
}

function isTriggered(plan: Plan, issue: KnownIssue): boolean {
  return without(plan, [issue]) !== plan;
}

/** Those that can show in what the clients of the plan speak. */
function possibleIn(plan: Plan, issues: readonly KnownIssue[]): readonly KnownIssue[] {
  const spoken = dialectsIn(plan);
  return issues.filter(({ dialects }) => dialects?.some((dialect) => spoken.has(dialect)) ?? true);
}

function without(plan: Plan, issues: readonly KnownIssue[]): Plan {
  return withoutTriggers(
    plan,
    issues.flatMap(({ trigger = [] }) => trigger),
  );
}
