/**
 * Applies the faults of a plan, each at its moment, and heals them.
 *
 * @packageDocumentation
 */
import type { Driver } from "../client/index.js";
import type { Fault, Plan, PlannedFault } from "../plan/index.js";
import type { JsonObject } from "../protocol/index.js";
import type { Cancel, Clock, Streams } from "../sim/index.js";
import type { Recorder } from "./recorder.js";
import type { ServerLife } from "./server-life.js";
import { ServerClock } from "./server-clock.js";
import type { World } from "./world.js";

export interface NemesisParts {
  readonly clock: Clock;
  readonly streams: Streams;
  readonly recorder: Recorder;
  readonly world: World;
  readonly life: ServerLife;
  readonly driver: Driver;
  /** What the server stores in. */
  readonly store: "memory" | "file";
}

/** Undoes a fault. */
type Heal = () => void;

/** A full disk has some room left: for less than one more record, or for a few. */
const ROOM_BYTES_MAX = 600;

export class Nemesis {
  readonly #faults: readonly PlannedFault[];
  readonly #parts: NemesisParts;
  readonly #serverClock: ServerClock;
  /** Those whose moment has not come. */
  readonly #due = new Map<PlannedFault, Cancel>();
  readonly #active = new Map<PlannedFault, Heal>();
  #isOver = false;

  constructor(plan: Plan, parts: NemesisParts) {
    this.#faults = plan.faults ?? [];
    this.#parts = parts;
    this.#serverClock = new ServerClock(parts.clock, parts.life.wall, parts.recorder);
  }

  /** The clients begin. */
  start(): void {
    for (const planned of this.#faults) {
      if (planned.operation === undefined) this.#schedule(planned);
    }
  }

  /** An operation begins; the moment of what counts from it is known now. */
  operationBegins(operation: string): void {
    for (const planned of this.#faults) {
      if (planned.operation === operation) this.#schedule(planned);
    }
  }

  /** Heals all that is amiss; what has not begun never will. */
  healAll(): void {
    this.#isOver = true;
    for (const cancel of this.#due.values()) cancel();
    this.#due.clear();
    for (const planned of [...this.#active.keys()]) this.#heal(planned);
  }

  #schedule(planned: PlannedFault): void {
    if (this.#isOver || this.#due.has(planned)) return;
    const cancel = this.#parts.clock.after(planned.afterMs, () => {
      this.#due.delete(planned);
      this.#apply(planned);
    });
    this.#due.set(planned, cancel);
  }

  #apply(planned: PlannedFault): void {
    const { id, fault, durationMs } = planned;
    const { recorder, clock } = this.#parts;
    const obstacle = this.#obstacleTo(fault);
    if (obstacle !== null) {
      recorder.record({ kind: "skip", operation: id, reason: obstacle });
      return;
    }
    recorder.record({ kind: "fault", fault: id, what: fault as unknown as JsonObject });
    const undo = this.#inflict(planned);
    const cancel = clock.after(durationMs, () => this.#heal(planned));
    this.#active.set(planned, () => {
      cancel();
      undo();
    });
  }

  #heal(planned: PlannedFault): void {
    const heal = this.#active.get(planned);
    if (heal === undefined) return;
    this.#active.delete(planned);
    heal();
    this.#parts.recorder.record({ kind: "healed", fault: planned.id });
  }

  /** Why a fault can't be inflicted now; null where it can. */
  #obstacleTo(fault: Fault): string | null {
    const { life, store } = this.#parts;
    switch (fault.kind) {
      case "stop":
      case "kill":
      case "pause":
        return life.isRunning ? null : "the server is down";
      case "disk-full":
      case "disk-error":
        return store === "file" ? null : "the server stores nothing on a disk";
      default:
        return null;
    }
  }

  #inflict({ id, fault }: PlannedFault): Heal {
    const { world, life, streams } = this.#parts;
    switch (fault.kind) {
      case "latency":
      case "jitter":
      case "bandwidth":
      case "stall":
      case "slow-reader":
      case "slice":
      case "merge":
      case "relay":
        world.afflict(id, fault);
        return () => world.relieve(id);
      case "partition":
        world.afflict(id, fault);
        return () => {
          if (fault.ends === "reset") world.break(fault.clients, "reset");
          world.relieve(id);
          this.#reconnect(id, fault.clients);
        };
      case "cut":
        world.break(fault.clients, fault.how);
        return () => {
          world.breakHalfClosed(fault.clients);
          this.#reconnect(id, fault.clients);
        };
      case "reconnect-storm":
        return this.#storm(id, fault);
      case "pause":
        return life.pause();
      case "clock-jump":
        return this.#serverClock.jump(fault.jumpMs);
      case "clock-skew":
        return this.#serverClock.skew(fault.perMillion);
      case "stop":
        return this.#backUp(id, life.stopFor());
      case "kill":
        return this.#backUp(id, life.killFor(fault.loses));
      case "disk-full":
        return bothOf(
          life.disk.fill(streams.stream(`faults/${id}`).int(0, ROOM_BYTES_MAX)),
          this.#sufferDisk(id),
        );
      case "disk-error":
        return bothOf(life.disk.fail(fault.on), this.#sufferDisk(id));
    }
  }

  #storm(id: string, fault: Extract<Fault, { kind: "reconnect-storm" }>): Heal {
    const { clock, world } = this.#parts;
    let cancel: Cancel = () => undefined;
    const blow = () => {
      world.break(fault.clients, "reset");
      this.#reconnect(id, fault.clients);
      cancel = clock.after(fault.everyMs, blow);
    };
    blow();
    return () => cancel();
  }

  /** Brings the server up again, and with it all who lost their connection. */
  #backUp(id: string, up: () => void): Heal {
    return () => {
      up();
      this.#parts.life.whenUp(() => this.#reconnect(id));
    };
  }

  #sufferDisk(id: string): Heal {
    const end = this.#parts.life.sufferDisk();
    return this.#backUp(id, end);
  }

  #reconnect(cause: string, clients?: readonly string[]): void {
    this.#parts.driver.reconnectLost(cause, clients);
  }
}

function bothOf(first: Heal, second: Heal): Heal {
  return () => {
    first();
    second();
  };
}
