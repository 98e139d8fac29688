export * from "./plan.js";
export * from "./latency.js";
export * from "./fault.js";
export * from "./schedule.js";
export { withDecisions } from "./decided.js";
export { fitted } from "./fitted.js";
export { isTrigger, TRIGGERS, withoutTriggers, type Trigger } from "./triggers/index.js";
export { formatPlan, parsePlan, type ParsedPlan } from "./codec.js";
export { PLAN_LIMITS } from "./schema.js";
