/**
 * What came of a plan's operations: when each started, when it reached the server.
 *
 * @packageDocumentation
 */
import { Recording, type History } from "../../history/index.js";
import type { Decision, Plan, PlannedOperation } from "../../plan/index.js";

/** What a failing plan showed. */
export interface Evidence {
  /** Null where nothing came back: the server's process hung or died. */
  readonly history: History | null;
  /** Indices of the events that show the violation. */
  readonly events: readonly number[];
  /** The decisions that its schedule took, where there were any to take. */
  readonly decisions?: readonly Decision[];
}

/** How one operation went; null where it left no trace. */
export interface Course {
  /** Index of the event with which it started, and its virtual time. */
  readonly startIndex: number | null;
  readonly startAt: number | null;
  /** When its first frame reached the server, or its connection was open. */
  readonly arriveAt: number | null;
  /** How many requests it made, and how long the server took over them, in virtual milliseconds. */
  readonly requestCount: number;
  readonly serverMs: number;
}

const NO_TRACE: Course = {
  startIndex: null,
  startAt: null,
  arriveAt: null,
  requestCount: 0,
  serverMs: 0,
};

type OpenCourse = { -readonly [Key in keyof Course]: Course[Key] };

export class Courses {
  /** Null where nothing came back. */
  readonly recording: Recording | null;
  /** When the clients began. */
  readonly beganAt: number;
  readonly #courses = new Map<string, OpenCourse>();
  readonly #openers = new Map<string, PlannedOperation>();
  /** Of each connection, the operations to which its packets towards the server belong, if any. */
  readonly #packets = new Map<string, (string | null)[]>();
  readonly #readAt = new Map<string, number>();

  constructor(plan: Plan, history: History | null) {
    this.recording = history === null ? null : new Recording(history);
    this.beganAt = history?.events.find(({ kind }) => kind === "started")?.at ?? 0;
    if (this.recording === null) return;
    this.#follow(plan, this.recording);
    this.#count(this.recording);
  }

  of({ id }: Pick<PlannedOperation, "id">): Course {
    return this.#courses.get(id) ?? NO_TRACE;
  }

  /**
   * What connections carried to the server, by its name in decisions of the schedule (`c1#1/up/3`),
   * with the name that it has in a plan with those operations alone. What is gone is left out.
   */
  packetNames(kept: ReadonlySet<string>): ReadonlyMap<string, string> {
    const names = new Map<string, string>();
    const connections = new Map<string, number>();
    for (const [connection, packets] of this.#packets) {
      const opener = this.#openers.get(connection);
      if (opener === undefined || !kept.has(opener.id)) continue;
      const number = (connections.get(opener.client) ?? 0) + 1;
      connections.set(opener.client, number);
      let count = 0;
      for (const [index, operation] of packets.entries()) {
        if (operation !== null && !kept.has(operation)) continue;
        count += 1;
        names.set(packetName(connection, index), `${opener.client}#${number}/up/${count}`);
      }
    }
    return names;
  }

  /** Names, as decisions have them, of the packets that an operation sent to the server. */
  packetsOf(operation: string): readonly string[] {
    return [...this.#packets].flatMap(([connection, packets]) =>
      packets.flatMap((of, index) => (of === operation ? [packetName(connection, index)] : [])),
    );
  }

  /** When the server read a packet; null where it didn't. */
  readAt(packet: string): number | null {
    return this.#readAt.get(packet) ?? null;
  }

  /** The `connect` that opened a connection. */
  openerOf(connection: string): PlannedOperation | null {
    return this.#openers.get(connection) ?? null;
  }

  #count({ exchanges }: Recording): void {
    for (const { operation, arriveAt, answers } of exchanges) {
      const course = operation === null ? undefined : this.#courses.get(plannedId(operation));
      const answeredAt = answers[0]?.at;
      if (course === undefined) continue;
      course.requestCount += 1;
      if (arriveAt !== null && answeredAt !== undefined) course.serverMs += answeredAt - arriveAt;
    }
  }

  #follow(plan: Plan, { events }: Recording): void {
    const connects = plan.operations.filter(({ action }) => action.kind === "connect");
    const sends = new Map<number, string>();
    const packets = new Map<number, string>();
    for (const [index, event] of events.entries()) {
      const { at } = event;
      if (event.kind === "connect") {
        const next = connects.findIndex(({ client }) => client === event.client);
        if (next < 0) continue;
        const [operation] = connects.splice(next, 1) as [PlannedOperation];
        this.#openers.set(event.connection, operation);
        this.#packets.set(event.connection, [operation.id]);
        this.#start(operation.id, index, at);
      } else if (event.kind === "open") {
        this.#arrive(this.#openers.get(event.connection)?.id, at);
        this.#readAt.set(packetName(event.connection, 0), at);
      } else if (event.kind === "send") {
        const id = event.operation === null ? null : plannedId(event.operation);
        const sent = this.#packets.get(event.connection)?.push(id) ?? 0;
        packets.set(index, packetName(event.connection, sent - 1));
        if (id === null) continue;
        sends.set(index, id);
        this.#start(id, index, at);
      } else if (event.kind === "arrive") {
        this.#arrive(sends.get(event.of), at);
        this.#readAt.set(packets.get(event.of) ?? "", at);
      } else if (event.kind === "skip") {
        this.#start(event.operation, index, at);
      }
    }
  }

  #start(id: string, startIndex: number, startAt: number): void {
    if (!this.#courses.has(id)) this.#courses.set(id, { ...NO_TRACE, startIndex, startAt });
  }

  #arrive(id: string | undefined, at: number): void {
    const course = id === undefined ? undefined : this.#courses.get(id);
    if (course !== undefined) course.arriveAt ??= at;
  }
}

/** Packets are counted from 1; the first is the opening. */
function packetName(connection: string, index: number): string {
  return `${connection}/up/${index + 1}`;
}

/** A node's reaction to an operation is `<operation>/r<n>`. */
export function plannedId(operation: string): string {
  return operation.replace(/\/r\d+$/, "");
}
