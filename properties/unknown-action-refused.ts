/**
 * A request whose action does not exist is answered with an error (COR-5).
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import { ACTIONS } from "../src/protocol/index.js";
import { loneRequests, type LoneRequest } from "./lone-requests.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { timeOf } from "./words.js";

export const unknownActionRefused: Property = {
  id: "unknown-action-refused",
  promise: "A request with an unknown action is answered with an error.",
  clauses: ["COR-5"],
  severity: "should",
  check(recording, profile) {
    const violations = new Violations();
    for (const asked of loneRequests(recording)) {
      const { connection, index, answer, isUnanswered } = asked;
      const action = unknownActionOf(asked, profile);
      if (action === null || (answer === null && !isUnanswered)) continue;
      violations.exercised += 1;
      if (answer?.status === "error") continue;
      const { client } = recording.connection(connection);
      const what =
        answer === null
          ? "was never answered"
          : `was answered ${JSON.stringify(answer.status ?? null)} at ${timeOf(recording, answer.index)}`;
      violations.add({
        clause: "COR-5",
        message: `${client}'s request with the action ${JSON.stringify(action)}, which does not exist and arrived at ${timeOf(recording, index)}, ${what}`,
        expected: "An answer with an error (COR-5).",
        shape: [answer === null ? "unanswered" : "answered-ok"],
        evidence: answer === null ? [index] : [index, answer.index],
      });
    }
    return violations.finding();
  },
};

/** An action that neither the protocol nor, beyond it, the generation of servers knows; else null. */
function unknownActionOf({ frame }: LoneRequest, { furtherActions }: Profile): string | null {
  if (frame.kind !== "request") return null;
  const { action } = frame.request;
  const known: readonly string[] = [...ACTIONS, ...furtherActions];
  return known.includes(action) ? null : action;
}
