import { describe, expect, it } from "vitest";

import {
  initialServer,
  profileOf,
  step,
  type ServerInput,
  type ServerState,
} from "../../../../models/index.js";
import { isJsonObject, type JsonObject } from "../../../protocol/index.js";
import { MUTANTS, type Step } from "./index.js";

/** c1 and c2 have a session each; c1 writes and reads, c2 listens and stops listening, over and over. */
const INPUTS: readonly ServerInput[] = [
  { kind: "open", connection: "c1", sessionId: "s1", at: 0 },
  { kind: "open", connection: "c2", sessionId: "s2", at: 0 },
  ...Array.from({ length: 12 }, (_, round): ServerInput[] => {
    const at = 1 + round * 10;
    const sent = (connection: string, offset: number, request: JsonObject): ServerInput => ({
      kind: "frame",
      connection,
      text: JSON.stringify({ eventId: round * 10 + offset, ...request }),
      at: at + offset,
    });
    return [
      sent("c2", 1, { action: "on", path: "/SET@/a" }),
      sent("c1", 2, { action: "set", path: "/a", data: { round } }),
      sent("c1", 3, { action: "get", path: "/a" }),
      sent("c1", 4, { action: "set", path: "/a", data: { round, again: true } }),
      sent("c1", 5, { action: "get", path: "/a" }),
      sent("c2", 6, { action: "off", path: "/SET@/a" }),
      // Not in every round, so that each third set is not always this one.
      ...(round % 4 === 0
        ? []
        : [sent("c1", 7, { action: "set", path: "/a", data: { round, unheard: true } })]),
    ];
  }).flat(),
];

/** What the server sends for each input: `c1 response 3 {…}`. */
function talk(by: Step): readonly (readonly string[])[] {
  let state: ServerState = initialServer({ profile: profileOf("1.x"), epochMs: 0, name: "n" });
  return INPUTS.map((input) => {
    const next = by(state, input);
    state = next.state;
    return next.outputs.map((output) => {
      if (output.kind === "close" || !isJsonObject(output.frame)) return output.kind;
      const meta = output.frame["_meta"] as JsonObject;
      const words = [
        output.connection,
        meta["type"],
        meta["eventId"],
        meta["created"],
        output.frame["data"],
      ];
      return words.map((word) => JSON.stringify(word)).join(" ");
    });
  });
}

describe("the mutants", () => {
  it("are ten, each with an id of its own", () => {
    expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(10);
  });

  it.each(MUTANTS)("$id departs from the model now and then, not always", (mutant) => {
    const right = talk(step);
    const wrong = talk(mutant.create(step));
    const departures = wrong.filter((sent, index) => sent.join() !== right[index]?.join()).length;

    expect(departures).toBeGreaterThan(1);
    expect(departures).toBeLessThan(INPUTS.length);
  });

  it.each(MUTANTS)("$id is wrong in the same places in every run", (mutant) => {
    expect(talk(mutant.create(step))).toEqual(talk(mutant.create(step)));
  });

  it.each(MUTANTS)("$id names a clause and a property", ({ clause, properties, description }) => {
    expect(clause).toMatch(/^[A-Z]{3}-\d+$/);
    expect(properties.length).toBeGreaterThan(0);
    expect(description).toMatch(/^[A-Z].*\.$/);
  });
});
