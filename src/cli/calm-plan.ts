/**
 * Plans whose outcome is the server's doing alone.
 *
 * @packageDocumentation
 */
import type { Plan } from "../plan/index.js";

/**
 * The same operations, one at a time, in a world in which nothing goes wrong: where operations overlap,
 * two servers may rightly differ in which of them came first.
 */
export function calmPlan(plan: Plan): Plan {
  const calm: { -readonly [Key in keyof Plan]: Plan[Key] } = { ...plan, mode: "lockstep" };
  delete calm.faults;
  delete calm.schedule;
  delete calm.liveness;
  delete calm.server;
  return calm;
}
