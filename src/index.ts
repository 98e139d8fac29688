/**
 * happnstance as a library.
 *
 * @packageDocumentation
 */
export {
  formatToken,
  parseToken,
  runCase,
  traceHash,
  verdictOf,
  type FoundViolation,
  type Verdict,
} from "./engine/index.js";
export {
  formatHistory,
  parseHistory,
  Recording,
  type History,
  type HistoryEvent,
} from "./history/index.js";
export { formatPlan, parsePlan, type Plan } from "./plan/index.js";
export { planOf } from "./workload/index.js";
