/**
 * Triggers in the faults of a plan, and in how its server is started.
 *
 * @packageDocumentation
 */
import type { PlannedFault } from "../fault.js";
import type { Plan, PlannedClient } from "../plan.js";
import { HARMLESS, mapFaults, mapOperations, type Trigger } from "./trigger.js";

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
    sentence: "Requests of a client that may overlap, to a server that stores in a file (COR-6).",
    without: (plan) => (plan.server?.store === "file" ? oneAtATime(plan) : plan),
  },
];

/** Actions after which a client has something under way that it doesn't wait for, or that only nodes do. */
const BESIDE_REQUESTS: readonly string[] = ["raw", "call", "emit"];

/**
 * Clients that wait for what they asked: no frames of which nobody knows the answer, no calls, which
 * clients answer while they ask, no nodes, which announce themselves in one go and answer whoever sets
 * the path of a request, and no faults for which clients stop waiting.
 */
function oneAtATime(plan: Plan): Plan {
  const quiet = mapOperations(plan, ({ action }) =>
    BESIDE_REQUESTS.includes(action.kind) ? HARMLESS : action,
  );
  const calm = withoutNodes(mapFaults(quiet, (planned) => (isOfServer(planned) ? planned : null)));
  if (calm.operations.every(({ awaited }) => awaited)) return calm;
  return { ...calm, operations: calm.operations.map((one) => ({ ...one, awaited: true })) };
}

/** Clients that play no node; the same object where none does. */
function withoutNodes(plan: Plan): Plan {
  if (plan.clients.every(({ node }) => node === undefined)) return plan;
  const clients = plan.clients.map(({ node: _, ...rest }): PlannedClient => rest);
  return { ...plan, clients };
}

function isOfServer(planned: PlannedFault): boolean {
  return isOfDisk(planned) || planned.fault.kind === "stop" || planned.fault.kind === "kill";
}

function isOfDisk({ fault }: PlannedFault): boolean {
  return DISK_KINDS.includes(fault.kind);
}
