export * from "./property.js";
export { LENIENT_CLAUSES, severityOf } from "./clause-severity.js";
export { fingerprintOf } from "./fingerprint.js";
export { PROPERTIES, judge, propertyOf, type Judgement } from "./registry.js";
export type {
  LinearizationEvidence,
  LinearizedOperation,
  LinearizedStep,
  RefutedOperation,
  StateEntry,
} from "./linearizability/index.js";
export { tellsOfDisk } from "./circumstances/index.js";
export { lockstepPrediction } from "./lockstep-prediction.js";
export { authorityOf, type Authority } from "./security/index.js";
