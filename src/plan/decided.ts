/**
 * Writes the decisions that a run took into its plan.
 *
 * @packageDocumentation
 */
import type { Plan } from "./plan.js";
import type { Decision } from "./schedule.js";

/** The plan that runs by these decisions alone, whatever strategy they come from. */
export function withDecisions(plan: Plan, decisions: readonly Decision[]): Plan {
  const schedule = plan.schedule ?? { strategy: "fifo" };
  return { ...plan, schedule: { ...schedule, decisions } };
}
