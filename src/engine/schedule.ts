/**
 * The event loop that a plan's schedule asks for.
 *
 * @packageDocumentation
 */
import { CHOICE_MAX, type Plan } from "../plan/index.js";
import {
  Choices,
  EventLoop,
  pctStrategy,
  randomStrategy,
  recordedStrategy,
  type Strategy,
  type Timeline,
} from "../sim/index.js";

/** A loop to be explored, and where its decisions are kept. */
export interface Exploration {
  readonly loop: EventLoop;
  readonly choices: Choices;
}

/** Null where the plan has everything run as soon as it is due. */
export function explorationOf(plan: Plan, time: Timeline): Exploration | null {
  const strategy = strategyOf(plan);
  if (strategy === null) return null;
  const choices = new Choices(strategy);
  // A server that takes its time would be given the next operation of a lockstep plan too early.
  const busy = plan.mode === "lockstep" ? 0 : busyMsMaxOf(plan);
  return { choices, loop: new EventLoop(time, { choices, most: { ...CHOICE_MAX, busy } }) };
}

function strategyOf({ seed, schedule }: Plan): Strategy | null {
  if (schedule === undefined) return null;
  if (schedule.decisions !== undefined) return recordedStrategy(schedule.decisions);
  switch (schedule.strategy) {
    case "fifo":
      return null;
    case "random":
      return randomStrategy(seed, schedule.percent);
    case "pct":
      return pctStrategy(seed, schedule);
  }
}

/** What is recorded counts as it stands. */
function busyMsMaxOf({ schedule }: Plan): number {
  if (schedule === undefined || schedule.strategy === "fifo") return CHOICE_MAX.busy;
  return schedule.decisions === undefined ? schedule.busyMsMax : CHOICE_MAX.busy;
}
