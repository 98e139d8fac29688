/**
 * Fewer decisions of the schedule, and smaller ones; and names of the others that stay true when
 * operations go.
 *
 * @packageDocumentation
 */
import type { Decision, Plan } from "../../plan/index.js";
import type { Courses } from "./course.js";
import { rounderNumbers } from "./number.js";
import type { ElementsPass, StepsPass } from "./pass.js";

export const FEWER_DECISIONS: ElementsPass = {
  kind: "elements",
  name: "fewer decisions",
  elements: ({ schedule }) => [...(schedule?.decisions ?? [])].map(({ at }) => at).reverse(),
  without: (plan, keys) =>
    withEachDecision(plan, (decision) => (keys.has(decision.at) ? null : decision)),
};

/** Choices nearer to none; and a schedule that is its decisions alone, or is no more. */
export const PLAINER_SCHEDULE: StepsPass = {
  kind: "steps",
  name: "plainer schedule",
  *steps(plan) {
    const { schedule, ...fifo } = plan;
    if (schedule === undefined) return;
    yield fifo;
    const { decisions } = schedule;
    if (decisions === undefined) return;
    yield { ...plan, schedule: { strategy: "fifo", decisions } };
    for (const decision of decisions) {
      for (const choice of rounderNumbers(decision.choice)) {
        if (choice < 1 || choice > decision.choice) continue;
        yield withEachDecision(plan, (other) =>
          other === decision ? { ...other, choice } : other,
        );
      }
    }
  },
};

/** Changes decisions, or leaves them out where null is returned. A strategy that drew them by itself has none. */
export function withEachDecision(
  plan: Plan,
  change: (decision: Decision) => Decision | null,
): Plan {
  const decisions = plan.schedule?.decisions;
  if (decisions === undefined) return plan;
  return withDecisionsOf(
    plan,
    decisions.flatMap((decision) => change(decision) ?? []),
  );
}

/** The plan with these decisions; without a schedule where there are none. */
export function withDecisionsOf(plan: Plan, decisions: readonly Decision[]): Plan {
  const { schedule, ...fifo } = plan;
  if (schedule === undefined || decisions.length === 0) return fifo;
  return { ...plan, schedule: { ...schedule, decisions } };
}

/** An event of a connection: `c1#1/up/3/early`. */
const OF_CONNECTION = /^(?<connection>.+#\d+)\/up\/(?<packet>\d+)(?<rest>.*)$/s;

/**
 * Part of a plan that ran, with decisions that name the events that they were about: what a
 * connection carries is counted, and some of it is gone.
 */
export function withRenamedDecisions(part: Plan, courses: Courses): Plan {
  const kept = new Set(part.operations.map(({ id }) => id));
  const names = courses.packetNames(kept);
  return withEachDecision(part, (decision) => {
    const found = OF_CONNECTION.exec(decision.at)?.groups;
    if (found === undefined) return decision;
    const { connection = "", packet = "", rest = "" } = found;
    const name = names.get(`${connection}/up/${packet}`);
    return name === undefined ? null : { ...decision, at: name + rest };
  });
}

/** The decisions of a plan whose clients have other names. */
export function withRenamedClients(plan: Plan, nameOf: (client: string) => string): Plan {
  return withEachDecision(plan, (decision) => ({
    ...decision,
    at: decision.at.replace(/^(.+)(?=#\d+\/)/s, (client) => nameOf(client)),
  }));
}
