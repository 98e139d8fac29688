/**
 * Takes out of a plan what names elements that it no longer has.
 *
 * @packageDocumentation
 */
import type { Fault, PlannedFault } from "./fault.js";
import type { Plan } from "./plan.js";

/**
 * The plan without faults that count from an operation it doesn't have, and without mention of
 * clients it doesn't have; the same object where there is nothing to take out. For use after
 * operations or clients were removed.
 */
export function fitted(plan: Plan): Plan {
  const { faults } = plan;
  if (faults === undefined) return plan;
  const clients = new Set(plan.clients.map(({ name }) => name));
  const operations = new Set(plan.operations.map(({ id }) => id));
  const left = faults.flatMap((planned): readonly PlannedFault[] => {
    if (planned.operation !== undefined && !operations.has(planned.operation)) return [];
    const fault = withClients(planned.fault, clients);
    if (fault === null) return [];
    return fault === planned.fault ? [planned] : [{ ...planned, fault }];
  });
  const isSame = left.length === faults.length && left.every((fault, at) => fault === faults[at]);
  return isSame ? plan : { ...plan, faults: left };
}

/** The fault for those of its clients that there are; null where none is left. */
function withClients(fault: Fault, clients: ReadonlySet<string>): Fault | null {
  if (!("clients" in fault)) return fault;
  const left = fault.clients.filter((name) => clients.has(name));
  if (left.length === fault.clients.length) return fault;
  return left.length === 0 ? null : { ...fault, clients: left };
}
