import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { effectsInOrder } from "./effects-in-order.js";
import { HistoryBuilder } from "./history-builder.js";

const check = (history: HistoryBuilder) =>
  effectsInOrder.check(history.recording(), profileOf("1.x"));

const ON = { action: "on", path: "/SET@/a", options: {} };
const OFF = { action: "off", path: "/SET@/a", options: {} };

/** Pipelines an on, a set, an off and a set; says which of the two sets are heard. */
function pipelined(...heard: readonly ("first" | "second")[]): HistoryBuilder {
  const history = new HistoryBuilder().connect("c1");
  const on = history.send("c1", ON);
  const first = history.set("c1", "/a", {});
  const off = history.send("c1", OFF);
  const second = history.set("c1", "/a", {});
  if (heard.includes("first")) history.publish("c1", "/SET@/a", first);
  if (heard.includes("second")) history.publish("c1", "/SET@/a", second);
  for (const sent of [on, first, off, second]) history.answer(sent);
  return history.quiet();
}

function shapesOf(history: HistoryBuilder): readonly string[] {
  const finding = check(history);
  return finding.validity === "invalid"
    ? finding.violations.map(({ shape }) => shape.join(", "))
    : [];
}

describe("effects-in-order", () => {
  it("accepts that the first set is heard, and the second is not", () => {
    expect(check(pipelined("first"))).toEqual({ validity: "valid", exercised: 2 });
  });

  it("rejects a set that is missed after an on, or heard after an off", () => {
    expect(shapesOf(pipelined())).toEqual(["on, missed, SET exact"]);
    expect(shapesOf(pipelined("first", "second"))).toEqual(["off, heard, SET exact"]);
  });

  it("leaves alone other connections, writes that wait, and requests without an answer", () => {
    const other = new HistoryBuilder().connect("c1", "c2");
    const on = other.send("c1", ON);
    const set = other.set("c2", "/a", {});
    other.answer(on);
    other.answer(set);
    const waiting = new HistoryBuilder().connect("c1");
    waiting.on("c1", "/SET@/a");
    waiting.answer(waiting.set("c1", "/a", {}));
    const unanswered = new HistoryBuilder().connect("c1");
    unanswered.send("c1", ON);
    unanswered.answer(unanswered.set("c1", "/a", {}));

    for (const history of [other, waiting, unanswered]) {
      expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
    }
  });
});
