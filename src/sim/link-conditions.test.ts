import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Clock } from "./clock.js";
import { Link, type LinkCondition } from "./link.js";
import { prngOf } from "./streams.js";

const ONE_MS = { delayMsMin: 1, delayMsMax: 1, shape: "uniform" } as const;

function rig(seed: string) {
  const clock = new Clock();
  const arrived: { packet: number; at: number }[] = [];
  const link = new Link<number>(clock, prngOf(seed), ONE_MS, (packet) => {
    arrived.push({ packet, at: clock.now() });
  });
  const under = (...all: LinkCondition[]) =>
    link.under({ all, prng: prngOf(`${seed}/conditions`) });
  return { clock, link, arrived, under, packets: () => arrived.map(({ packet }) => packet) };
}

function settle(clock: Clock): void {
  while (clock.step());
}

describe("a link under conditions", () => {
  it("takes longer, by other bounds, while they last", () => {
    const { clock, link, under, arrived } = rig("latency");
    link.send(0);
    under({ kind: "latency", delayMsMin: 500, delayMsMax: 500, shape: "uniform" });
    link.send(1);
    link.under(null);
    link.send(2);
    settle(clock);

    expect(arrived).toEqual([
      { packet: 0, at: 1 },
      { packet: 1, at: 500 },
      // Sent on the good link, and behind the slow packet.
      { packet: 2, at: 500 },
    ]);
  });

  it("jitters within the bound, differently each time", () => {
    const { clock, link, under, arrived } = rig("jitter");
    under({ kind: "jitter", jitterMsMax: 40 });
    const delays: number[] = [];
    for (let packet = 0; packet < 100; packet += 1) {
      const sentAt = clock.now();
      link.send(packet);
      settle(clock);
      delays.push((arrived.at(-1)?.at as number) - sentAt);
    }

    expect(Math.min(...delays)).toBe(1);
    expect(Math.max(...delays)).toBe(41);
    expect(new Set(delays).size).toBeGreaterThan(20);
  });

  it("lets through so many bytes a second, one packet after the other", () => {
    const { clock, link, under, arrived } = rig("bandwidth");
    under({ kind: "bandwidth", bytesPerSecond: 1_000 }, { kind: "bandwidth", bytesPerSecond: 100 });
    link.send(0, 10);
    link.send(1, 5);
    link.send(2, 0);
    settle(clock);

    expect(arrived).toEqual([
      { packet: 0, at: 101 },
      { packet: 1, at: 151 },
      { packet: 2, at: 151 },
    ]);
  });

  it("draws nothing that the link itself would have drawn", () => {
    const latency = { delayMsMin: 0, delayMsMax: 1_000, shape: "tail" } as const;
    const lastDelay = (conditions: readonly LinkCondition[]) => {
      const clock = new Clock();
      let arrivedAt = 0;
      const link = new Link<null>(clock, prngOf("luck"), latency, () => {
        arrivedAt = clock.now();
      });
      link.under({ all: conditions, prng: prngOf("other") });
      for (let count = 0; count < 5; count += 1) link.send(null);
      settle(clock);
      link.under(null);
      const sentAt = clock.now();
      link.send(null);
      settle(clock);
      return arrivedAt - sentAt;
    };

    expect(lastDelay([{ kind: "jitter", jitterMsMax: 7 }])).toBe(lastDelay([]));
  });

  it("never loses, repeats or reorders, whatever happens to it", () => {
    const change = fc.oneof(
      fc.constant({ kind: "send" } as const),
      fc.constant({ kind: "hold" } as const),
      fc.constant({ kind: "release" } as const),
      fc.constant({ kind: "step" } as const),
      fc.constant({ kind: "jitter", jitterMsMax: 30 } as const),
      fc.constant({ kind: "bandwidth", bytesPerSecond: 90 } as const),
      fc.constant({
        kind: "latency",
        delayMsMin: 0,
        delayMsMax: 60,
        shape: "uniform",
      } as const),
    );
    fc.assert(
      fc.property(fc.string(), fc.array(change, { maxLength: 60 }), (seed, changes) => {
        const { clock, link, under, packets } = rig(seed);
        let sent = 0;
        let held = 0;
        for (const next of changes) {
          if (next.kind === "send") {
            link.send(sent, 7);
            sent += 1;
          } else if (next.kind === "hold") {
            link.hold();
            held += 1;
          } else if (next.kind === "release") {
            if (held > 0) link.release();
            held = Math.max(0, held - 1);
          } else if (next.kind === "step") clock.step();
          else under(next);
          expect(packets()).toEqual(packets().map((_, index) => index));
        }
        for (; held > 0; held -= 1) link.release();
        settle(clock);

        expect(packets()).toEqual(Array.from({ length: sent }, (_, index) => index));
      }),
    );
  });
});

describe("a held link", () => {
  it("delivers nothing, and all of it at once when released as often as held", () => {
    const { clock, link, arrived } = rig("hold");
    link.hold();
    link.hold();
    link.send(0);
    link.send(1);
    clock.after(100, () => link.release());
    clock.after(200, () => {
      link.release();
      link.send(2);
    });
    settle(clock);

    expect(arrived).toEqual([
      { packet: 0, at: 200 },
      { packet: 1, at: 200 },
      { packet: 2, at: 201 },
    ]);
  });

  it("lets what is due at the moment of the release wait for its turn", () => {
    const { clock, link, packets } = rig("tie");
    link.hold();
    link.send(0);
    clock.after(5, () => link.release());
    clock.after(4, () => link.send(1));
    settle(clock);

    expect(packets()).toEqual([0, 1]);
  });

  it("gives up what it holds when cut", () => {
    const { clock, link, arrived } = rig("cut");
    link.hold();
    link.send(0);
    settle(clock);

    expect(link.inFlight).toBe(1);
    expect(link.cut()).toBe(1);
    link.release();
    settle(clock);
    expect(arrived).toEqual([]);
  });

  it("is not released more often than held", () => {
    expect(() => rig("x").link.release()).toThrow("not held");
  });
});
