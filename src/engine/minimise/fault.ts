/**
 * Plainer faults: at once, for a round time, of one client.
 *
 * @packageDocumentation
 */
import {
  formatPlan,
  parsePlan,
  type Fault,
  type Plan,
  type PlannedFault,
} from "../../plan/index.js";
import { rounderNumbers } from "./number.js";
import type { StepsPass } from "./pass.js";
import { PLAIN_WORDS } from "./weight.js";

export const PLAINER_FAULTS: StepsPass = {
  kind: "steps",
  name: "plainer faults",
  *steps(plan) {
    for (const planned of plan.faults ?? []) {
      for (const plainer of plainerFaults(planned, plan)) {
        const candidate = withFault(plan, planned, plainer);
        // The bounds of a fault's fields are the plan's to know.
        if (parsePlan(formatPlan(candidate)).ok) yield candidate;
      }
    }
  },
};

function withFault(plan: Plan, from: PlannedFault, to: PlannedFault): Plan {
  return { ...plan, faults: (plan.faults ?? []).map((other) => (other === from ? to : other)) };
}

function* plainerFaults(planned: PlannedFault, plan: Plan): Iterable<PlannedFault> {
  const { operation, ...free } = planned;
  if (operation !== undefined) {
    yield { ...free, afterMs: 0 };
    yield free;
    const place = plan.operations.findIndex(({ id }) => id === operation);
    const before = plan.operations[place - 1];
    if (before !== undefined) yield { ...planned, operation: before.id };
  }
  for (const key of ["afterMs", "durationMs"] as const) {
    if (planned[key] > 0) yield { ...planned, [key]: 0 };
    for (const ms of rounderNumbers(planned[key])) yield { ...planned, [key]: ms };
  }
  for (const fault of plainerForms(planned.fault)) yield { ...planned, fault };
}

function* plainerForms(fault: Fault): Iterable<Fault> {
  if ("clients" in fault && fault.clients.length > 1) {
    for (const gone of fault.clients) {
      yield { ...fault, clients: fault.clients.filter((name) => name !== gone) };
    }
  }
  for (const [key, value] of Object.entries(fault)) {
    if (typeof value === "number") {
      for (const rounder of rounderNumbers(value)) yield { ...fault, [key]: rounder };
    } else if (typeof value === "string" && key !== "kind") {
      for (const word of PLAIN_WORDS) yield { ...fault, [key]: word };
    }
  }
}
