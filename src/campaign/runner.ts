/**
 * The inside of a runner process: takes cases one at a time, runs and judges them.
 *
 * @packageDocumentation
 */
import {
  causeOf,
  observeCase,
  livePlan,
  runLive,
  suspectsOf,
  verdictOf,
  type CaseOutcome,
  type CaseRequest,
  type KnownCauses,
  type KnownIssue,
  type LiveOutcome,
  type RunnerMessage,
  type Verdict,
} from "../engine/index.js";
import type { History } from "../history/index.js";
import { formatPlan, withoutTriggers, type Plan } from "../plan/index.js";
import { TargetUnavailableError, type Target } from "../targets/target.js";
import { planOf } from "../workload/index.js";
import { endWithParent } from "./parent-watch.js";

/** What a runner process needs to know of targets, by ids that the parent has checked. */
export interface RunnerTargets {
  targetOf(id: string, settings: CaseRequest["settings"], modules: CaseRequest["modules"]): Target;
  knownIssuesOf(id: string): readonly KnownIssue[];
}

const residentBytes = process.memoryUsage.rss.bind(process);
const wallNow = performance.now.bind(performance);

/** Wall milliseconds for telling which of several known issues it was: of a plan that runs for half a minute there are too many to ask. */
const CAUSE_MS_MAX = 20_000;

/** Serves cases to the parent process until it goes away. */
export function serveCases(targets: RunnerTargets): void {
  const send = (message: RunnerMessage) => process.send?.(message);
  // Captured before any target is loaded: a case's world replaces the globals of this process.
  const exit = process.exit.bind(process);
  // Ctrl-C reaches the whole group; the parent decides what happens to us.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => undefined);
  process.on("disconnect", () => exit(0));
  endWithParent();

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
    const usual = targets.targetOf(request.target, request.settings, request.modules);
    await usual.prepare((line) => send({ kind: "progress", line }));
    const drawn = request.plan ?? drawnPlan(request, usual);
    const target = await onModulesFor(drawn, usual, request, targets);
    const isLive = target.wall !== undefined;
    const whole = withoutTriggers(drawn, request.avoid ?? []);
    const plan = isLive ? livePlan(whole) : whole;
    if (request.wantsHistory !== false) send({ kind: "begins", id, plan });
    const turns: Turns = (of) => send({ kind: "turn", of });
    const { history, decisions, serverLog } = await run(plan, target, turns);
    if (target.mayNotStart === true) requireStart(target.id, history);
    const verdict = verdictOf(history);
    const isKept = isWanted(request, verdict) || (isLive && verdict.violations.length > 0);
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
        turns,
      ),
      strategy: plan.schedule?.strategy ?? "fifo",
      residentBytes: residentBytes(),
      ...(isKept
        ? { outcome: { plan, history, decisions, ...(serverLog === null ? {} : { serverLog }) } }
        : {}),
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

/** What stores in a file runs on fresh modules: kept ones don't patch anew what files are used with. */
async function onModulesFor(
  { server }: Plan,
  usual: Target,
  { target: id, settings, modules }: CaseRequest,
  targets: RunnerTargets,
): Promise<Target> {
  if (server?.store !== "file" || modules !== "kept") return usual;
  const target = targets.targetOf(id, settings, "fresh");
  await target.prepare(() => undefined);
  return target;
}

function drawnPlan({ planSeed, faults = "swarm" }: CaseRequest, target: Target): Plan {
  const { profile, drawsSecure = false, drawsDialect } = target;
  return planOf(planSeed, {
    ...{ profile, faults, isSecure: drawsSecure },
    ...(drawsDialect === undefined ? {} : { dialect: drawsDialect }),
  });
}

/** @throws TargetUnavailableError where the server of a history never began to serve */
function requireStart(target: string, { events }: History): void {
  const first = events.find(({ kind }) => kind === "started" || kind === "crash");
  if (first === undefined || first.kind !== "crash") return;
  const [words = ""] = first.message.split("\n");
  const [place] = first.frames;
  throw new TargetUnavailableError(
    `${target} does not start: ${words}${place === undefined ? "" : ` (${place})`}`,
  );
}

interface Ran extends LiveOutcome {
  /** Null where there is nothing to decide, or nobody to decide it. */
  readonly decisions: CaseOutcome["decisions"];
}

function isWanted({ wantsHistory }: CaseRequest, { violations }: Verdict): boolean {
  if (typeof wantsHistory === "boolean") return wantsHistory;
  return violations.some(({ fingerprint }) => fingerprint === wantsHistory.of);
}

/** Told whose turn it is, before each. */
type Turns = (of: "server" | "tool") => void;

async function run(plan: Plan, target: Target, turns: Turns): Promise<Ran> {
  turns("server");
  try {
    if (target.wall === undefined) return { ...(await observeCase(plan, target)), serverLog: null };
    return { ...(await runLive(plan, target)), decisions: null };
  } finally {
    turns("tool");
  }
}

/** What plans showed that were asked lately: the causes of several violations of one case are asked one by one. */
const shown = new Map<string, ReadonlySet<string>>();
const SHOWN_MAX = 100;

/** Fingerprints of what a plan shows on a target. */
async function shownBy(plan: Plan, target: Target, turns: Turns): Promise<ReadonlySet<string>> {
  const key = `${target.id} ${formatPlan(plan)}`;
  const before = target.wall === undefined ? shown.get(key) : undefined;
  if (before !== undefined) return before;
  const verdict = verdictOf((await run(plan, target, turns)).history);
  const found = new Set(verdict.violations.map(({ fingerprint }) => fingerprint));
  shown.set(key, found);
  const [oldest] = shown.keys();
  if (shown.size > SHOWN_MAX && oldest !== undefined) shown.delete(oldest);
  return found;
}

async function knownCauses(
  plan: Plan,
  { violations }: Verdict,
  target: Target,
  issues: readonly KnownIssue[],
  wish: CaseRequest["attribute"],
  turns: Turns,
): Promise<KnownCauses> {
  if (wish === undefined) return {};
  const rerun = (changed: Plan) => shownBy(changed, target, turns);
  const suspects = await suspectsOf(plan, violations, issues, rerun);
  if (wish === true) {
    return Object.fromEntries(
      [...suspects].map(([fingerprint, found]) => [fingerprint, found.map(({ id }) => id)]),
    );
  }
  const endAt = wallNow() + CAUSE_MS_MAX;
  const isOver = () => wallNow() >= endAt;
  const cause = await causeOf(plan, wish.cause, suspects.get(wish.cause) ?? [], rerun, isOver);
  return cause === null ? {} : { [wish.cause]: [cause.id] };
}
