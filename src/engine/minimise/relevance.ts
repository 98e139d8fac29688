/**
 * What the operations of a plan have to do with a violation, as far as its evidence tells.
 *
 * A guess, to try the likely first; nothing is believed that wasn't run.
 *
 * @packageDocumentation
 */
import { match } from "../../../models/index.js";
import type { HistoryEvent, Recording } from "../../history/index.js";
import type { Plan, PlannedOperation } from "../../plan/index.js";
import { isJsonObject, parseChannel, publicationIdOf, type Json } from "../../protocol/index.js";
import { plannedId, type Course, type Courses } from "./course.js";
import { jsonOf } from "./weight.js";

/**
 * `named`: the evidence is about it, or the connection it happened on. `met`: under way while one of
 * these was, or the connection of such a one. `own`: of one of their clients, about the same paths or its
 * connection. `near`: of others, about the same paths. `before` and `after` the evidence, without any of
 * it.
 */
export type Relevance = "named" | "met" | "own" | "near" | "before" | "after";

/** Of each operation, by id. `evidence`: indices of events. */
export function relevancesOf(
  plan: Plan,
  courses: Courses,
  evidence: readonly number[],
): ReadonlyMap<string, Relevance> {
  const { recording } = courses;
  if (recording === null || evidence.length === 0) {
    return new Map(plan.operations.map(({ id }) => [id, "before"]));
  }
  const named = new Naming(plan, courses, recording).by(evidence);
  const last = Math.max(...evidence);
  const namedOperations = plan.operations.filter(({ id }) => named.has(id));
  const paths = namedOperations.map(pathOf);
  const clients = new Set(namedOperations.map(({ client }) => client));
  const met = metBy(namedOperations, plan, courses);
  const relevanceOf = (operation: PlannedOperation): Relevance => {
    const { startIndex } = courses.of(operation);
    if (named.has(operation.id)) return "named";
    if (startIndex !== null && startIndex > last) return "after";
    if (met.has(operation.id)) return "met";
    if (!isNear(operation, paths, clients)) return "before";
    return clients.has(operation.client) ? "own" : "near";
  };
  return new Map(plan.operations.map((operation) => [operation.id, relevanceOf(operation)]));
}

/** What was under way while one of these was, by id, with the connections that it needs. */
function metBy(
  named: readonly PlannedOperation[],
  plan: Plan,
  courses: Courses,
): ReadonlySet<string> {
  const met = new Set<string>();
  if (plan.mode === "lockstep") return met;
  const spans = named
    .filter(({ action }) => action.kind !== "connect")
    .flatMap((operation) => spanOf(courses.of(operation)) ?? []);
  for (const operation of plan.operations) {
    const span = spanOf(courses.of(operation));
    if (span === null || !spans.some((one) => one.from <= span.to && span.from <= one.to)) continue;
    met.add(operation.id);
    const opener = openerBefore(operation, plan);
    if (opener !== null) met.add(opener.id);
  }
  return met;
}

/** From its start to its answer, in virtual milliseconds; null where it left no trace. */
function spanOf({ startAt, arriveAt, serverMs }: Course): { from: number; to: number } | null {
  return startAt === null ? null : { from: startAt, to: (arriveAt ?? startAt) + serverMs };
}

/** The `connect` of the same client that comes last before an operation. */
function openerBefore(operation: PlannedOperation, { operations }: Plan): PlannedOperation | null {
  return (
    operations
      .slice(0, operations.indexOf(operation))
      .findLast(({ client, action }) => client === operation.client && action.kind === "connect") ??
    null
  );
}

/** Finds the operations that events are about. */
class Naming {
  readonly #plan: Plan;
  readonly #courses: Courses;
  readonly #recording: Recording;

  constructor(plan: Plan, courses: Courses, recording: Recording) {
    this.#plan = plan;
    this.#courses = courses;
    this.#recording = recording;
  }

