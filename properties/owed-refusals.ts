/**
 * Requests that are to be refused: answered with an error, and not with ok, nor with silence.
 *
 * @packageDocumentation
 */
import type { Recording } from "../src/history/index.js";
import { loneRequests, type LoneRequest } from "./lone-requests.js";
import type { Finding } from "./property.js";
import { Violations } from "./violations.js";
import { timeOf } from "./words.js";

/** Why a request is to be refused. */
export interface Fault {
  /** What the request is, as the words between whose it is and "arrived". */
  readonly words: string;
  /** What of it makes the same bug in another case. */
  readonly shape: readonly string[];
}

export interface OwedRefusal {
  readonly clause: string;
  /** One sentence: what was expected instead. */
  readonly expected: string;
  /** Null for a request that is not to be refused for that reason. */
  readonly faultOf: (asked: LoneRequest) => Fault | null;
}

/** Judges every request with a fault that was answered, or for certain never will be. */
export function judgeRefusals(
  recording: Recording,
  { clause, expected, faultOf }: OwedRefusal,
): Finding {
  const violations = new Violations();
  for (const asked of loneRequests(recording)) {
    const { connection, index, answer, isUnanswered } = asked;
    const fault = faultOf(asked);
    if (fault === null || (answer === null && !isUnanswered)) continue;
    violations.exercised += 1;
    if (answer?.status === "error") continue;
    const { client } = recording.connection(connection);
    const arrival = `arrived at ${timeOf(recording, index)}`;
    const outcome =
      answer === null
        ? "was never answered"
        : `was answered ${JSON.stringify(answer.status ?? null)} at ${timeOf(recording, answer.index)}`;
    violations.add({
      clause,
      message: `${client}'s ${fault.words} ${arrival}, ${outcome}`,
      expected,
      shape: [answer === null ? "unanswered" : "answered-ok", ...fault.shape],
      evidence: answer === null ? [index] : [index, answer.index],
    });
  }
  return violations.finding();
}
