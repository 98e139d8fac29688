import { describe, expect, it } from "vitest";

import type { Json, JsonObject } from "../../src/protocol/index.js";
import type { SettledExchange } from "./exchange-outcome.js";
import { ListenerBounds } from "./listener-bounds.js";

const CHANNEL = "/SET@/a";

/** A request that arrived at an index and was answered at another; Infinity: never. */
function settled(
  [startIndex, answerIndex]: readonly [number, number],
  request: { action: string; path?: Json; options?: Json },
  answer: { data?: Json; meta?: JsonObject } = {},
): SettledExchange {
  const { data = {}, meta = { status: "ok" } } = answer;
  const outcome = answerIndex === Infinity ? "unknown" : meta["status"] === "ok" ? "ok" : "error";
  const answers =
    answerIndex === Infinity
      ? []
      : [
          {
            writeIndex: answerIndex,
            at: 0,
            frame: { kind: "response" as const, data, isList: false, meta },
          },
        ];
  return {
    exchange: {
      ...{ connection: "c1#1", client: "c1", operation: null, arriveAt: 0, answers },
      request: { eventId: startIndex, ...request },
      sendIndex: startIndex,
      arriveIndex: startIndex,
    },
    ...{ outcome, startIndex, answerIndex },
  };
}

const on = (span: readonly [number, number], name: string | null, path = CHANNEL) =>
  settled(span, { action: "on", path }, { data: name === null ? {} : { id: name } });

const off = (span: readonly [number, number], referenceId?: Json, path = CHANNEL) =>
  settled(span, {
    action: "off",
    path,
    options: referenceId === undefined ? {} : { referenceId },
  });

const bounds = (...requests: readonly SettledExchange[]) =>
  new ListenerBounds(CHANNEL, requests, null);

describe("listener bounds", () => {
  it("hold from the answer to the on, perhaps from its arrival", () => {
    const held = bounds(on([10, 20], "one"));

    expect(held.activity(5, 9)).toBe("never");
    expect(held.activity(5, 10)).toBe("sometimes");
    expect(held.activity(15, 30)).toBe("sometimes");
    expect(held.activity(20, 30)).toBe("always");
  });

  it("end with the answer to an off that names it, perhaps with its arrival", () => {
    const held = bounds(on([10, 20], "one"), off([30, 40], "one"));

    expect(held.activity(20, 29)).toBe("always");
    expect(held.activity(20, 30)).toBe("sometimes");
    expect(held.activity(39, 50)).toBe("sometimes");
    expect(held.activity(40, 50)).toBe("never");
  });

  it("go on while another listener of the channel is left", () => {
    const held = bounds(on([10, 20], "one"), on([21, 22], "two"), off([30, 40], "one"));

    expect(held.activity(20, 50)).toBe("always");
  });

  it("are without a gap where one listener takes over from another", () => {
    const held = bounds(on([10, 20], "one"), on([25, 28], "two"), off([30, 40], "one"));
    const apart = bounds(on([10, 20], "one"), off([22, 24], "one"), on([25, 28], "two"));

    expect(held.activity(21, 60)).toBe("always");
    expect(apart.activity(21, 60)).toBe("sometimes");
    expect(apart.activity(24, 24)).toBe("never");
  });

  it("end with an off of the channel, or of everything, that names none", () => {
    for (const ending of [off([30, 40]), off([30, 40], 0), off([30, 40], 0, "*")]) {
      const held = bounds(on([10, 20], "one"), on([21, 22], "two"), ending);

      expect(held.activity(22, 29)).toBe("always");
      expect(held.activity(40, 50)).toBe("never");
    }
  });

  it("go on after an off that names nobody, names one of another channel, or is refused", () => {
    const refused = settled(
      [30, 40],
      { action: "off", path: CHANNEL },
      { meta: { status: "error" } },
    );

    for (const other of [off([30, 40], "nobody"), off([30, 40], undefined, "/SET@/b"), refused]) {
      expect(bounds(on([10, 20], "one"), other).activity(20, 50)).toBe("always");
    }
  });

  it("are open after an off that is not clear", () => {
    const unclear = [
      off([30, 40], 7),
      off([30, 40], 7, "*"),
      off([30, 40], "one", "*"),
      off([30, 40], "one", "/SET@/b"),
      settled([30, Infinity], { action: "off", path: CHANNEL }),
      settled([30, 40], { action: "disconnect" }),
    ];

    for (const ending of unclear) {
      const held = bounds(on([10, 20], "one"), ending);

      expect(held.activity(20, 29)).toBe("always");
      expect(held.activity(40, 50)).toBe("sometimes");
    }
    expect(bounds(on([10, 20], "one"), off([30, 40], 7, "/SET@/b")).activity(40, 50)).toBe(
      "always",
    );
  });

  it("are open after an off by a name, where the on told none", () => {
    expect(bounds(on([10, 20], null), off([30, 40], "one")).activity(40, 50)).toBe("sometimes");
  });

  it("are open where an off overtakes the on, and not where it was over before", () => {
    expect(bounds(off([5, 15]), on([10, 20], "one")).activity(20, 30)).toBe("sometimes");
    expect(bounds(off([5, 9]), on([10, 20], "one")).activity(20, 30)).toBe("always");
    // Who said goodbye may be told nothing from then on.
    const farewell = settled([5, 9], { action: "disconnect" });
    expect(bounds(farewell, on([10, 20], "one")).activity(20, 30)).toBe("sometimes");
  });

  it("may begin where the on is not answered, and not where it is refused", () => {
    const unanswered = settled([10, Infinity], { action: "on", path: CHANNEL });
    const refused = settled(
      [10, 20],
      { action: "on", path: CHANNEL },
      { meta: { status: "error" } },
    );

    expect(bounds(unanswered).activity(30, 40)).toBe("sometimes");
    expect(bounds(refused).activity(10, 40)).toBe("never");
    expect(bounds(on([10, 20], "one", "/SET@/b")).activity(10, 40)).toBe("never");
  });

  it("end with the connection", () => {
    const held = new ListenerBounds(CHANNEL, [on([10, 20], "one")], 30);

    expect(held.activity(20, 29)).toBe("always");
    expect(held.activity(30, 40)).toBe("never");
  });
});
