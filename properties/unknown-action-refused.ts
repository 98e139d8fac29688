/**
 * A request whose action does not exist is answered with an error (COR-5).
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import { ACTIONS } from "../src/protocol/index.js";
import type { LoneRequest } from "./lone-requests.js";
import { judgeRefusals } from "./owed-refusals.js";
import type { Property } from "./property.js";

export const unknownActionRefused: Property = {
  id: "unknown-action-refused",
  promise: "A request with an unknown action is answered with an error.",
  clauses: ["COR-5"],
  severity: "should",
  check(recording, profile) {
    return judgeRefusals(recording, {
      clause: "COR-5",
      expected: "An answer with an error (COR-5).",
      faultOf(asked) {
        const action = unknownActionOf(asked, profile);
        if (action === null) return null;
        const words = `request with the action ${JSON.stringify(action)}, which does not exist and`;
        return { words, shape: [] };
      },
    });
  },
};

/** An action that neither the protocol nor, beyond it, the generation of servers knows; else null. */
function unknownActionOf({ frame }: LoneRequest, { furtherActions }: Profile): string | null {
  if (frame.kind !== "request") return null;
  const { action } = frame.request;
  const known: readonly string[] = [...ACTIONS, ...furtherActions];
  return known.includes(action) ? null : action;
}
