import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  Choices,
  pctStrategy,
  randomStrategy,
  recordedStrategy,
  type LoopEvent,
  type Question,
  type Strategy,
} from "./choices.js";

const QUESTIONS: readonly Question[] = ["early", "late", "cut", "busy"];
const PERCENT = { early: 40, late: 30, cut: 20, busy: 10 };

const eventOf = (source: string, number: number): LoopEvent => ({
  source,
  name: `${source}/${number}`,
});
const events = fc.array(
  fc.tuple(fc.constantFrom("c1#1/up", "c2#1/up", "timer/10"), fc.integer({ min: 1, max: 9 })),
  { maxLength: 40 },
);

/** Every question of all those events, in their order. */
function answersOf(strategy: Strategy, names: readonly (readonly [string, number])[]): Choices {
  const choices = new Choices(strategy);
  for (const [source, number] of names) {
    const event = eventOf(source, number);
    for (const question of QUESTIONS) choices.choose(event, question, 5);
  }
  return choices;
}

describe("choices", () => {
  it("are the recorded ones, and 0 where nothing is recorded", () => {
    const choices = new Choices(recordedStrategy([{ at: "c1#1/up/2/cut", choice: 7 }]));

    expect(choices.choose(eventOf("c1#1/up", 2), "cut", 15)).toBe(7);
    expect(choices.choose(eventOf("c1#1/up", 2), "early", 4)).toBe(0);
    expect(choices.choose(eventOf("c1#1/up", 3), "cut", 15)).toBe(0);
    expect(choices.decisions()).toEqual([{ at: "c1#1/up/2/cut", choice: 7 }]);
  });

  it("stay within what is asked for", () => {
    const choices = new Choices(recordedStrategy([{ at: "c1#1/up/2/busy", choice: 700 }]));

    expect(choices.choose(eventOf("c1#1/up", 2), "busy", 10)).toBe(10);
  });

  it("are the same once they are recorded, whatever the strategy", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(30), events, (seed, changes, names) => {
        for (const strategy of [
          randomStrategy(seed, PERCENT),
          pctStrategy(seed, { changes, occasions: 30, percent: { cut: 20, busy: 10 } }),
        ]) {
          const taken = answersOf(strategy, names).decisions();

          expect(answersOf(recordedStrategy(taken), names).decisions()).toEqual(taken);
        }
      }),
    );
  });

  it("of one event depend on no other event, by chance", () => {
    fc.assert(
      fc.property(
        fc.string(),
        events,
        fc.constantFrom("c1#1/up", "timer/10"),
        (seed, all, left) => {
          const some = all.filter(([source]) => source !== left);
          const isOfSome = ({ at }: { at: string }) => !at.startsWith(left);
          const strategy = () => randomStrategy(seed, PERCENT);

          expect(answersOf(strategy(), some).decisions()).toEqual(
            answersOf(strategy(), all).decisions().filter(isOfSome),
          );
        },
      ),
    );
  });

  it("are other than 0 about as often as asked for, by chance", () => {
    const names = Array.from({ length: 1_000 }, (_, index) => ["c1#1/up", index] as const);
    const taken = answersOf(randomStrategy("often", PERCENT), names).decisions();
    for (const question of QUESTIONS) {
      const count = taken.filter(({ at }) => at.endsWith(question)).length / 10;

      expect(Math.abs(count - PERCENT[question])).toBeLessThan(6);
    }
  });

  it("change on a few occasions, under priorities that are kept", () => {
    const names = Array.from({ length: 200 }, (_, index) => [`c${index % 4}#1/up`, index] as const);
    const options = { changes: 3, occasions: 200, percent: { cut: 0, busy: 0 } };
    const taken = answersOf(pctStrategy("few", options), names).decisions();
    const changes = taken.filter(({ at }) => !at.endsWith("late"));

    expect(changes).toHaveLength(3);
    expect(changes.every(({ at }) => at.endsWith("early"))).toBe(true);
    // A source without a change has one priority.
    const changed = new Set(changes.map(({ at }) => at.split("/")[0]));
    for (const source of ["c0#1", "c1#1", "c2#1", "c3#1"].filter((name) => !changed.has(name))) {
      const kept = taken.filter(({ at }) => at.startsWith(source)).map(({ choice }) => choice);

      expect(new Set(kept).size).toBeLessThan(2);
    }
  });
});
