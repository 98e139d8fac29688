import { describe, expect, it } from "vitest";

import { Clock } from "./clock.js";
import { behind, Gate } from "./gate.js";

function rig() {
  const clock = new Clock();
  const gate = new Gate(clock);
  const ran: string[] = [];
  const note = (name: string) => () => void ran.push(`${name} ${clock.now()}`);
  const settle = () => {
    while (clock.step());
  };
  return { clock, gate, ran, note, settle, timeline: behind(gate, clock) };
}

describe("a gate", () => {
  it("lets through at once while it is open", () => {
    const { gate, ran, note } = rig();
    gate.pass(note("a"));

    expect(ran).toEqual(["a 0"]);
    expect(gate.isShut).toBe(false);
  });

  it("holds back while it is shut, and lets through in order, one event each", () => {
    const { clock, gate, ran, note, settle } = rig();
    gate.shut();
    gate.shut();
    gate.pass(note("a"));
    gate.pass(note("b"))();
    gate.pass(note("c"));
    clock.after(10, () => gate.open());
    clock.after(20, () => {
      gate.open();
      gate.pass(note("d"));
    });
    settle();

    expect(ran).toEqual(["a 20", "c 20", "d 20"]);
  });

  it("stays shut when it is shut again at the moment it opens", () => {
    const { clock, gate, ran, note, settle } = rig();
    gate.shut();
    gate.pass(note("a"));
    gate.open();
    gate.shut();
    clock.after(7, () => gate.open());
    settle();

    expect(ran).toEqual(["a 7"]);
  });

  it("gives up what waits when it is cleared", () => {
    const { gate, ran, note, settle } = rig();
    gate.shut();
    gate.pass(note("a"));
    gate.clear();
    gate.pass(note("b"));
    settle();

    expect(ran).toEqual(["b 0"]);
  });

  it("is not opened more often than shut", () => {
    expect(() => rig().gate.open()).toThrow("not shut");
  });
});

describe("a timeline behind a gate", () => {
  it("is the clock while the gate is open", () => {
    const { timeline, ran, note, settle } = rig();
    timeline.after(5, note("a"));
    timeline.after(6, note("b"))();
    settle();

    expect(ran).toEqual(["a 5"]);
    expect(timeline.now()).toBe(6 - 1);
  });

  it("comes late while it is shut, unless cancelled meanwhile", () => {
    const { clock, gate, timeline, ran, note, settle } = rig();
    gate.shut();
    timeline.after(5, note("a"));
    const cancel = timeline.after(6, note("b"));
    timeline.after(30, note("c"));
    clock.after(8, cancel);
    clock.after(20, () => gate.open());
    settle();

    expect(ran).toEqual(["a 20", "c 30"]);
  });
});
