/**
 * The passes of the minimiser: each offers smaller plans, boldest first.
 *
 * @packageDocumentation
 */
import type { Plan, PlannedAction, PlannedClient, PlannedOperation } from "../plan/index.js";
import { isJsonObject, type Json, type JsonObject } from "../protocol/index.js";

/** Yields candidates; is told of each whether it was taken, and goes on from it if so. */
export type Pass = (plan: Plan) => Generator<Plan, void, boolean>;

type Candidates = (plan: Plan) => Iterable<Plan>;

/** A pass that begins again from every plan that was taken. */
function restarting(candidates: Candidates): Pass {
  return function* (plan) {
    let present = plan;
    let hasImproved = true;
    while (hasImproved) {
      hasImproved = false;
      for (const candidate of candidates(present)) {
        if (!(yield candidate)) continue;
        present = candidate;
        hasImproved = true;
        break;
      }
    }
  };
}

/** Leaves out a run of operations: half of them, a quarter …, down to single ones. */
function* fewerOperations(plan: Plan): Generator<Plan, void, boolean> {
  let present = plan;
  for (
    let size = Math.ceil(present.operations.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    // From the end: what comes after the failure goes first.
    for (let end = present.operations.length; end > 0; end -= size) {
      const { operations } = present;
      const start = Math.max(0, end - size);
      const candidate = {
        ...present,
        operations: [...operations.slice(0, start), ...operations.slice(end)],
      };
      if (yield candidate) present = candidate;
    }
  }
}

/** Leaves out two operations that stand apart: a pair such as `on` and `off` goes together or not at all. */
function* fewerPairs(plan: Plan): Iterable<Plan> {
  const { operations } = plan;
  if (operations.length > 24) return;
  for (let last = operations.length - 1; last > 0; last -= 1) {
    for (let first = last - 1; first >= 0; first -= 1) {
      yield {
        ...plan,
        operations: operations.filter((_, index) => index !== first && index !== last),
      };
    }
  }
}

/** Leaves out clients with their operations, and those that have none. */
function* fewerClients(plan: Plan): Iterable<Plan> {
  const busy = new Set(plan.operations.map(({ client }) => client));
  const idle = plan.clients.filter(({ name }) => !busy.has(name));
  if (idle.length > 0)
    yield { ...plan, clients: plan.clients.filter(({ name }) => busy.has(name)) };
  for (const { name } of plan.clients) {
    yield {
      ...plan,
      clients: plan.clients.filter((client) => client.name !== name),
      operations: plan.operations.filter(({ client }) => client !== name),
    };
  }
}

/** Gives one client's operations to another: fewer actors, the same story. */
function* mergedClients(plan: Plan): Iterable<Plan> {
  for (const from of plan.clients) {
    if (from.node !== undefined) continue;
    for (const to of plan.clients) {
      if (to.name === from.name) continue;
      yield {
        ...plan,
        clients: plan.clients.filter(({ name }) => name !== from.name),
        operations: plan.operations
          .filter(({ client, action }) => client !== from.name || action.kind !== "connect")
          .map((operation) =>
            operation.client === from.name ? { ...operation, client: to.name } : operation,
          ),
      };
    }
  }
}

/** One operation at a time instead of several, where that is enough. */
function* lockstep(plan: Plan): Iterable<Plan> {
  if (plan.mode !== "lockstep") yield { ...plan, mode: "lockstep" };
}

/** Links of one millisecond, no waiting, everything awaited. */
function* plainTiming(plan: Plan): Iterable<Plan> {
  const plain = { delayMsMin: 1, delayMsMax: 1, shape: "uniform" } as const;
  const isPlain = ({ link: { up, down } }: PlannedClient) =>
    [up, down].every(({ delayMsMin, delayMsMax }) => delayMsMin === 1 && delayMsMax === 1);
  const plainClient = (client: PlannedClient): PlannedClient => ({
    ...client,
    link: { up: plain, down: plain },
  });
  if (!plan.clients.every(isPlain)) yield { ...plan, clients: plan.clients.map(plainClient) };
  for (const client of plan.clients) {
    if (isPlain(client)) continue;
    yield {
      ...plan,
      clients: plan.clients.map((other) => (other === client ? plainClient(other) : other)),
    };
  }
  yield* changedOperations(plan, function* (operation) {
    if (operation.afterMs > 0) yield { ...operation, afterMs: 0 };
    if (!operation.awaited) yield { ...operation, awaited: true };
  });
}

/** Fewer options, less data, a plain connection. */
function* plainActions(plan: Plan): Iterable<Plan> {
  yield* changedOperations(plan, function* (operation) {
    for (const action of plainerActions(operation.action)) yield { ...operation, action };
  });
}

function* plainerActions(action: PlannedAction): Iterable<PlannedAction> {
  if ("options" in action) {
    for (const options of fewerKeys(action.options)) yield { ...action, options };
  }
  switch (action.kind) {
    case "connect":
      if (action.handshake === "none") yield { ...action, handshake: "full" };
      return;
    case "set":
      for (const data of smallerJson(action.data)) yield { ...action, data };
      return;
    case "call":
      if (action.args.length > 0) yield { ...action, args: [] };
      return;
    default:
      return;
  }
}

function* fewerKeys(object: JsonObject): Iterable<JsonObject> {
  const keys = Object.keys(object);
  if (keys.length > 1) yield {};
  for (const key of keys) {
    yield Object.fromEntries(Object.entries(object).filter(([other]) => other !== key));
  }
}

/** Smaller values: `{}` and `1` are the smallest. */
function* smallerJson(data: Json | undefined): Iterable<Json> {
  if (data === undefined) return;
  const size = JSON.stringify(data).length;
  for (const plain of [{}, 1, { a: 1 }, null] as const) {
    if (JSON.stringify(plain).length < size) yield plain;
  }
  if (isJsonObject(data)) {
    yield* fewerKeys(data);
    for (const [key, value] of Object.entries(data)) {
      for (const smaller of smallerJson(value)) yield { ...data, [key]: smaller };
    }
  } else if (Array.isArray(data)) {
    const list = data as readonly Json[];
    for (let index = 0; index < list.length; index += 1) {
      yield list.filter((_, other) => other !== index);
    }
  } else if (typeof data === "string" && data.length > 1) {
    yield data.slice(0, Math.floor(data.length / 2));
  }
}

/** Methods and components that nobody needs. */
function* plainNodes(plan: Plan): Iterable<Plan> {
  for (const client of plan.clients) {
    const { node, ...plain } = client;
    if (node === undefined) continue;
    const withClient = (changed: PlannedClient): Plan => ({
      ...plan,
      clients: plan.clients.map((other) => (other === client ? changed : other)),
    });
    yield withClient(plain);
    for (const component of node.components) {
      yield withClient({
        ...plain,
        node: { ...node, components: node.components.filter((other) => other !== component) },
      });
      for (const method of component.methods) {
        const methods = component.methods.filter((other) => other !== method);
        const components = node.components.map((other) =>
          other === component ? { ...component, methods } : other,
        );
        yield withClient({ ...plain, node: { ...node, components } });
      }
    }
  }
}

function* changedOperations(
  plan: Plan,
  changes: (operation: PlannedOperation) => Iterable<PlannedOperation>,
): Iterable<Plan> {
  for (const operation of plan.operations) {
    for (const changed of changes(operation)) {
      yield {
        ...plan,
        operations: plan.operations.map((other) => (other === operation ? changed : other)),
      };
    }
  }
}

/** In this order, again and again, until none of them helps. */
export const PASSES: readonly Pass[] = [
  fewerOperations,
  ...[fewerClients, lockstep, mergedClients, plainTiming, plainNodes, plainActions, fewerPairs].map(
    restarting,
  ),
];
