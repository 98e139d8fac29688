/**
 * Drives a plan: decides which operation starts when (plan.ts, `PlanMode`).
 *
 * @packageDocumentation
 */
import type { Plan, PlannedClient, PlannedOperation } from "../plan/index.js";
import { ADMINISTRATOR } from "../protocol/index.js";
import type { Clock } from "../sim/index.js";
import { Activity } from "./activity.js";
import { ScriptedClient } from "./scripted-client.js";
import type { ClientWorld } from "./world.js";

/** What is unanswered after that many virtual milliseconds is no longer waited for. */
const PATIENCE_MS = 12_000;
/** The same in lockstep, where nobody competes for the server. */
const LOCKSTEP_PATIENCE_MS = 5_000;
/** What a quiet server may still be about to do, in virtual milliseconds. */
const SERVER_MS_MAX = 200;
/** The same where round trips prove that it is quiet: only what is put off on purpose is left. */
const LIVE_SERVER_MS_MAX = 10;
/** A world that never comes to rest is asked so often. */
const TRIES_MAX = 50;

export interface Driver {
  /** Every operation has been started, and has ended or is no longer waited for. */
  readonly done: boolean;
  /** How often a client did or heard something, heartbeats aside. */
  readonly activityCount: number;
  /** Clients are connecting again. */
  readonly isReconnecting: boolean;
  start(): void;
  /**
   * Clients that lost their connection, and did not leave it, connect again and subscribe to what
   * they had subscribed to, as the real library does.
   * @param cause the operations are recorded as `<cause>/<client>`
   * @param clients all where absent
   */
  reconnectLost(cause: string, clients?: readonly string[]): void;
  /** Every client that is connected leaves, in turn by a close and by a cut. */
  leaveAll(): void;
  /**
   * Has every open connection answer a heartbeat, and calls back when all have, or have ended, or
   * patience has: what the server wrote before that has come in. `isAnswered` is false where there
   * were open connections and none of them answered.
   */
  roundTrips(patienceMs: number, then: (isAnswered: boolean) => void): void;
}

/**
 * The clients of a plan, ready to go.
 *
 * Concurrent: each client starts its operations in their order, `afterMs` after the one before was
 * started, or has ended if it is awaited. Lockstep: all operations in the order of the plan, each
 * once the one before has ended and nothing has happened for longer than a frame takes both ways;
 * all count as awaited.
 */
export function drive(plan: Plan, world: ClientWorld): Driver {
  const activity = new Activity(world.clock);
  const clients = new Map<string, ScriptedClient>();
  const parts = {
    world,
    activity,
    sessionOf: (client: string) => clients.get(client)?.sessionId ?? null,
    tokenOf: (client: string) => clients.get(client)?.token ?? null,
    userOf: (name: string) => userOf(plan, name),
  };
  for (const planned of plan.clients) {
    clients.set(planned.name, new ScriptedClient(planned, parts));
  }
  const perform: Perform = (operation, patienceMs, ended) => {
    const client = clients.get(operation.client);
    if (client === undefined) throw new RangeError(`the plan has no client ${operation.client}`);
    world.begins?.(operation.id);
    client.perform(operation, patienceMs, ended);
  };
  const roundTrips: RoundTrips = (patienceMs, then) => pingAll(clients, patienceMs, then);
  const lanes =
    plan.mode === "lockstep"
      ? new Lockstep(plan, perform, activity, world.isLive === true ? roundTrips : null)
      : new Concurrent(plan, perform, world.clock);
  let reconnecting = 0;
  return {
    get done() {
      return lanes.done;
    },
    get activityCount() {
      return activity.count;
    },
    roundTrips,
    get isReconnecting() {
      return reconnecting > 0;
    },
    start: () => lanes.start(),
    reconnectLost(cause, names = [...clients.keys()]) {
      for (const name of names) {
        reconnecting += 1;
        const reconnected = () => {
          reconnecting -= 1;
        };
        clients.get(name)?.reconnectIfLost(`${cause}/${name}`, PATIENCE_MS, reconnected);
      }
    },
    leaveAll() {
      [...clients.values()].forEach((client, index) => {
        client.leave(index % 2 === 0 ? "close" : "cut");
      });
    },
  };
}

/** The administrator, or one of the plan's users. */
function userOf({ security }: Plan, name: string) {
  if (security === undefined) return null;
  return [ADMINISTRATOR, ...security.users].find((user) => user.name === name) ?? null;
}

type RoundTrips = Driver["roundTrips"];

