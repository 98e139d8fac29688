/**
 * What of a plan can be run in real time.
 *
 * The schedule of the server's event loop, its store and what goes wrong in its process belong to
 * the simulated world: nobody outside of it can bring them about. They are left out, and the plan
 * that is kept is the one that was run.
 *
 * @packageDocumentation
 */
import type { Plan } from "../plan/index.js";

export function livePlan(plan: Plan): Plan {
  const { format, generator, seed, mode, clients, operations, features } = plan;
  return {
    ...{ format, generator, seed, mode, clients, operations },
    ...(features === undefined ? {} : { features }),
  };
}
