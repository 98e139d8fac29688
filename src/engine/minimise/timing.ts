/**
 * The moments of a plan, so that what is left of it happens when it did before.
 *
 * Taking an operation away makes the client's next ones earlier, in lockstep everybody's: races are lost
 * by less, and what came after a fault comes before its heal. With waits in the place of what is gone,
 * moments are kept.
 *
 * @packageDocumentation
 */
import { lockstepSilenceMs } from "../../client/index.js";
import type { Plan, PlannedOperation } from "../../plan/index.js";
import type { Course, Courses } from "./course.js";
import { PLAIN_LATENCY } from "./ornament.js";

/** What a plain link takes there and back, in virtual milliseconds. */
const ROUND_TRIP_MS = 2 * PLAIN_LATENCY.delayMsMin;

/**
 * Part of a plan that ran, with waits for the operations that are gone: those left start when they
 * did. Of operations that left no trace nothing is known, and their waits stay.
 */
export function atTheirTimes(part: Plan, whole: Plan, courses: Courses): Plan {
  const isLockstep = part.mode === "lockstep";
  if (isLockstep && part.faults === undefined) return part;
  // In lockstep, where all count as awaited, an operation waits for silence at least.
  const waitMsMin = isLockstep ? lockstepSilenceMs(whole) : 0;
  const wasBefore = predecessors(whole);
  const isBefore = predecessors(part);
  const isAfter = successors(whole);
  const readyAt = (operation: PlannedOperation): number | null => {
    const { startAt } = courses.of(operation);
    if (!operation.awaited && !isLockstep) return startAt;
    const next = isAfter.get(operation.id);
    const nextAt = next === undefined ? null : courses.of(next).startAt;
    if (next === undefined || nextAt === null) return null;
    return nextAt - Math.max(next.afterMs, waitMsMin);
  };
  const operations = part.operations.map((operation) => {
    const before = isBefore.get(operation.id);
    if (before?.id === wasBefore.get(operation.id)?.id) return operation;
    const { startAt } = courses.of(operation);
    const fromAt = before === undefined ? courses.beganAt : readyAt(before);
    if (startAt === null || fromAt === null) return operation;
    return { ...operation, afterMs: Math.max(0, startAt - fromAt) };
  });
  return withFaultsAtTheirTimes({ ...part, operations }, whole, courses);
}

/** A fault that counts from another operation than it did waits as much longer. */
function withFaultsAtTheirTimes(part: Plan, whole: Plan, courses: Courses): Plan {
  if (part.faults === undefined) return part;
  const anchors = new Map(whole.faults?.map(({ id, operation }) => [id, operation]));
  const startOf = (operation: string | undefined) =>
    operation === undefined ? courses.beganAt : courses.of({ id: operation }).startAt;
  const faults = part.faults.map((fault) => {
    const wasFrom = startOf(anchors.get(fault.id));
    const isFrom = startOf(fault.operation);
    if (wasFrom === null || isFrom === null) return fault;
    return { ...fault, afterMs: Math.max(0, fault.afterMs + wasFrom - isFrom) };
  });
  return { ...part, faults };
}

/**
 * The plan over links of one fixed millisecond, with waits by which every operation reaches the
 * server when it did before: what the links' chance had done is said by the plan.
 */
export function asItArrived(plan: Plan, courses: Courses): Plan {
  if (plan.mode === "lockstep") return plan;
  return startedAt(plan, {
    beganAt: courses.beganAt,
    wantedAt: (operation) => {
      const { arriveAt } = courses.of(operation);
      return arriveAt === null ? null : arriveAt - PLAIN_LATENCY.delayMsMin;
    },
    connectMs: (operation) => shakenHandsMs(courses.of(operation)),
  });
}

export interface Starts {
  /** When clients are free to begin. */
  readonly beganAt: number;
  /** When an operation is to start, if its client is free by then; null where that stays as it is. */
  readonly wantedAt: (operation: PlannedOperation) => number | null;
  /** How long a `connect` takes. */
  readonly connectMs: (operation: PlannedOperation) => number;
}

/** The plan over plain links, with operations that start when they are wanted, or as soon as can be. */
export function startedAt(plan: Plan, { beganAt, wantedAt, connectMs }: Starts): Plan {
  const freeAt = new Map<string, number>();
  const operations = plan.operations.map((operation) => {
    const wanted = wantedAt(operation);
    if (wanted === null) return operation;
    const fromAt = freeAt.get(operation.client) ?? beganAt;
    const startAt = Math.max(fromAt, wanted);
    const isConnect = operation.action.kind === "connect";
    freeAt.set(operation.client, isConnect ? startAt + connectMs(operation) : startAt);
    return { ...operation, afterMs: startAt - fromAt, awaited: isConnect };
  });
  const clients = plan.clients.map((client) => ({
    ...client,
    link: { up: PLAIN_LATENCY, down: PLAIN_LATENCY },
  }));
  return { ...plan, clients, operations };
}

/** How long a connection and its handshake take over plain links. */
export function shakenHandsMs({ requestCount, serverMs }: Course): number {
  return ROUND_TRIP_MS * (1 + requestCount) + serverMs;
}

/** The operation that each comes after, by id: of the same client, in lockstep of any. */
function predecessors({ mode, operations }: Plan): ReadonlyMap<string, PlannedOperation> {
  const before = new Map<string, PlannedOperation>();
  const last = new Map<string, PlannedOperation>();
  for (const operation of operations) {
    const line = mode === "lockstep" ? "" : operation.client;
    const previous = last.get(line);
    if (previous !== undefined) before.set(operation.id, previous);
    last.set(line, operation);
  }
  return before;
}

function successors(plan: Plan): ReadonlyMap<string, PlannedOperation> {
  const after = new Map<string, PlannedOperation>();
  const byId = new Map(plan.operations.map((operation) => [operation.id, operation]));
  for (const [id, before] of predecessors(plan)) {
    after.set(before.id, byId.get(id) as PlannedOperation);
  }
  return after;
}
