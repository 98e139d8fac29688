/**
 * Real time, from this process's monotonic clock.
 *
 * @packageDocumentation
 */
import type { RealTime } from "../../sim/index.js";

/** What a timer of Node's can wait for at once. */
const DELAY_MS_MAX = 2_147_483_647;

/** Real time that begins at zero now. */
export function realTimeFromNow(): RealTime {
  const startedAt = performance.now();
  return {
    now: () => Math.floor(performance.now() - startedAt),
    after: (delayMs, run) => {
      const timer = setTimeout(run, Math.min(delayMs, DELAY_MS_MAX));
      return () => clearTimeout(timer);
    },
  };
}