  /** With the connects that they need. */
  by(evidence: readonly number[]): ReadonlySet<string> {
    const recording = this.#recording;
    const named = new Set<string>();
    const connections = new Set<string>();
    for (const index of evidence) {
      for (const id of this.#operationsOf(index)) named.add(id);
      const connection = connectionOf(recording.event(index));
      if (connection !== null) connections.add(connection);
    }
    for (const { operation, connection } of recording.exchanges) {
      if (operation !== null && named.has(plannedId(operation))) connections.add(connection);
    }
    for (const connection of connections) {
      const opener = this.#courses.openerOf(connection);
      if (opener !== null) named.add(opener.id);
    }
    if (this.#concernsMesh(named)) this.#addNodes(named);
    return named;
  }

  #operationsOf(index: number): readonly string[] {
    const recording = this.#recording;
    const event = recording.event(index);
    switch (event.kind) {
      case "send":
        return event.operation === null ? [] : [plannedId(event.operation)];
      case "arrive":
      case "receive":
        return this.#operationsOf(event.of);
      case "write":
        return this.#operationsOfWrite(index);
      case "skip":
        return [event.operation];
      case "crash": {
        const last = recording.events.findLastIndex(
          ({ kind }, before) => before < index && kind === "arrive",
        );
        return last < 0 ? [] : this.#operationsOf(last);
      }
      default:
        return [];
    }
  }

  /** Who asked for an answer; who published, and who listens there. */
  #operationsOfWrite(index: number): readonly string[] {
    const recording = this.#recording;
    const frame = recording.serverFrame(index);
    const ids: string[] = [];
    for (const { operation, answers, connection, request } of recording.exchanges) {
      if (operation === null) continue;
      const isAnswer = answers.some(({ writeIndex }) => writeIndex === index);
      const { sessionId } = recording.connection(connection);
      const isPublisher =
        frame.kind === "publication" &&
        sessionId !== null &&
        frame.meta["publicationId"] === publicationIdOf(sessionId, request.eventId);
      const isListener =
        frame.kind === "publication" &&
        connection === connectionOf(recording.event(index)) &&
        request.action === "on" &&
        request.path === frame.meta["channel"];
      if (isAnswer || isPublisher || isListener) ids.push(plannedId(operation));
    }
    return ids;
  }

  #concernsMesh(named: ReadonlySet<string>): boolean {
    return this.#plan.operations.some(
      ({ id, action }) => named.has(id) && (action.kind === "call" || action.kind === "emit"),
    );
  }

  /** A call needs the node that answers it. */
  #addNodes(named: Set<string>): void {
    for (const { name, node } of this.#plan.clients) {
      if (node === undefined) continue;
      const opener = this.#plan.operations.find(
        ({ client, action }) => client === name && action.kind === "connect",
      );
      if (opener !== undefined) named.add(opener.id);
    }
  }
}

function connectionOf(event: HistoryEvent): string | null {
  return "connection" in event ? event.connection : null;
}

/** The path or pattern that an operation is about; null where it is about none. */
function pathOf({ action }: PlannedOperation): string | null {
  switch (action.kind) {
    case "set":
    case "get":
    case "remove":
    case "count":
      return action.path;
    case "on":
    case "off":
      return parseChannel(action.channel)?.path ?? "*";
    case "raw":
      return pathOfFrame(jsonOf(action.frame));
    default:
      return null;
  }
}

function pathOfFrame(frame: Json | undefined): string | null {
  const path = isJsonObject(frame) ? frame["path"] : undefined;
  return typeof path === "string" ? (parseChannel(path)?.path ?? path) : null;
}

function isNear(
  operation: PlannedOperation,
  paths: readonly (string | null)[],
  clients: ReadonlySet<string>,
): boolean {
  const path = pathOf(operation);
  if (path === null) return clients.has(operation.client);
  return paths.some((other) => other !== null && areRelated(path, other));
}

/** The same path, one above the other, or one takes in the other. */
function areRelated(left: string, right: string): boolean {
  if (left.startsWith(right) || right.startsWith(left)) return true;
  if (left.toLowerCase() === right.toLowerCase()) return true;
  return match(left, right, "crossing") !== "never" || match(right, left, "crossing") !== "never";
}
