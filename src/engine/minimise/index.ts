export * from "./minimise.js";
export type { Evidence } from "./course.js";
export { simplerPlans } from "./passes.js";
export { planHash, type TrialOptions } from "./trials.js";
export { Journal, type JournalSubject } from "./journal.js";
