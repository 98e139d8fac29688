import { describe, expect, it } from "vitest";

import { HISTORY_FORMAT, type History, type HistoryEvent } from "../history/index.js";
import { divergenceOf } from "./divergence.js";

function history(...events: readonly HistoryEvent[]): History {
  return {
    header: {
      ...{ format: HISTORY_FORMAT, target: "t", profile: "1.x", mode: "concurrent" },
      ...{ epochMs: 0, fresh: true },
    },
    events,
  };
}

const STARTED: HistoryEvent = { at: 1, kind: "started" };
const QUIET: HistoryEvent = { at: 2, kind: "quiet" };
const LATE: HistoryEvent = { at: 3, kind: "quiet" };
const DREW: HistoryEvent = { at: 1, kind: "undeterministic", what: "crypto.sign", site: "a.js:7" };

describe("a divergence", () => {
  it("is nothing between equal histories", () => {
    expect(divergenceOf(history(STARTED, QUIET), history(STARTED, QUIET))).toBeNull();
  });

  it("is the first event that differs", () => {
    expect(divergenceOf(history(STARTED, QUIET), history(STARTED, LATE))).toEqual({
      index: 1,
      events: [QUIET, LATE],
      sites: [],
    });
  });

  it("is the end of the shorter one where the rest is equal", () => {
    expect(divergenceOf(history(STARTED), history(STARTED, QUIET))).toMatchObject({
      index: 1,
      events: [null, QUIET],
    });
  });

  it("names what drew uncontrolled chance before", () => {
    const divergence = divergenceOf(history(STARTED, DREW, QUIET), history(STARTED, DREW, LATE));

    expect(divergence?.sites).toEqual(["crypto.sign at a.js:7"]);
  });
});
