/**
 * `Date` and the other clocks of a process, told by the virtual one.
 *
 * @packageDocumentation
 */
import { performance } from "node:perf_hooks";

import { disguise, type Replacements } from "./replacement.js";
import { world } from "./world.js";

const RealDate = Date;

/** How long a simulated process has been running when its clock stands at 0. */
const BOOT_MS = 100;

/** Wall time in milliseconds. */
export function wallMs(): number {
  return world().wallMs();
}

/** A `Date` whose present is `now()`; it shares the real one's prototype. */
export function virtualDate(now: () => number): DateConstructor {
  function VirtualDate(...args: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(now()).toString();
    const values = args.length === 0 ? [now()] : args;
    return Reflect.construct(RealDate, values, new.target);
  }
  VirtualDate.prototype = RealDate.prototype;
  Object.defineProperty(VirtualDate, "now", {
    value: disguise(() => now(), RealDate.now),
    writable: true,
    enumerable: false,
    configurable: true,
  });
  return disguise(VirtualDate, RealDate) as unknown as DateConstructor;
}

export function replaceClocks(replacements: Replacements): void {
  const VirtualDate = virtualDate(wallMs);
  replacements.value(globalThis, "Date", VirtualDate);
  replacements.value(RealDate.prototype, "constructor", VirtualDate);

  const uptimeMs = () => world().clock.now() - world().startedAt + BOOT_MS;
  const prototype = Object.getPrototypeOf(performance) as object;
  replacements.method(prototype, "now", () => () => uptimeMs());
  replacements.getter(prototype, "timeOrigin", () => world().startedWallMs - BOOT_MS);
  for (const key of ["mark", "measure", "timerify", "eventLoopUtilization"]) {
    replacements.method(
      prototype,
      key,
      (original) =>
        function (this: unknown, ...args: never[]) {
          world().report(`performance.${key}`);
          return Reflect.apply(original, this, args);
        },
    );
  }

  const { bigint: hrtimeBigint } = process.hrtime as unknown as Record<string, object>;
  const hrtime = (previous?: readonly [number, number]) => {
    const ms = uptimeMs();
    const seconds = Math.trunc(ms / 1000) - (previous?.[0] ?? 0);
    const nanoseconds = (ms % 1000) * 1_000_000 - (previous?.[1] ?? 0);
    return nanoseconds < 0 ? [seconds - 1, nanoseconds + 1_000_000_000] : [seconds, nanoseconds];
  };
  hrtime.bigint = disguise(() => BigInt(uptimeMs()) * 1_000_000n, hrtimeBigint as object);
  replacements.method(process, "hrtime", () => hrtime);
  replacements.method(process, "uptime", () => () => uptimeMs() / 1000);
}
