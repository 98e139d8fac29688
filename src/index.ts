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
export {
  formatPlan,
  parsePlan,
  type FaultChoice,
  type FaultKind,
  type Plan,
} from "./plan/index.js";
export { planOf } from "./workload/index.js";
export { check, type CheckOptions, type CheckResult } from "./library/check.js";
export { HappnstanceError, type HappnstanceErrorCode } from "./library/failure.js";
export {
  fuzz,
  type FuzzFinding,
  type FuzzKnownIssue,
  type FuzzLiveOptions,
  type FuzzOptions,
  type FuzzResult,
  type FuzzStatus,
} from "./library/fuzz.js";
export {
  replay,
  type PlannedCase,
  type ReplayOptions,
  type ReplayResult,
} from "./library/replay.js";
