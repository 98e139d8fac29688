import { describe, expect, it } from "vitest";

import { HistoryBuilder } from "../../../properties/history-builder.js";
import type { History } from "../../history/index.js";
import type { Json } from "../../protocol/index.js";
import { historyOf } from "../told-history.test-support.js";
import { differenceShape } from "./difference-shape.js";
import { differenceOf } from "./history-diff.js";

/** A script that a server answers in its own way. */
function run(answer: { value?: Json; action?: string; publishes?: boolean } = {}): History {
  const builder = new HistoryBuilder().connect("c1", "c2");
  builder.on("c2", "/SET@/a");
  const set = builder.set("c1", "/a", { v: 1 });
  if (answer.publishes !== false) builder.publish("c2", "/SET@/a", set);
  builder.answer(set);
  const request = { action: answer.action ?? "get", path: "/a" };
  builder.request("c2", request, { data: answer.value ?? { v: 1 } });
  return historyOf(builder);
}

function shapeOf(left: History, right: History): string {
  const difference = differenceOf(left, right, "normalised");
  if (difference === null) throw new Error("they are equal");
  return differenceShape(difference, [left, right]);
}

describe("differenceShape", () => {
  it("tells which frame differs, and of data only what kind it is", () => {
    expect(shapeOf(run(), run({ value: { v: 2 } }))).toBe(
      shapeOf(run({ value: { v: 7 } }), run({ value: { v: 8 } })),
    );
    expect(shapeOf(run(), run({ value: [1] }))).toBe("answer of get: data object against list");
  });

  it("tells which side has none", () => {
    const silent = run({ publishes: false });

    expect(shapeOf(run(), silent)).toBe("publication of SET: the second has none");
    expect(shapeOf(silent, run())).toBe("publication of SET: the first has none");
  });
});
