/**
 * What the parts of the generator hand on to one another.
 *
 * @packageDocumentation
 */
import type { Plan } from "../plan/index.js";

/** What a plan is made of besides its seed. */
export type PlanBody = Pick<Plan, "mode" | "features" | "security" | "clients" | "operations">;
