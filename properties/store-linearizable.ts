/**
 * What clients read from the store is what some order of all that was done there leaves behind.
 *
 * The order respects real time at the server boundary: what was answered before another request
 * arrived comes first. Times are judged by `write-times`, what a file holds for the next process by
 * `stop-keeps-store` and `kill-keeps-store`.
 *
 * @packageDocumentation
 */
import type { Finding, Property } from "./property.js";
import { ownKeysIn } from "./store-answers.js";
import { STEPS_MAX, storeJudgementOf } from "./store-judgement.js";
import { Violations } from "./violations.js";

export const storeLinearizable: Property = {
  id: "store-linearizable",
  promise:
    "Every answered set, merge, remove and get fits one order of them all that respects real time.",
  clauses: [
    "STO-10",
    "STO-1",
    "STO-3",
    "STO-4",
    "STO-5",
    "STO-6",
    "STO-8",
    "COR-4",
    "DIA-5",
    "DIA-7",
    "DIA-8",
  ],
  severity: "must",
  check(recording, profile) {
    const { operations, isOpen, isUnknown, ...judgement } = storeJudgementOf(recording, profile);
    const violations = new Violations();
    violations.exercised = operations.filter(({ returnIndex }) => returnIndex !== null).length;
    for (const violation of ownKeysIn(recording, operations)) violations.add(violation);
    for (const violation of judgement.violations) violations.add(violation);
    const finding = violations.finding();
    if (finding.validity === "invalid") return finding;
    // In a campaign it says nothing; of a recording that is all there is, somebody wants to know.
    if (isOpen && recording.header.mode === "recorded") {
      return undecided(
        "some answers are explained only by writes that the recording does not show",
        finding.exercised,
      );
    }
    if (!isUnknown) return finding;
    return undecided(`no order found or excluded in ${STEPS_MAX} steps`, finding.exercised);
  },
};

function undecided(reason: string, exercised = 0): Finding {
  return { validity: "unknown", exercised, reason };
}