/** What decides which operation starts when. */
type Lanes = Pick<Driver, "done" | "start">;

function pingAll(
  clients: ReadonlyMap<string, ScriptedClient>,
  patienceMs: number,
  then: (isAnswered: boolean) => void,
): void {
  const open = [...clients.values()].flatMap(({ openConnection }) => openConnection ?? []);
  let waitingFor = open.length;
  let isAnswered = waitingFor === 0;
  if (isAnswered) then(true);
  for (const connection of open) {
    connection.ping(patienceMs, (answered) => {
      // One that ended meanwhile owes nothing.
      isAnswered ||= answered === true || connection.isOver;
      waitingFor -= 1;
      if (waitingFor === 0) then(isAnswered);
    });
  }
}

type Perform = (operation: PlannedOperation, patienceMs: number, ended: () => void) => void;

class Concurrent implements Lanes {
  readonly #lanes: readonly (readonly PlannedOperation[])[];
  readonly #perform: Perform;
  readonly #clock: Clock;
  #leftCount: number;

  constructor(plan: Plan, perform: Perform, clock: Clock) {
    this.#lanes = plan.clients.map(({ name }) =>
      plan.operations.filter(({ client }) => client === name),
    );
    this.#perform = perform;
    this.#clock = clock;
    this.#leftCount = plan.operations.length;
  }

  get done(): boolean {
    return this.#leftCount === 0;
  }

  start(): void {
    for (const lane of this.#lanes) this.#startAt(lane, 0);
  }

  #startAt(lane: readonly PlannedOperation[], index: number): void {
    const operation = lane[index];
    if (operation === undefined) return;
    this.#clock.after(operation.afterMs, () => {
      this.#perform(operation, PATIENCE_MS, () => {
        this.#leftCount -= 1;
        if (operation.awaited) this.#startAt(lane, index + 1);
      });
      if (!operation.awaited) this.#startAt(lane, index + 1);
    });
  }
}

class Lockstep implements Lanes {
  readonly #operations: readonly PlannedOperation[];
  readonly #perform: Perform;
  readonly #activity: Activity;
  readonly #roundTrips: RoundTrips | null;
  readonly #silenceMs: number;
  #isDone = false;

  /** @param roundTrips what has to come about before the next operation; null: silence is enough */
  constructor(plan: Plan, perform: Perform, activity: Activity, roundTrips: RoundTrips | null) {
    this.#operations = plan.operations;
    this.#perform = perform;
    this.#activity = activity;
    this.#roundTrips = roundTrips;
    this.#silenceMs = lockstepSilenceMs(
      plan,
      roundTrips === null ? SERVER_MS_MAX : LIVE_SERVER_MS_MAX,
    );
  }

  get done(): boolean {
    return this.#isDone;
  }

  start(): void {
    this.#startAt(0);
  }

  #startAt(index: number): void {
    const operation = this.#operations[index];
    if (operation === undefined) {
      this.#isDone = true;
      return;
    }
    const silenceMs = index === 0 ? 0 : this.#silenceMs;
    this.#whenQuiet(Math.max(silenceMs, operation.afterMs), () => {
      this.#perform(operation, LOCKSTEP_PATIENCE_MS, () => {
        this.#activity.touch();
        this.#startAt(index + 1);
      });
    });
  }

  #whenQuiet(silenceMs: number, then: () => void, triesLeft = TRIES_MAX): void {
    this.#activity.whenQuiet(silenceMs, () => {
      if (this.#roundTrips === null) {
        then();
        return;
      }
      const { count } = this.#activity;
      this.#roundTrips(LOCKSTEP_PATIENCE_MS, (isAnswered) => {
        // What came in meanwhile may have set something else in motion.
        const isRestless = isAnswered && this.#activity.count !== count;
        if (isRestless && triesLeft > 0) this.#whenQuiet(silenceMs, then, triesLeft - 1);
        else then();
      });
    });
  }
}

/** How long nothing has happened, at least, before the next operation of a lockstep plan; virtual milliseconds. */
export function lockstepSilenceMs({ clients }: Plan, serverMsMax = SERVER_MS_MAX): number {
  return roundTripMsMax(clients) + serverMsMax;
}

/** The longest that a frame of anybody's and what it brings about are on their way. */
function roundTripMsMax(clients: readonly PlannedClient[]): number {
  const upMsMax = Math.max(0, ...clients.map(({ link }) => link.up.delayMsMax));
  const downMsMax = Math.max(0, ...clients.map(({ link }) => link.down.delayMsMax));
  return upMsMax + downMsMax;
}
