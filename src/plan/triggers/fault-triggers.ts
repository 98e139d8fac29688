/**
 * Triggers in the faults of a plan, and in how its server is started.
 *
 * @packageDocumentation
 */
import type { PlannedFault } from "../fault.js";
import type { Plan } from "../plan.js";
import type { Trigger } from "./trigger.js";

const DISK_KINDS: readonly string[] = ["disk-full", "disk-error"];

export const FAULT_TRIGGERS: readonly Trigger[] = [
  {
    id: "disk-failures",
    sentence: "A disk that is full, or fails (COR-4).",
    without: (plan) => mapFaults(plan, (each) => (isOfDisk(each) ? null : each)),
  },
  {
    id: "power-losses",
    sentence: "A kill that loses what was not synced (STO-11).",
    without: (plan) =>
      mapFaults(plan, (each) =>
        each.fault.kind === "kill" && each.fault.loses === "machine"
          ? { ...each, fault: { kind: "kill", loses: "process" } }
          : each,
      ),
  },
  {
    id: "pipelining-to-disk",
    sentence: "Requests that don't wait for an answer, to a server that stores in a file (COR-6).",
    without: (plan) => {
      const isMeant = plan.server?.store === "file" && plan.operations.some((one) => !one.awaited);
      if (!isMeant) return plan;
      return { ...plan, operations: plan.operations.map((one) => ({ ...one, awaited: true })) };
    },
  },
];

function isOfDisk({ fault }: PlannedFault): boolean {
  return DISK_KINDS.includes(fault.kind);
}

/** The plan with other faults, null for none; the same object where none is another. */
function mapFaults(plan: Plan, change: (planned: PlannedFault) => PlannedFault | null): Plan {
  const { faults } = plan;
  if (faults === undefined) return plan;
  const changed = faults.map(change);
  if (changed.every((each, index) => each === faults[index])) return plan;
  return { ...plan, faults: changed.filter((each) => each !== null) };
}
