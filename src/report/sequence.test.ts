import { describe, expect, it } from "vitest";

import { HistoryBuilder } from "../../properties/history-builder.js";
import type { Paint } from "./paint.js";
import { sequenceLines } from "./sequence.js";
import { timelineOf } from "./timeline/timeline-model.js";
import { FINDING, historyOf, toldHistory } from "./told-history.test-support.js";

const same = (text: string) => text;
const PLAIN: Paint = { bold: same, dim: same, red: same, yellow: same, green: same, cyan: same };
const model = timelineOf(toldHistory());

describe("the sequence", () => {
  it("shows what matters between lanes, and the broken expectation where it shows", () => {
    expect(`\n${sequenceLines(model, { columns: 100, paint: PLAIN }).join("\n")}`)
      .toMatchInlineSnapshot(`
      "
                          c1     server     c2
                 1 ms      ●        │        │     opens connection c1#1
                 2 ms      │        ●        │     c1#1 is open
                   ⋮ 4 events not shown
                 7 ms      │        │        ●     opens connection c2#1
                 8 ms      │        ●        │     c2#1 is open
                   ⋮ 4 events not shown
                13 ms      │        ●        │     the server accepts connections
                15 ms      │        │◀───────┤     #2 on /SET@/a  1 ms on the way
                16 ms      │        ├───────▶│     #2 on /SET@/a ok  1 ms on the way
                19 ms      ├───────▶│        │     #2 set /a {"v":1}  1 ms on the way
                20 ms      │        ├───────▶│     heard on /SET@/a: set /a {"v":1}  1 ms on the way
                22 ms      │◀───────┤        │     #2 set /a ok {"v":1}  1 ms on the way
                   ⋮ 4 events not shown
        [1]     29 ms      ├───────▶│        │     #4 set /a {"v":2}  1 ms on the way
                30 ms      │        ├───────▶│     heard on /SET@/a: set /a {"v":2}  1 ms on the way
        [2]     32 ms      │◀───────┤        │     #4 set /a ok {"v":2}  1 ms on the way
        [3]     35 ms      │        │◀───────┤     #3 get /a  1 ms on the way
        [4]     36 ms      │        ├───────▶│     #3 get /a ok {"v":1}  1 ms on the way
                       ┃ ✗ STO-10 (must) is broken here
                       ┃ seen      c2 got {"v":1} at "/a"
                       ┃ expected  What fits one order.
                   ⋮ 1 event not shown

        The order of operations that goes furthest, and what is stored after each
        c1     set "/a" {"v":1}                              /a: {"v":1}
        c1     set "/a" {"v":2}                              /a: {"v":2}
        c2     get "/a" → {"v":1}                            ✗ there was {"v":2}"
    `);
  });

  it("shows everything where that is asked for", () => {
    const lines = sequenceLines(model, { columns: 100, paint: PLAIN, shows: "other" }).join("\n");

    expect(lines).toContain("set /other");
    expect(lines).toContain("login");
    expect(lines).not.toContain("not shown");
  });

  it("does without lanes where the terminal is narrow, and keeps within it", () => {
    const lines = sequenceLines(model, { columns: 46, paint: PLAIN });

    expect(lines.join("\n")).toContain("c1 → server:");
    expect(lines.join("\n")).not.toContain("┤");
    for (const line of lines.filter((text) => text.includes(" ms "))) {
      expect(line.length).toBeLessThanOrEqual(46);
    }
  });

  it("marks frames that never arrive, and silence", () => {
    const builder = new HistoryBuilder().connect("c1");
    const connection = "c1#1";
    const sent = builder.event({ kind: "send", connection, operation: "o1", frame: '"x"' });
    for (let wait = 0; wait < 2_000; wait += 1)
      builder.event({ kind: "undeterministic", what: "w", site: "s" });
    const last = builder.event({ kind: "leave", connection, how: "cut" });
    const history = historyOf(builder);
    const lost = timelineOf({
      finding: { ...FINDING, evidence: [sent, last] },
      history,
      plan: null,
    });
    const lines = sequenceLines(lost, { columns: 100, paint: PLAIN, shows: "essential" }).join(
      "\n",
    );

    expect(lines).toMatch(/├─+✗/);
    expect(lines).toContain("never arrived");
    expect(lines).toContain("2,000 events not shown, 2,001 ms");
  });

  it("colours nothing but by the paint", () => {
    const red = (text: string) => `<red>${text}</red>`;
    const lines = sequenceLines(model, { columns: 100, paint: { ...PLAIN, red } }).join("\n");

    expect(lines).toContain("<red>✗ STO-10 (must) is broken here</red>");
    expect(lines.replaceAll(/<\/?red>/g, "")).toBe(
      sequenceLines(model, { columns: 100, paint: PLAIN }).join("\n"),
    );
  });
});
