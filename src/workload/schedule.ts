/**
 * By which strategy the server's event loop is explored in a plan, and how boldly.
 *
 * Drawn apart from the operations: the same seed makes the same operations, whatever the schedule.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import type { PlanMode, PlannedSchedule, ScheduleStrategy } from "../plan/index.js";
import { weighted } from "./chance.js";

export interface ScheduleOptions {
  readonly mode: PlanMode;
  readonly operationCount: number;
  /** Drawn where absent. */
  readonly strategy?: ScheduleStrategy;
}

/**
 * In a concurrent plan each strategy in a third of them. In lockstep hardly anything meets: frames in
 * pieces and heartbeats are all that there is to explore.
 */
const STRATEGIES: Readonly<Record<PlanMode, fc.Arbitrary<ScheduleStrategy>>> = {
  concurrent: weighted<ScheduleStrategy>([1, "fifo"], [1, "random"], [1, "pct"]),
  lockstep: weighted<ScheduleStrategy>([8, "fifo"], [1, "random"], [1, "pct"]),
};

/** Of a hundred events. A server that is always busy meets everything at once. */
const EARLY = weighted([1, 5], [2, 30], [2, 70], [1, 100]);
const LATE = weighted([1, 0], [1, 20], [1, 60]);
const CUT = weighted([4, 0], [1, 3], [1, 20]);
const BUSY = weighted([3, 0], [2, 5], [2, 30], [2, 100]);
const BUSY_MS_MAX = weighted([1, 2], [2, 10], [2, 40]);

/** Absent for first come, first served. */
export function schedules(options: ScheduleOptions): fc.Arbitrary<PlannedSchedule | undefined> {
  const { mode, strategy, operationCount } = options;
  const chosen = strategy === undefined ? STRATEGIES[mode] : fc.constant(strategy);
  return chosen.chain((drawn): fc.Arbitrary<PlannedSchedule | undefined> => {
    switch (drawn) {
      case "fifo":
        return fc.constant(undefined);
      case "random":
        return fc.record({
          strategy: fc.constant(drawn),
          percent: fc.record({ early: EARLY, late: LATE, cut: CUT, busy: BUSY }),
          busyMsMax: BUSY_MS_MAX,
        });
      case "pct":
        return fc.record({
          strategy: fc.constant(drawn),
          changes: weighted([2, 1], [2, 2], [2, 4], [1, 8], [1, 16]),
          // About every fourth event finds the server at work.
          occasions: fc.integer({ min: 1, max: Math.ceil(operationCount / 2) }),
          percent: fc.record({ cut: CUT, busy: BUSY }),
          busyMsMax: BUSY_MS_MAX,
        });
    }
  });
}
