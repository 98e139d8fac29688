export * from "./plan.js";
export { formatPlan, parsePlan, type ParsedPlan } from "./codec.js";
export { PLAN_LIMITS } from "./schema.js";
