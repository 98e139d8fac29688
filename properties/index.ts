export * from "./property.js";
export { fingerprintOf } from "./fingerprint.js";
export { PROPERTIES, judge, propertyOf, type Judgement } from "./registry.js";
export { lockstepPrediction } from "./lockstep-prediction.js";
