export * from "./campaign.js";
export * from "./findings.js";
export * from "./known-findings.js";
export { serveCases } from "./runner.js";
export { RunnerProcess, runFresh, type Reply, type RunnerOptions } from "./runner-process.js";
export { hashOfLost, lostViolation } from "./lost.js";
export * from "./minimise-finding.js";
export type { Failure, TrialRunnersOptions } from "./trial-runners.js";
