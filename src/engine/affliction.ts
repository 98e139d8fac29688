/**
 * What the faults in force do to the connections of one client.
 *
 * @packageDocumentation
 */
import type { Direction, Fault } from "../plan/index.js";
import type { LinkCondition } from "../sim/index.js";

type FaultOf<Kind extends Fault["kind"]> = Extract<Fault, { kind: Kind }>;

export interface Affliction {
  readonly up: readonly LinkCondition[];
  readonly down: readonly LinkCondition[];
  readonly holdsUp: boolean;
  readonly holdsDown: boolean;
  readonly slice: FaultOf<"slice"> | null;
  readonly merge: FaultOf<"merge"> | null;
  readonly relay: FaultOf<"relay"> | null;
  readonly slowReader: FaultOf<"slow-reader"> | null;
}

/** Nothing is amiss. */
export const UNAFFLICTED: Affliction = {
  up: [],
  down: [],
  holdsUp: false,
  holdsDown: false,
  slice: null,
  merge: null,
  relay: null,
  slowReader: null,
};

/** Of several faults of one kind, conditions of links add up, and else the last one counts. */
export function afflictionOf(faults: readonly Fault[]): Affliction {
  return faults.reduce(withFault, UNAFFLICTED);
}

function withFault(present: Affliction, fault: Fault): Affliction {
  switch (fault.kind) {
    case "latency":
    case "jitter":
    case "bandwidth":
      return {
        ...present,
        up: goes(fault.direction, "up") ? [...present.up, fault] : present.up,
        down: goes(fault.direction, "down") ? [...present.down, fault] : present.down,
      };
    case "stall":
      return {
        ...present,
        holdsUp: present.holdsUp || goes(fault.direction, "up"),
        holdsDown: present.holdsDown || goes(fault.direction, "down"),
      };
    case "partition":
      return { ...present, holdsUp: true, holdsDown: true };
    case "slow-reader":
      return { ...present, holdsDown: true, slowReader: fault };
    case "slice":
      return { ...present, slice: fault };
    case "merge":
      return { ...present, merge: fault };
    case "relay":
      return { ...present, relay: fault };
    default:
      return present;
  }
}

function goes(direction: Direction, way: "up" | "down"): boolean {
  return direction === "both" || direction === way;
}
