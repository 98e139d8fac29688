/**
 * Where an `off` ends listeners by name, each `on` is told a name, and no two the same.
 *
 * With initial values the answer's data are the items, and may leave no place for a name.
 *
 * @packageDocumentation
 */
import { listenerNameOf } from "../src/protocol/index.js";
import { isOn, optionsOf, settledExchanges, spokenIn } from "./hearing/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { timeOf, typeName } from "./words.js";

export const listenerNamed: Property = {
  id: "listener-named",
  promise: "In the later dialects an on is answered with a name of its own.",
  clauses: ["DIA-1", "DIA-2"],
  severity: "must",
  check(recording, profile) {
    const violations = new Violations();
    const spoken = spokenIn(recording, profile);
    /** Index of the answer, by connection and name. */
    const given = new Map<string, number>();
    for (const { exchange, outcome, startIndex, answerIndex } of settledExchanges(recording)) {
      const { connection, client, request, answers } = exchange;
      if (request.action !== "on" || outcome !== "ok") continue;
      if (spoken.of(connection).listening === "counted") continue;
      if (spoken.isForeignAt(connection, answerIndex)) continue;
      violations.exercised += 1;
      const name = listenerNameOf(answers[0]?.frame);
      const asked = `${client} was answered its "on" of ${JSON.stringify(request.path ?? null)} at ${timeOf(recording, answerIndex)}`;
      if (name === null) {
        const { initialCallback, initialEmit } = optionsOf(exchange);
        // Of what is neither true nor false a server may make what it likes.
        if (isOn(initialCallback) || isOn(initialEmit)) continue;
        violations.add({
          clause: "DIA-2",
          message: `${asked} without a name`,
          expected: "Data with the id by which an off can end this listener (DIA-2).",
          shape: ["nameless", typeName(answers[0]?.frame.data)],
          evidence: [startIndex, answerIndex],
        });
        continue;
      }
      const key = `${connection} ${name}`;
      const before = given.get(key);
      if (before !== undefined) {
        violations.add({
          clause: "DIA-2",
          message: `${asked} with ${JSON.stringify(name)}, which another one had been given at ${timeOf(recording, before)}`,
          expected: "An id that no other listener of the session has (DIA-2).",
          shape: ["name-given-again"],
          evidence: [before, answerIndex],
        });
      }
      given.set(key, answerIndex);
    }
    return violations.finding();
  },
};
