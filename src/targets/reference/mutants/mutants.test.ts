import { describe, expect, it } from "vitest";

import {
  initialServer,
  profileOf,
  step,
  type ServerInput,
  type ServerState,
} from "../../../../models/index.js";
import type { JsonObject } from "../../../protocol/index.js";
import { MUTANTS, type Mutant, type Step } from "./index.js";

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
      sent("c1", 5, { action: "get", path: "/*" }),
      sent("c2", 6, { action: "off", path: "/SET@/a" }),
      // Not in every round, so that each third set is not always this one.
      ...(round % 4 === 0
        ? []
        : [sent("c1", 7, { action: "set", path: "/a", data: { round, unheard: true } })]),
    ];
  }).flat(),
];

/** What the server sends for each input. */
function talk({ profile }: Pick<Mutant, "profile">, by: Step): readonly string[] {
  const options = { profile: profileOf(profile ?? "1.x"), epochMs: 0, name: "n" };
  let state: ServerState = initialServer(options);
  return INPUTS.map((input) => {
    const next = by(state, input);
    state = next.state;
    return JSON.stringify(next.outputs);
  });
}

describe("the mutants", () => {
  it("are sixty at least, each with an id of its own", () => {
    expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length);
    expect(MUTANTS.length).toBeGreaterThanOrEqual(60);
  });

  it.each(MUTANTS)("$id is right now and then", (mutant) => {
    const right = talk(mutant, step);
    const wrong = talk(mutant, mutant.create(step));
    const departures = wrong.filter((sent, index) => sent !== right[index]).length;

    expect(departures).toBeLessThan((INPUTS.length * 2) / 3);
  });

  it.each(MUTANTS)("$id is wrong in the same places in every run", (mutant) => {
    expect(talk(mutant, mutant.create(step))).toEqual(talk(mutant, mutant.create(step)));
  });

  it.each(MUTANTS)("$id names a clause and a property", ({ id, clause, properties, ...rest }) => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+){1,4}$/);
    expect(clause).toMatch(/^[A-Z]{3}-\d+$/);
    expect(properties.length).toBeGreaterThan(0);
    expect(rest.description).toMatch(/^[A-Z].*\.$/);
  });
});
