import { describe, expect, it } from "vitest";

import { forwarding } from "./forwarding.js";

describe("a stand-in", () => {
  it("is whatever the module is now, also for functions that were taken off before", () => {
    let current: { next: () => string; name: string } = { next: () => "old", name: "old" };
    const standIn = forwarding(() => current) as typeof current;
    const { next } = standIn;
    current = { next: () => "new", name: "new" };

    expect([next(), standIn.next(), standIn.name]).toEqual(["new", "new", "new"]);
    expect(Object.keys(standIn)).toEqual(["next", "name"]);
    expect("next" in standIn).toBe(true);
  });

  it("calls methods on the module itself", () => {
    const counter = {
      count: 0,
      add() {
        this.count += 1;
        return this;
      },
    };
    const standIn = forwarding(() => counter) as typeof counter;

    expect(standIn.add()).toBe(counter);
    expect(counter.count).toBe(1);
  });

  it("makes instances of the class of now, and knows them", () => {
    const generation = (name: string) =>
      class {
        readonly made = name;
        static readonly of = name;
      };
    let current = generation("old");
    const Made = forwarding(() => current) as typeof current;
    const old = new Made();
    current = generation("new");

    expect([old.made, new Made().made, Made.of]).toEqual(["old", "new", "new"]);
    expect(new Made()).toBeInstanceOf(Made);
    expect(old).not.toBeInstanceOf(Made);
    expect(new (class extends Made {})().made).toBe("new");
  });

  it("lets a function be called, read and written to like the one it stands for", () => {
    const current: { (word: string): string; option?: number } = (word) => word.toUpperCase();
    const standIn = forwarding(() => current) as typeof current;
    standIn.option = 7;

    expect([standIn("a"), current.option, typeof standIn]).toEqual(["A", 7, "function"]);
    expect(Object.entries(standIn)).toEqual([["option", 7]]);
  });
});
