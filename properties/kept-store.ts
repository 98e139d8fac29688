/**
 * What a process that is started again finds in its file, as two properties judge it: after an orderly
 * stop, and after any other end.
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import type { Recording } from "../src/history/index.js";
import { storeSpansOf, type StoreSpan } from "./circumstances/index.js";
import type { Finding } from "./property.js";
import { storeJudgementOf, type Lost } from "./store-judgement.js";
import { operationsIn } from "./store-operation.js";
import { Violations } from "./violations.js";
import { timeOf } from "./words.js";

/** Exercised by each process that finds a file, and is asked for what may be in it. */
export function judgeKept(
  recording: Recording,
  profile: Profile,
  after: Lost["after"],
  words: string,
): Finding {
  const violations = new Violations();
  const { operations, lost } = storeJudgementOf(recording, profile);
  const isAsked = (span: StoreSpan) =>
    operationsIn(span, operations).some(({ returnIndex }) => returnIndex !== null);
  violations.exercised = storeSpansOf(recording).filter(
    (span) => span.begins === after && isAsked(span),
  ).length;
  for (const { after: ending, startIndex, violation } of lost) {
    if (ending !== after) continue;
    violations.add({
      clause: "STO-11",
      message: `${violation.message}, from a server that was started again at ${timeOf(recording, startIndex)} ${words}`,
      expected: `What was acknowledged before is there after the restart, and nothing else (STO-11). ${violation.expected}`,
      shape: violation.shape,
      evidence: [...violation.evidence, startIndex],
      ...(violation.linearization === undefined ? {} : { linearization: violation.linearization }),
    });
  }
  return violations.finding();
}
