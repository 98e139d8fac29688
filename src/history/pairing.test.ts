import { describe, expect, it } from "vitest";

import type { HistoryEvent, HistoryFact } from "./event.js";
import { Pairing } from "./pairing.js";
import { Recording } from "./recording.js";

const REQUEST = JSON.stringify({ action: "set", eventId: 4, path: "/a" });
const ANSWER = JSON.stringify({
  data: null,
  _meta: { type: "response", status: "ok", action: "set", eventId: 4 },
});

const begun: readonly HistoryFact[] = [
  { kind: "connect", connection: "c1#1", client: "c1" },
  { kind: "open", connection: "c1#1" },
  { kind: "send", connection: "c1#1", operation: "o1", frame: REQUEST },
];
const arrived: HistoryFact = { kind: "arrive", connection: "c1#1", of: 2 };

/** Whether something is unanswered after each of the facts, by one pairing that they come to. */
function unansweredAfterEach(...facts: readonly HistoryFact[]): readonly boolean[] {
  const events: HistoryEvent[] = [];
  const pairing = new Pairing(events);
  return facts.map((fact, index) => {
    events.push({ at: index, ...fact });
    return pairing.hasUnanswered();
  });
}

describe("pairing while events come", () => {
  it("misses an answer from the arrival of a request on until it is written", () => {
    const after = unansweredAfterEach(...begun, arrived, {
      kind: "write",
      connection: "c1#1",
      frame: ANSWER,
    });

    expect(after).toEqual([false, false, false, true, false]);
  });

  it("misses no answer on a connection that has ended", () => {
    const after = unansweredAfterEach(...begun, arrived, {
      kind: "end",
      connection: "c1#1",
      by: "client",
      how: "cut",
    });

    expect(after).toEqual([false, false, false, true, false]);
  });

  it("pairs what came bit by bit as if it had come at once", () => {
    const facts = [
      ...begun,
      arrived,
      { kind: "write", connection: "c1#1", frame: ANSWER } as const,
    ];
    const events: HistoryEvent[] = [];
    const pairing = new Pairing(events);
    facts.forEach((fact, index) => {
      events.push({ at: index, ...fact });
      pairing.hasUnanswered();
    });
    const { exchanges } = new Recording({
      header: {
        format: 1,
        target: "reference",
        profile: "1.x",
        mode: "concurrent",
        epochMs: 0,
        fresh: true,
      },
      events,
    });

    expect(pairing.exchanges).toEqual(exchanges);
  });
});
