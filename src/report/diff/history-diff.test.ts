import { describe, expect, it } from "vitest";

import { HistoryBuilder } from "../../../properties/history-builder.js";
import type { History } from "../../history/index.js";
import type { Json } from "../../protocol/index.js";
import type { Paint } from "../paint.js";
import { historyOf } from "../told-history.test-support.js";
import { diffLines } from "./diff-lines.js";
import { differenceOf } from "./history-diff.js";

/** A script that a server answers in its own way. */
function run(answer: {
  readonly value?: Json;
  readonly created?: number;
  readonly protocol?: string;
  readonly sessionDigit?: string;
  readonly waits?: number;
  readonly publishes?: boolean;
  readonly answersFirst?: boolean;
}): History {
  const builder = new HistoryBuilder().connect("c1", "c2");
  builder.on("c2", "/SET@/a");
  for (let wait = 0; wait < (answer.waits ?? 0); wait += 1) {
    builder.event({ kind: "undeterministic", what: "a pause", site: "" });
  }
  const set = builder.set("c1", "/a", { v: 1 });
  const meta = {
    created: answer.created ?? 5,
    ...(answer.protocol === undefined ? {} : { protocol: answer.protocol }),
  };
  if (answer.answersFirst === true) builder.answer(set, { meta });
  if (answer.publishes !== false) builder.publish("c2", "/SET@/a", set);
  if (answer.answersFirst !== true) builder.answer(set, { meta });
  builder.request("c2", { action: "get", path: "/a" }, { data: answer.value ?? { v: 1 } });
  const { header, events } = historyOf(builder);
  const text = JSON.stringify(events).replaceAll(
    "00000000-0000-4000",
    `${answer.sessionDigit ?? "0"}0000000-0000-4000`,
  );
  return { header, events: JSON.parse(text) as History["events"] };
}

it("compares values of any depth", () => {
  const deep = (value: Json): Json => {
    let nested = value;
    for (let level = 0; level < 2_500; level += 1) nested = [nested];
    return nested;
  };

  expect(differenceOf(run({ value: deep(1) }), run({ value: deep(1) }), "normalised")).toBeNull();
  expect(
    differenceOf(run({ value: deep(1) }), run({ value: deep(2) }), "normalised"),
  ).not.toBeNull();
});

describe("the raw difference", () => {
  it("is none between equal histories", () => {
    expect(differenceOf(run({}), run({}), "raw")).toBeNull();
  });

  it("is the first event that differs, with the fields that do", () => {
    const difference = differenceOf(run({}), run({ created: 6 }), "raw");

    expect(difference?.left).toBe(difference?.right);
    expect(difference?.fields).toEqual([{ path: "frame._meta.created", left: "5", right: "6" }]);
  });

  it("is the end of the shorter one", () => {
    const whole = run({});
    const part = { ...whole, events: whole.events.slice(0, 7) };

    expect(differenceOf(part, whole, "raw")).toMatchObject({ left: null, right: 7, fields: [] });
    expect(differenceOf(whole, part, "raw")).toMatchObject({ left: 7, right: null });
  });
});

describe("the normalised difference", () => {
  it.each([
    ["session ids", { sessionDigit: "9" }],
    ["times of the store", { created: 99 }],
    ["how long things take", { waits: 3 }],
    ["keys that come and go", { protocol: "1.3.0" }],
    ["whether the answer or the publication comes first", { answersFirst: true }],
  ])("leaves aside %s", (_, changed) => {
    expect(differenceOf(run({}), run(changed), "normalised")).toBeNull();
    expect(differenceOf(run({}), run(changed), "raw")).not.toBeNull();
  });

  it("is the first answer with other content", () => {
    const left = run({});
    const difference = differenceOf(
      left,
      run({ value: { v: 2 }, created: 7, waits: 2 }),
      "normalised",
    );

    expect(left.events[difference?.left ?? 0]).toMatchObject({ kind: "write", connection: "c2#1" });
    expect(difference?.fields).toEqual([{ path: "data.v", left: "1", right: "2" }]);
  });

  it("is a publication that one of the two lacks", () => {
    const left = run({});
    const difference = differenceOf(left, run({ publishes: false }), "normalised");

    expect(difference).toMatchObject({ right: null, fields: [] });
    expect(left.events[difference?.left ?? 0]).toMatchObject({ kind: "write", connection: "c2#1" });
  });

  it("calls made-up paths of siblings by one name", () => {
    const sibling = (id: string) => {
      const builder = new HistoryBuilder().connect("c1");
      const sent = builder.set("c1", "/a", 1, { set_type: "sibling" });
      builder.answer(sent, { meta: { path: `/a/${id}` } });
      return historyOf(builder);
    };

    expect(differenceOf(sibling("x1"), sibling("y2"), "normalised")).toBeNull();
  });
});

describe("a difference on a terminal", () => {
  const same = (text: string) => text;
  const paint: Paint = { bold: same, dim: same, red: same, yellow: same, green: same, cyan: same };
  const [left, right] = [run({}), run({ value: { v: 2 } })];
  const difference = differenceOf(left, right, "normalised");
  const lines = (columns: number) =>
    diffLines(
      difference ?? { compared: "raw", left: 0, right: 0, fields: [] },
      [
        { name: "left", history: left },
        { name: "right", history: right },
      ],
      { plan: null, context: 1, columns, paint },
    );

  it("stands side by side where there is room", () => {
    expect(`\n${lines(120).join("\n")}`).toMatchInlineSnapshot(`
      "
        The histories differ, ids and times aside: the left at event 24, the right at event 24

        left                                                     │ right
             24 ms  c2 → server: #3 get /a                       │      24 ms  c2 → server: #3 get /a
             25 ms  server → c2: #3 get /a ok {"v":1}            ≠      25 ms  server → c2: #3 get /a ok {"v":2}
             26 ms  server → c2 (received): #3 get /a ok {"v":1} │      26 ms  server → c2 (received): #3 get /a ok {"v":2}

        data.v
          − 1
          + 2"
    `);
  });

  it("stands one above the other where there is not", () => {
    expect(lines(60).filter((line) => line.startsWith("  ≠"))).toHaveLength(2);
    for (const line of lines(60).slice(2)) expect(line.length).toBeLessThanOrEqual(60);
  });
});
