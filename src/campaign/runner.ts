/**
 * The inside of a runner process: takes cases one at a time, runs and judges them.
 *
 * @packageDocumentation
 */
import {
  causeOf,
  observeCase,
  runCase,
  suspectsOf,
  verdictOf,
  type CaseRequest,
  type KnownCauses,
  type KnownIssue,
  type RunnerMessage,
  type Verdict,
} from "../engine/index.js";
import { withoutTriggers, type Plan } from "../plan/index.js";
import { TargetUnavailableError, type Target } from "../targets/target.js";
import { planOf } from "../workload/index.js";

/** What a runner process needs to know of targets, by ids that the parent has checked. */
export interface RunnerTargets {
  targetOf(id: string): Target;
  knownIssuesOf(id: string): readonly KnownIssue[];
}

/** Serves cases to the parent process until it goes away. */
export function serveCases(targets: RunnerTargets): void {
  const send = (message: RunnerMessage) => process.send?.(message);
  // Captured before any target is loaded: a case's world replaces the globals of this process.
  const exit = process.exit.bind(process);
  // Ctrl-C reaches the whole group; the parent decides what happens to us.
  process.on("SIGINT", () => undefined);
  process.on("disconnect", () => exit(0));

  let tail = Promise.resolve();
  process.on("message", (request: CaseRequest) => {
    tail = tail.then(() => answer(request, targets, send));
  });
  send({ kind: "ready" });
}

async function answer(
  request: CaseRequest,
  targets: RunnerTargets,
  send: (message: RunnerMessage) => void,
): Promise<void> {
  const { id } = request;
  try {
    const target = targets.targetOf(request.target);
    await target.prepare((line) => send({ kind: "progress", line }));
    const drawn = request.plan ?? planOf(request.planSeed, { profile: target.profile });
    const plan = withoutTriggers(drawn, request.avoid ?? []);
    const { history, decisions } = await observeCase(plan, target);
    const verdict = verdictOf(history);
    send({
      kind: "verdict",
      id,
      verdict,
      known: await knownCauses(
        plan,
        verdict,
        target,
        targets.knownIssuesOf(request.target),
        request.attribute,
      ),
      ...(isWanted(request, verdict) ? { outcome: { plan, history, decisions } } : {}),
    });
  } catch (error) {
    if (error instanceof TargetUnavailableError) {
      send({ kind: "unavailable", id, message: error.message });
    } else {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      send({ kind: "failed", id, message: text });
    }
  }
}

function isWanted({ wantsHistory }: CaseRequest, { violations }: Verdict): boolean {
  if (typeof wantsHistory === "boolean") return wantsHistory;
  return violations.some(({ fingerprint }) => fingerprint === wantsHistory.of);
}

async function knownCauses(
  plan: Plan,
  { violations }: Verdict,
  target: Target,
  issues: readonly KnownIssue[],
  wish: CaseRequest["attribute"],
): Promise<KnownCauses> {
  if (wish === undefined) return {};
  const rerun = async (changed: Plan) => {
    const verdict = verdictOf(await runCase(changed, target));
    return new Set(verdict.violations.map(({ fingerprint }) => fingerprint));
  };
  const suspects = await suspectsOf(plan, violations, issues, rerun);
  if (wish === true) {
    return Object.fromEntries(
      [...suspects].map(([fingerprint, found]) => [fingerprint, found.map(({ id }) => id)]),
    );
  }
  const cause = await causeOf(plan, wish.cause, suspects.get(wish.cause) ?? [], rerun);
  return cause === null ? {} : { [wish.cause]: [cause.id] };
}
