export { GENERATOR_VERSION, planBodies, planOf, type WorkloadOptions } from "./generator.js";
export type { PlanBody } from "./plan-body.js";
