/**
 * Canonical names and a canonical order, so that equal bugs end in equal plans.
 *
 * @packageDocumentation
 */
import type { Plan, PlannedAction, PlannedOperation } from "../../plan/index.js";
import type { Json } from "../../protocol/index.js";
import { namesInOrder } from "./client.js";
import { withRenamedClients } from "./decision.js";
import type { StepsPass } from "./pass.js";
import { withLetters } from "./path.js";

/** Of a plan that no generator made. */
const BY_HAND = 0;
const SEED = "0";

/** Everything at once, then one after the other. */
export const CANONICAL_NAMES: StepsPass = {
  kind: "steps",
  name: "canonical names",
  *steps(plan) {
    const ordered = withConnectsFirst(withNumberedClients(plan));
    const plain = withNumberedOperations(withPlainSeed(ordered));
    for (const names of ["segments", "parts"] as const) yield withLetters(plain, names);
    yield plain;
    yield withNumberedOperations(ordered);
    yield withPlainSeed(plan);
    yield byHand(plan);
    yield withNumberedOperations(plan);
    yield withNumberedOperations(withConnectsFirst(plan));
    yield* swapped(plan);
  },
};

/** Without what a generator says of itself. */
function byHand({ features: _, ...plan }: Plan): Plan {
  return { ...plan, generator: BY_HAND };
}

function withPlainSeed(plan: Plan): Plan {
  return { ...byHand(plan), seed: SEED };
}

/** `c1`, `c2` … by their first operation that isn't a `connect`. */
function withNumberedClients(plan: Plan): Plan {
  const acting = plan.operations.filter(({ action }) => action.kind !== "connect");
  const names = namesInOrder({ ...plan, operations: [...acting, ...plan.operations] });
  const numbered = new Map(names.map((name, index) => [name, `c${index + 1}`]));
  const nameOf = (name: string) => numbered.get(name) ?? name;
  const faults = plan.faults?.map((planned) => {
    const { fault } = planned;
    if (!("clients" in fault)) return planned;
    return { ...planned, fault: { ...fault, clients: fault.clients.map(nameOf) } };
  });
  return {
    ...withRenamedClients(plan, nameOf),
    ...(faults && { faults }),
    clients: names.flatMap((name) =>
      plan.clients
        .filter((client) => client.name === name)
        .map((client) => ({ ...client, name: nameOf(name) })),
    ),
    operations: plan.operations.map((operation) => ({
      ...operation,
      client: nameOf(operation.client),
      action: withSubjects(withTargets(operation.action, nameOf), nameOf),
    })),
  };
}

/** `targetClients` names clients. */
function withTargets(action: PlannedAction, nameOf: (name: string) => string): PlannedAction {
  if (action.kind !== "set" && action.kind !== "remove") return action;
  const targets = action.options["targetClients"];
  if (!Array.isArray(targets)) return action;
  const targetClients = (targets as readonly Json[]).map((target) =>
    typeof target === "string" ? nameOf(target) : target,
  );
  return { ...action, options: { ...action.options, targetClients } };
}

/** Tokens and sessions are those of clients. */
function withSubjects(action: PlannedAction, nameOf: (name: string) => string): PlannedAction {
  if (action.kind === "login" && action.credentials && "tokenOf" in action.credentials) {
    return { ...action, credentials: { tokenOf: nameOf(action.credentials.tokenOf) } };
  }
  if (action.kind !== "administer" || action.change.kind !== "revoke-session") return action;
  const { kind, client } = action.change;
  return { ...action, change: { kind, client: nameOf(client) } };
}

/** `o1`, `o2` … as they stand; and faults `f1`, `f2` …. */
function withNumberedOperations(plan: Plan): Plan {
  const ids = new Map(plan.operations.map(({ id }, index) => [id, `o${index + 1}`]));
  const idOf = (id: string) => ids.get(id) ?? id;
  const faults = plan.faults?.map((fault, index) => ({
    ...fault,
    id: `f${index + 1}`,
    ...(fault.operation === undefined ? {} : { operation: idOf(fault.operation) }),
  }));
  return {
    ...plan,
    operations: plan.operations.map((operation) => ({
      ...operation,
      id: idOf(operation.id),
      action: withListener(operation.action, idOf),
    })),
    ...(faults && { faults }),
  };
}

/** An `off` may name the operation whose `on` it ends. */
function withListener(action: PlannedAction, idOf: (id: string) => string): PlannedAction {
  if (action.kind !== "off" || action.listener === undefined) return action;
  return { ...action, listener: idOf(action.listener) };
}

/**
 * Each client's first `connect` before everything else; in a concurrent plan, where the order
 * between clients means nothing, what each does then.
 */
function withConnectsFirst(plan: Plan): Plan {
  const lanes = plan.clients.map(({ name }) =>
    plan.operations.filter(({ client }) => client === name),
  );
  const firsts = new Set(
    lanes.flatMap(([first]) => (first?.action.kind === "connect" ? [first] : [])),
  );
  const rest = plan.mode === "concurrent" ? lanes.flat() : plan.operations;
  const operations = [...firsts, ...rest.filter((operation) => !firsts.has(operation))];
  return { ...plan, operations };
}

/** Two neighbours in the order of their clients. */
function* swapped(plan: Plan): Iterable<Plan> {
  const { operations } = plan;
  if (plan.mode === "concurrent") return;
  for (let index = 1; index < operations.length; index += 1) {
    const [before, after] = operations.slice(index - 1) as [PlannedOperation, PlannedOperation];
    if (before.client === after.client) continue;
    const order = [
      ...operations.slice(0, index - 1),
      after,
      before,
      ...operations.slice(index + 1),
    ];
    yield withNumberedOperations({ ...plan, operations: order });
  }
}
