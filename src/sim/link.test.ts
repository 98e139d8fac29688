import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Clock } from "./clock.js";
import { Link, type LinkLatency } from "./link.js";
import { prngOf } from "./streams.js";

const latencies = fc
  .tuple(fc.nat(200), fc.nat(200), fc.constantFrom("uniform" as const, "tail" as const))
  .map(([delayMsMin, span, shape]) => ({ delayMsMin, delayMsMax: delayMsMin + span, shape }));

/** What is sent, and how long after the packet before. */
const gaps = fc.array(fc.nat(50), { maxLength: 60 });

function rig(seed: string, latency: LinkLatency) {
  const clock = new Clock();
  const arrived: { packet: number; at: number }[] = [];
  const link = new Link<number>(clock, prngOf(seed), latency, (packet) => {
    arrived.push({ packet, at: clock.now() });
  });
  return { clock, link, arrived, packets: () => arrived.map(({ packet }) => packet) };
}

function settle(clock: Clock): void {
  while (clock.step());
}

/** Sends packet 0, 1, 2 … after the gaps; returns when each was sent. */
function sendAll(clock: Clock, link: Link<number>, waits: readonly number[]): number[] {
  const sentAt: number[] = [];
  let at = 0;
  waits.forEach((wait, packet) => {
    at += wait;
    clock.after(at, () => {
      sentAt[packet] = clock.now();
      link.send(packet);
    });
  });
  return sentAt;
}

describe("link", () => {
  it("delivers every packet once, in the order sent, whatever the delays", () => {
    fc.assert(
      fc.property(fc.string(), latencies, gaps, (seed, latency, waits) => {
        const { clock, link, packets } = rig(seed, latency);
        sendAll(clock, link, waits);
        settle(clock);

        expect(packets()).toEqual(waits.map((_, packet) => packet));
        expect(link.inFlight).toBe(0);
      }),
    );
  });

  it("delays a packet by no less than the minimum, and by no more than the maximum", () => {
    fc.assert(
      fc.property(fc.string(), latencies, gaps, (seed, latency, waits) => {
        const { clock, link, arrived } = rig(seed, latency);
        const sentAt = sendAll(clock, link, waits);
        settle(clock);

        for (const { packet, at } of arrived) {
          const delayMs = at - (sentAt[packet] as number);
          expect(delayMs).toBeGreaterThanOrEqual(latency.delayMsMin);
          expect(delayMs).toBeLessThanOrEqual(latency.delayMsMax);
        }
      }),
    );
  });

  it("loses a suffix, and only a suffix, when cut", () => {
    fc.assert(
      fc.property(fc.string(), latencies, fc.nat(25), (seed, latency, stepsBeforeCut) => {
        const { clock, link, packets } = rig(seed, latency);
        for (let packet = 0; packet < 20; packet += 1) link.send(packet);
        for (let step = 0; step < stepsBeforeCut; step += 1) clock.step();
        const lost = link.cut();
        settle(clock);

        expect(packets()).toEqual(Array.from({ length: 20 - lost }, (_, packet) => packet));
      }),
    );
  });

  it("refuses a packet when cut", () => {
    const { clock, link, arrived } = rig("cut", { delayMsMin: 1, delayMsMax: 1, shape: "uniform" });
    expect(link.send(0)).toBe(true);
    expect(link.cut()).toBe(1);
    expect(link.send(1)).toBe(false);
    expect(link.cut()).toBe(0);
    settle(clock);

    expect(arrived).toEqual([]);
  });

  it("drops what is in flight and carries what is sent after", () => {
    const { clock, link, arrived } = rig("drop", {
      delayMsMin: 5,
      delayMsMax: 5,
      shape: "uniform",
    });
    link.send(0);
    link.send(1);
    expect(link.drop()).toBe(2);
    link.send(2);
    settle(clock);

    expect(arrived).toEqual([{ packet: 2, at: 5 }]);
  });

  it("keeps nine in ten of a tail near the minimum, and reaches the maximum", () => {
    const clock = new Clock();
    const delays: number[] = [];
    const prng = prngOf("tail");
    const latency = { delayMsMin: 10, delayMsMax: 110, shape: "tail" } as const;
    for (let count = 0; count < 1000; count += 1) {
      const sentAt = clock.now();
      // A link of its own for each packet: none waits behind another.
      new Link<null>(clock, prng, latency, () => delays.push(clock.now() - sentAt)).send(null);
      clock.step();
    }
    const near = delays.filter((delayMs) => delayMs <= 20).length;

    expect(near).toBeGreaterThan(870);
    expect(near).toBeLessThan(950);
    expect(Math.max(...delays)).toBeGreaterThan(100);
  });

  it("refuses bounds that no delay fits", () => {
    for (const [delayMsMin, delayMsMax] of [
      [5, 4],
      [-1, 4],
      [0.5, 4],
      [0, Number.NaN],
    ] as const) {
      expect(() => rig("", { delayMsMin, delayMsMax, shape: "uniform" })).toThrow(RangeError);
    }
  });
});
