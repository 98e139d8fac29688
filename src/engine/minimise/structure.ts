/**
 * What a plan is made of: operations and faults; and clients that do nothing any more.
 *
 * @packageDocumentation
 */
import { fitted, type Plan, type PlannedFault, type PlannedOperation } from "../../plan/index.js";
import type { ElementsPass, StepsPass } from "./pass.js";

export function operationKey(id: string): string {
  return `operation ${id}`;
}

function faultKey(id: string): string {
  return `fault ${id}`;
}

function clientKey(name: string): string {
  return `client ${name}`;
}

/** Idle clients, faults, and operations from the end. */
export const FEWER_ELEMENTS: ElementsPass = {
  kind: "elements",
  name: "fewer elements",
  elements({ operations, clients, faults = [] }) {
    const busy = new Set(operations.map(({ client }) => client));
    const idle = clients.filter(({ name }) => !busy.has(name));
    return [
      ...idle.map(({ name }) => clientKey(name)),
      ...faults.map(({ id }) => faultKey(id)),
      ...operations.map(({ id }) => operationKey(id)).reverse(),
    ];
  },
  without(plan, keys) {
    const operations = plan.operations.filter(({ id }) => !keys.has(operationKey(id)));
    // One operation goes alone, so that it can be told whether it is needed; with several, those
    // clients go that have nothing to do any more.
    const left = new Set(operations.map(({ client }) => client));
    const gone = plan.operations.filter(({ client }) => keys.size > 1 && !left.has(client));
    const idle = new Set(gone.map(({ client }) => client));
    return withOperations(
      {
        ...plan,
        clients: plan.clients.filter(({ name }) => !keys.has(clientKey(name)) && !idle.has(name)),
        ...(plan.faults && { faults: plan.faults.filter(({ id }) => !keys.has(faultKey(id))) }),
      },
      operations,
    );
  },
};

/**
 * The plan with some of its operations. A fault that counts from one that is gone counts from the one
 * before it instead; faults of clients that are gone go with them.
 */
export function withOperations(plan: Plan, operations: readonly PlannedOperation[]): Plan {
  const kept = new Set(operations.map(({ id }) => id));
  const faults = plan.faults?.map((fault) => anchored(fault, plan.operations, kept));
  return withoutEmpty(fitted({ ...plan, operations, ...(faults && { faults }) }));
}

function anchored(
  { operation, ...fault }: PlannedFault,
  operations: readonly PlannedOperation[],
  kept: ReadonlySet<string>,
): PlannedFault {
  if (operation === undefined) return fault;
  const place = operations.findIndex(({ id }) => id === operation);
  const anchor = operations.slice(0, place + 1).findLast(({ id }) => kept.has(id));
  return anchor === undefined ? fault : { ...fault, operation: anchor.id };
}

/** A plan whose faults are all gone has none. */
function withoutEmpty({ faults, ...plan }: Plan): Plan {
  return faults === undefined || faults.length === 0 ? plan : { ...plan, faults };
}

/** Leaves out two operations that undo or repeat each other: one of them alone is often needed. */
export const FEWER_PAIRS: StepsPass = {
  kind: "steps",
  name: "fewer pairs",
  *steps(plan) {
    const { operations } = plan;
    for (let last = operations.length - 1; last > 0; last -= 1) {
      const partner = partnerOf(operations, last);
      if (partner === null) continue;
      const left = operations.filter((_, index) => index !== partner && index !== last);
      yield withOperations(plan, left);
    }
  },
};

/** The nearest operation before that has to do with the same thing of the same client. */
function partnerOf(operations: readonly PlannedOperation[], last: number): number | null {
  const operation = operations[last] as PlannedOperation;
  for (let index = last - 1; index >= 0; index -= 1) {
    const other = operations[index] as PlannedOperation;
    if (other.client === operation.client && subjectOf(other) === subjectOf(operation)) {
      return index;
    }
  }
  return null;
}

/** What an operation has to do with: a path, a channel, the connection, a component. */
function subjectOf({ action }: PlannedOperation): string {
  switch (action.kind) {
    case "set":
    case "get":
    case "remove":
    case "count":
      return `path ${action.path}`;
    case "on":
    case "off":
      return `channel ${action.channel}`;
    case "call":
    case "emit":
      return `component ${action.component}`;
    case "raw":
      return "raw";
    case "connect":
    case "disconnect":
    case "close":
    case "cut":
    case "login":
    case "describe":
    case "configure-session":
    case "revoke-session":
      return "connection";
    case "administer":
      return "directory";
  }
}
