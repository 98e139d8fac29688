/**
 * Mutants whose answers are wrong.
 *
 * @packageDocumentation
 */
import type { JsonObject } from "../../../protocol/index.js";
import { answerMeta, everyThird, withOutputs, type Mutant } from "./mutant.js";

export const answerTwice: Mutant = {
  id: "answer-twice",
  clause: "COR-1",
  properties: ["answered-once"],
  description: "Answers a request a second time.",
  create(step) {
    const isTurn = everyThird();
    return withOutputs(step, (output) =>
      answerMeta(output) !== null && isTurn() ? [output, output] : [output],
    );
  },
};

export const wrongEventId: Mutant = {
  id: "wrong-event-id",
  clause: "COR-2",
  properties: ["answered-once", "answer-echoes-request"],
  description: "Answers with the eventId of another request.",
  create(step) {
    const isTurn = everyThird();
    return withOutputs(step, (output) => {
      const meta = answerMeta(output);
      // Never the login: a client without a session id would only stand still.
      if (meta === null || typeof meta["eventId"] !== "number" || meta["action"] === "login") {
        return [output];
      }
      if (!isTurn()) return [output];
      const wrong = { ...meta, eventId: meta["eventId"] + 1000 };
      return [{ ...output, frame: { ...(output.frame as JsonObject), _meta: wrong } }];
    });
  },
};
