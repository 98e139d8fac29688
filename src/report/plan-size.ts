/**
 * How large a plan is, in words.
 *
 * @packageDocumentation
 */
import type { Plan } from "../plan/index.js";
import { counted } from "./quantity.js";

/** `5 operations, 1 fault and 2 decisions`; what there is none of is left out. */
export function planSize({ operations, faults = [], schedule }: Plan): string {
  const decisions = schedule?.decisions?.length ?? 0;
  const parts = [counted(operations.length, "operation")];
  if (faults.length > 0) parts.push(counted(faults.length, "fault"));
  if (decisions > 0) parts.push(counted(decisions, "decision"));
  return parts.join(", ").replace(/, (?=[^,]*$)/, " and ");
}
