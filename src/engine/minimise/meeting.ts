/**
 * A race told by its plan: who met whom at the server, and nothing of how they came there.
 *
 * @packageDocumentation
 */
import type { Decision, Plan, PlannedOperation } from "../../plan/index.js";
import type { Courses } from "./course.js";
import { withDecisionsOf } from "./decision.js";
import { PLAIN_LATENCY } from "./ornament.js";
import { shakenHandsMs, startedAt } from "./timing.js";

/** So far apart, what is not put off is over before the next comes. */
const FAR_MS = 10;

/**
 * Part of a plan that ran: what the server read at one moment comes in at one moment, over plain
 * links, once all clients have connected.
 *
 * Nobody waits for long. The server is never busy: what it read after it had been, it reads at the
 * moment at which it began to be, early. How long connecting takes is the one thing that a plan can't
 * say, and nothing depends on that.
 */
export function asItMet(part: Plan, whole: Plan, courses: Courses): Plan {
  if (part.mode === "lockstep") return part;
  const firsts = firstConnects(part);
  const busy = busySpans(whole, courses);
  const connectMs = (operation: PlannedOperation) => {
    const course = courses.of(operation);
    // In rounds of an event loop nothing takes time.
    return shakenHandsMs(part.schedule === undefined ? course : { ...course, serverMs: 0 });
  };
  const sentAt = (operation: PlannedOperation): number | null => {
    const { arriveAt } = courses.of(operation);
    return arriveAt === null ? null : idleAt(arriveAt, busy) - PLAIN_LATENCY.delayMsMin;
  };
  const later = part.operations.filter(({ id }) => !firsts.has(id));
  const connectedAt = Math.max(0, ...[...firsts.values()].map(connectMs));
  const moments = brought(
    later.map(sentAt).filter((at) => at !== null),
    connectedAt,
  );
  const wantedAt = (operation: PlannedOperation): number | null => {
    const at = sentAt(operation);
    if (at === null) return null;
    return firsts.has(operation.id) ? 0 : (moments.get(at) ?? at);
  };
  const met = startedAt(part, { beganAt: 0, wantedAt, connectMs });
  return withEarlyReads(met, { firsts, busy, courses });
}

/** Moments nearer to one another, from `beginAt` on: what was at one moment, or far apart, still is. */
function brought(moments: readonly number[], beginAt: number): ReadonlyMap<number, number> {
  const nearer = new Map<number, number>();
  let [before, at] = [Infinity, beginAt];
  for (const moment of [...new Set(moments)].sort((left, right) => left - right)) {
    at += Math.min(FAR_MS, Math.max(0, moment - before));
    before = moment;
    nearer.set(moment, at);
  }
  return nearer;
}

/** Of each client that begins by connecting, that, by its id: timed anew it is another object. */
function firstConnects({ clients, operations }: Plan): ReadonlyMap<string, PlannedOperation> {
  const firsts = clients.flatMap(({ name }) => {
    const first = operations.find(({ client }) => client === name);
    return first?.action.kind === "connect" ? [first] : [];
  });
  return new Map(firsts.map((first) => [first.id, first]));
}

/** While the server was busy with one packet, in virtual milliseconds. */
interface Span {
  readonly from: number;
  readonly to: number;
}

const BUSY = "/busy";

function busySpans({ schedule }: Plan, courses: Courses): readonly Span[] {
  const decisions = (schedule?.decisions ?? []).flatMap(({ at, choice }) => {
    const from = at.endsWith(BUSY) ? courses.readAt(packetOf(at)) : null;
    return from === null ? [] : [{ from, choice }];
  });
  const spans: Span[] = [];
  for (const { from, choice } of decisions.sort((left, right) => left.from - right.from)) {
    // What was read in one chunk takes its time one by one.
    const begin = Math.max(from, spans.at(-1)?.to ?? from);
    spans.push({ from: begin, to: begin + choice });
  }
  return spans;
}

/** A moment, without the time for which the server was busy before it. */
function idleAt(at: number, busy: readonly Span[]): number {
  return busy.reduce((left, { from, to }) => left - Math.max(0, Math.min(at, to) - from), at);
}

/** `c1#1/up/3` of `c1#1/up/3+/busy`. */
function packetOf(at: string): string {
  return at.replace(/\+?\/[a-z]+$/, "");
}

interface Setting {
  readonly firsts: ReadonlyMap<string, PlannedOperation>;
  readonly busy: readonly Span[];
  readonly courses: Courses;
}

/** Without decisions about connecting, and about being busy; what waited for it comes early instead. */
function withEarlyReads(plan: Plan, { firsts, busy, courses }: Setting): Plan {
  if (plan.schedule === undefined) return plan;
  const names = courses.packetNames(new Set(plan.operations.map(({ id }) => id)));
  const packetsOf = ({ id }: PlannedOperation) =>
    courses.packetsOf(id).flatMap((packet) => names.get(packet) ?? []);
  const connecting = new Set([...firsts.values()].flatMap(packetsOf));
  const kept = (plan.schedule.decisions ?? []).filter(
    ({ at }) => !at.endsWith(BUSY) && !connecting.has(packetOf(at)),
  );
  const present = new Set(kept.map(({ at }) => at));
  const early = plan.operations.flatMap((operation): readonly Decision[] => {
    const { arriveAt } = courses.of(operation);
    const hasWaited = busy.some(({ to }) => to === arriveAt);
    if (!hasWaited || firsts.has(operation.id)) return [];
    return packetsOf(operation)
      .map((packet) => `${packet}/early`)
      .filter((at) => !present.has(at))
      .map((at) => ({ at, choice: 1 }));
  });
  return withDecisionsOf(plan, [...kept, ...early]);
}
