import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Clock } from "./clock.js";

function settle(clock: Clock): void {
  while (clock.step());
}

describe("clock", () => {
  it("runs events by time, and by scheduling where times are equal", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (delays) => {
        const clock = new Clock();
        const ran: { at: number; order: number }[] = [];
        delays.forEach((delayMs, order) => {
          clock.after(delayMs, () => ran.push({ at: clock.now(), order }));
        });
        settle(clock);

        const expected = delays
          .map((at, order) => ({ at, order }))
          .sort((left, right) => left.at - right.at || left.order - right.order);
        expect(ran).toEqual(expected);
      }),
    );
  });

  it("runs what is scheduled while running, and never goes back", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 50 }), (pairs) => {
        const clock = new Clock();
        const times: number[] = [];
        const due: number[] = [];
        for (const [first, second] of pairs) {
          due.push(first, first + second);
          clock.after(first, () => {
            times.push(clock.now());
            clock.after(second, () => times.push(clock.now()));
          });
        }
        settle(clock);

        expect(times).toEqual(due.sort((left, right) => left - right));
      }),
    );
  });

  it("doesn't run what was cancelled, and counts what is left", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.boolean()), { maxLength: 100 }), (entries) => {
        const clock = new Clock();
        const ran: number[] = [];
        const cancels = entries.map(([delayMs], index) =>
          clock.after(delayMs, () => ran.push(index)),
        );
        entries.forEach(([, isCancelled], index) => {
          if (!isCancelled) return;
          cancels[index]?.();
          cancels[index]?.();
        });
        const left = entries.flatMap(([, isCancelled], index) => (isCancelled ? [] : [index]));
        expect(clock.pending).toBe(left.length);
        settle(clock);
        for (const cancel of cancels) cancel();

        expect([...ran].sort((a, b) => a - b)).toEqual(left);
        expect(clock.pending).toBe(0);
      }),
    );
  });

  it("tells when the next event is due without running it", () => {
    const clock = new Clock();
    expect(clock.nextAt()).toBe(null);
    expect(clock.step()).toBe(false);
    const cancel = clock.after(3, () => undefined);
    clock.after(7, () => undefined);
    expect(clock.nextAt()).toBe(3);
    cancel();
    expect(clock.nextAt()).toBe(7);
    expect(clock.now()).toBe(0);
    expect(clock.step()).toBe(true);
    expect(clock.now()).toBe(7);
  });

  it("refuses a delay that is no whole number of milliseconds", () => {
    const clock = new Clock();
    for (const delayMs of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => clock.after(delayMs, () => undefined)).toThrow(RangeError);
    }
  });
});
