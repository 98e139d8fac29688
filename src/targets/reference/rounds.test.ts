import { describe, expect, it } from "vitest";

import { Rounds } from "./rounds.js";

describe("rounds", () => {
  it("run what is due, in the order in which it was asked for, the next time at the earliest", () => {
    const rounds = new Rounds();
    const ran: string[] = [];
    const at = (count: number, name: string) =>
      rounds.after(count, () => ran.push(`${name}@${rounds.now()}`));
    at(2, "b");
    at(0, "a");
    at(1, "c");
    rounds.after(1, () => at(0, "d"));
    rounds.round();
    expect(ran).toEqual(["a@1", "c@1"]);
    rounds.drain();

    expect(ran).toEqual(["a@1", "c@1", "b@2", "d@2"]);
    expect(rounds.hasImmediates).toBe(false);
  });

  it("run nothing that was cancelled, also by another of the same round", () => {
    const rounds = new Rounds();
    const ran: string[] = [];
    rounds.after(1, () => cancel());
    const cancel = rounds.after(1, () => ran.push("cancelled"));
    rounds.after(3, () => ran.push("cleared"));
    rounds.round();
    expect(rounds.hasImmediates).toBe(true);
    rounds.clear();
    rounds.drain();

    expect(ran).toEqual([]);
  });
});
