/**
 * Fewer clients.
 *
 * @packageDocumentation
 */
import type { Plan, PlannedFault, PlannedOperation } from "../../plan/index.js";
import type { StepsPass } from "./pass.js";
import { withOperations } from "./structure.js";

/** Leaves out a client with all that it does. */
export const FEWER_CLIENTS: StepsPass = {
  kind: "steps",
  name: "fewer clients",
  *steps(plan) {
    for (const { name } of [...plan.clients].reverse()) {
      const clients = plan.clients.filter((client) => client.name !== name);
      const operations = plan.operations.filter(({ client }) => client !== name);
      yield withOperations({ ...plan, clients }, operations);
    }
  },
};

/** Gives a client's operations to one that acts before it: fewer actors, the same story. */
export const MERGED_CLIENTS: StepsPass = {
  kind: "steps",
  name: "merged clients",
  *steps(plan) {
    const names = namesInOrder(plan);
    for (let from = names.length - 1; from > 0; from -= 1) {
      const client = plan.clients.find(({ name }) => name === names[from]);
      if (client === undefined || client.node !== undefined) continue;
      for (let to = 0; to < from; to += 1) {
        yield* mergers(plan, client.name, names[to] as string);
      }
    }
  },
};

/** Without what `from` connects with; then, if it connects again later, with that. */
function* mergers(plan: Plan, from: string, to: string): Iterable<Plan> {
  const connects = plan.operations.filter(
    ({ client, action }) => client === from && action.kind === "connect",
  );
  const merged = (gone: readonly PlannedOperation[]): Plan => {
    const faults = plan.faults?.map((fault) => handedOver(fault, from, to));
    const left = withOperations(
      { ...plan, ...(faults && { faults }) },
      plan.operations.filter((operation) => !gone.includes(operation)),
    );
    return {
      ...left,
      clients: left.clients.filter(({ name }) => name !== from),
      operations: left.operations.map((operation) =>
        operation.client === from ? { ...operation, client: to } : operation,
      ),
    };
  };
  yield merged(connects);
  if (connects.length > 1) yield merged(connects.slice(0, 1));
}

function handedOver(planned: PlannedFault, from: string, to: string): PlannedFault {
  const { fault } = planned;
  if (!("clients" in fault)) return planned;
  const clients = new Set(fault.clients.map((name) => (name === from ? to : name)));
  return { ...planned, fault: { ...fault, clients: [...clients] } };
}

/** Clients by their first operations; those that have none come last. */
export function namesInOrder({ clients, operations }: Plan): readonly string[] {
  const known = new Set(clients.map(({ name }) => name));
  const acting = operations.map(({ client }) => client).filter((name) => known.has(name));
  return [...new Set([...acting, ...known])];
}
