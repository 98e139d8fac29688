/**
 * Ornaments: what makes a plan less plain without being an element of it. They go in any
 * combination, and most go at once.
 *
 * @packageDocumentation
 */
import type {
  Latency,
  Plan,
  PlannedAction,
  PlannedClient,
  PlannedNode,
  PlannedOperation,
} from "../../plan/index.js";
import type { JsonObject } from "../../protocol/index.js";
import { withData } from "./argument.js";
import type { ElementsPass } from "./pass.js";
import { actionWeight, latencyWeight } from "./weight.js";

/** One fixed millisecond. */
export const PLAIN_LATENCY: Latency = { delayMsMin: 1, delayMsMax: 1, shape: "uniform" };

/** Links of one millisecond, no waiting, everything awaited, no options, plain data, a full handshake. */
export const FEWER_ORNAMENTS: ElementsPass = {
  kind: "elements",
  name: "fewer ornaments",
  elements: (plan) => [
    ...(plan.liveness === undefined ? [] : ["liveness"]),
    ...(plan.server === undefined ? [] : ["server"]),
    ...plan.clients.flatMap((client) => ornamentsOfClient(client)),
    ...plan.operations.flatMap((operation) => ornamentsOf(operation)),
  ],
  without: ({ liveness, server, ...plan }, keys) => ({
    ...plan,
    ...(liveness === undefined || keys.has("liveness") ? {} : { liveness }),
    ...(server === undefined || keys.has("server") ? {} : { server }),
    clients: plan.clients.map((client) => plainerClient(client, keys)),
    operations: plan.operations.map((operation) => plainerOperation(operation, keys)),
  }),
};

/** Whether an ornament says when an operation starts. */
export function isOfMoment(key: string): boolean {
  return key.endsWith(" after") || key.endsWith(" awaited");
}

function ornamentsOfClient({ name, link, node }: PlannedClient): readonly string[] {
  const keys: string[] = [];
  if (latencyWeight(link.up) > 0) keys.push(`${name} up`);
  if (latencyWeight(link.down) > 0) keys.push(`${name} down`);
  if (node === undefined) return keys;
  keys.push(`${name} node`);
  for (const component of node.components) {
    keys.push(`${name} ${component.name}`);
    for (const { name: method, emits, delayMs, behaviour } of component.methods) {
      const key = `${name} ${component.name}.${method}`;
      keys.push(key);
      if (emits !== undefined) keys.push(`${key} emits`);
      if (delayMs > 0) keys.push(`${key} delay`);
      if (behaviour !== "answer") keys.push(`${key} behaviour`);
    }
  }
  return keys;
}

function plainerClient(client: PlannedClient, keys: ReadonlySet<string>): PlannedClient {
  const { name, link, node, ...rest } = client;
  const plain = {
    ...rest,
    name,
    link: {
      up: keys.has(`${name} up`) ? PLAIN_LATENCY : link.up,
      down: keys.has(`${name} down`) ? PLAIN_LATENCY : link.down,
    },
  };
  if (node === undefined || keys.has(`${name} node`)) return plain;
  return { ...plain, node: plainerNode(name, node, keys) };
}

function plainerNode(client: string, node: PlannedNode, keys: ReadonlySet<string>): PlannedNode {
  const components = node.components
    .filter((component) => !keys.has(`${client} ${component.name}`))
    .map((component) => {
      const keyOf = (method: string) => `${client} ${component.name}.${method}`;
      const methods = component.methods
        .filter(({ name }) => !keys.has(keyOf(name)))
        .map(({ emits, ...method }) => {
          const key = keyOf(method.name);
          return {
            ...method,
            ...(keys.has(`${key} delay`) ? { delayMs: 0 } : {}),
            ...(keys.has(`${key} behaviour`) ? { behaviour: "answer" as const } : {}),
            ...(emits === undefined || keys.has(`${key} emits`) ? {} : { emits }),
          };
        });
      return { ...component, methods };
    });
  return { ...node, components };
}

function ornamentsOf({ id, afterMs, awaited, action }: PlannedOperation): readonly string[] {
  const keys: string[] = [];
  if (afterMs > 0) keys.push(`${id} after`);
  if (!awaited) keys.push(`${id} awaited`);
  if ("options" in action) {
    keys.push(...Object.keys(action.options).map((option) => `${id} option ${option}`));
  }
  if (actionWeight(plainerAction(action)) < actionWeight(action)) keys.push(`${id} action`);
  return keys;
}

function plainerOperation(
  operation: PlannedOperation,
  keys: ReadonlySet<string>,
): PlannedOperation {
  const { id } = operation;
  const action = keys.has(`${id} action`) ? plainerAction(operation.action) : operation.action;
  return {
    ...operation,
    afterMs: keys.has(`${id} after`) ? 0 : operation.afterMs,
    awaited: operation.awaited || keys.has(`${id} awaited`),
    action:
      "options" in action ? { ...action, options: fewerOptions(id, action.options, keys) } : action,
  };
}

function fewerOptions(id: string, options: JsonObject, keys: ReadonlySet<string>): JsonObject {
  const entries = Object.entries(options);
  return Object.fromEntries(entries.filter(([option]) => !keys.has(`${id} option ${option}`)));
}

/** The ordinary form of an action, its options, path and channel aside. */
function plainerAction(action: PlannedAction): PlannedAction {
  switch (action.kind) {
    case "connect":
      return { kind: "connect", handshake: "full" };
    case "set":
      return withData(action, {});
    case "emit":
      return { ...action, data: {} };
    case "call":
      return { ...action, args: [] };
    case "cut":
    case "disconnect":
      return { kind: "close" };
    default:
      return action;
  }
}

/** One operation at a time. */
export function inLockstep(plan: Plan): Plan {
  return plan.mode === "lockstep" ? plan : { ...plan, mode: "lockstep" };
}

/** Links of one millisecond, no waiting, everything awaited. */
export function withPlainTiming(plan: Plan): Plan {
  return {
    ...plan,
    clients: plan.clients.map((client) => ({
      ...client,
      link: { up: PLAIN_LATENCY, down: PLAIN_LATENCY },
    })),
    operations: plan.operations.map((operation) => ({ ...operation, afterMs: 0, awaited: true })),
  };
}
