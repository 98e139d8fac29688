/**
 * Shorter waits of clients that meet: one of them alone would miss the other.
 *
 * @packageDocumentation
 */
import type { Plan, PlannedOperation } from "../../plan/index.js";
import type { StepsPass } from "./pass.js";

/** Of a plan with more waits than that, pairs of them aren't tried. */
const WAITS_MAX = 8;

export const SHORTER_WAITS: StepsPass = {
  kind: "steps",
  name: "shorter waits",
  *steps(plan) {
    if (plan.mode === "lockstep") return;
    const waits = plan.operations.filter(({ afterMs }) => afterMs > 0);
    const firsts = [...new Set(waits.map(({ client }) => client))].map(
      (name) => waits.find(({ client }) => client === name) as PlannedOperation,
    );
    if (firsts.length > 1) yield shortened(plan, firsts);
    if (waits.length > WAITS_MAX) return;
    for (const [index, one] of waits.entries()) {
      for (const other of waits.slice(index + 1)) {
        if (other.client !== one.client) yield shortened(plan, [one, other]);
      }
    }
  },
};

/** These wait less, all by as much as the shortest of them waits. */
function shortened(plan: Plan, waits: readonly PlannedOperation[]): Plan {
  const ms = Math.min(...waits.map(({ afterMs }) => afterMs));
  return {
    ...plan,
    operations: plan.operations.map((operation) =>
      waits.includes(operation) ? { ...operation, afterMs: operation.afterMs - ms } : operation,
    ),
  };
}
