/**
 * Runs one plan against one target in real time, and records what happens at our end of the sockets.
 *
 * The same plan, clients and phases as in virtual time (simulate.ts); what differs is that silence
 * proves nothing here. Before all counts as quiet, every connection has answered a heartbeat, and
 * what is owed by then is waited for (docs/adr/0013).
 *
 * @packageDocumentation
 */
import { profileOf } from "../../models/index.js";
import { drive, type Driver } from "../client/index.js";
import { HISTORY_FORMAT, type History, type HistoryEvent } from "../history/index.js";
import type { Plan } from "../plan/index.js";
import { Clock, Disk, Pace, Streams } from "../sim/index.js";
import type { RunningTarget, ServerObserver, Target, WallFacts } from "../targets/target.js";
import { LiveNetwork } from "./live-network.js";
import { namespaced } from "./namespaced.js";
import { Recorder } from "./recorder.js";
import { speeded } from "./speeded.js";
import { verdictOf } from "./verdict.js";

/** A server that does not accept connections by then never will. */
const START_MS_MAX = 60_000;
/** Nothing happens in a case after that, whatever is still planned. */
const CASE_MS_MAX = 600_000;
/** How long clients wait for an answer before they go on without it, at the plan's own speed. */
const PATIENCE_MS = 12_000;
/** The same at any speed: a server may be slow, and what is answered late is answered all the same. */
const PATIENCE_MS_MIN = 1_000;
/** How long nothing must happen before it may be quiet. */
const QUIET_MS = 200;
/** How long to wait before what is owed is looked for again. */
const OWED_MS = 500;
/** An orderly stop takes no longer. */
const STOP_MS_MAX = 15_000;
/** A defence against a server that never comes to rest. */
const EVENTS_MAX = 200_000;

export interface LiveOutcome {
  readonly history: History;
  /** What the server's process has printed; null where nobody can know. */
  readonly serverLog: string | null;
}

/**
 * Runs a case against a target that lives in real time.
 * @throws TargetUnavailableError when the server is not there
 */
export async function runLive(plan: Plan, target: Target): Promise<LiveOutcome> {
  const { wall } = target;
  if (wall === undefined) throw new TypeError(`${target.id} does not live in real time`);
  const running = await target.enter(() => ({ outcome: new LiveCase(plan, target, wall).run() }));
  return running.outcome;
}

/** Settles when its condition holds, and gives up at its deadline. */
interface Waiter {
  readonly isMet: () => boolean;
  readonly settle: () => void;
}

class LiveCase {
  readonly #plan: Plan;
  readonly #target: Target;
  readonly #wall: WallFacts;
  readonly #namespace: string;
  readonly #clock = new Clock();
  readonly #recorder = new Recorder(this.#clock);
  readonly #pace: Pace;
  readonly #server: RunningTarget;
  readonly #network: LiveNetwork;
  readonly #driver: Driver;
  #waiter: Waiter | null = null;
  #failed: (error: unknown) => void = () => undefined;
  readonly #failure: Promise<never>;
  #isStarted = false;
  /** `ended`: without a promise of how. */
  #stopState: "none" | "orderly" | "ended" = "none";
  #isOver = false;

  constructor(plan: Plan, target: Target, wall: WallFacts) {
    this.#target = target;
    this.#wall = wall;
    this.#namespace = wall.newNamespace();
    this.#plan = speeded(namespaced(plan, this.#namespace), wall.speed);
    this.#failure = new Promise((_resolve, reject) => {
      this.#failed = reject;
    });
    this.#pace = new Pace(
      this.#clock,
      wall.realTime(),
      (error) => this.#failed(error),
      () => this.#look(),
    );
    const streams = new Streams(plan.seed);
    const clock = this.#clock;
    this.#server = target.start(
      // What of the simulated world there is a real one of: the server has its own.
      { clock, streams, wallMs: () => 0, store: "memory", disk: new Disk() },
      this.#observer(),
    );
    this.#network = new LiveNetwork(this.#plan, profileOf(target.profile), {
      clock,
      pace: this.#pace,
      streams,
      recorder: this.#recorder,
      server: this.#server,
      patienceMsMax: Math.max(PATIENCE_MS_MIN, Math.round(PATIENCE_MS / wall.speed)),
    });
    this.#driver = drive(this.#plan, this.#network);
  }

  async run(): Promise<LiveOutcome> {
    try {
      await Promise.race([this.#go(), this.#failure]);
    } finally {
      this.#pace.stop();
      this.#server.dispose();
    }
    return { history: this.#history(), serverLog: this.#server.log?.() ?? null };
  }

  async #go(): Promise<void> {
    await this.#until(START_MS_MAX, () => this.#isStarted);
    if (!this.#isStarted && !this.#isOver) {
      this.#hang(`the server accepts no connection after ${START_MS_MAX} ms`);
    }
    if (this.#isOver) return;
    this.#pace.happen(() => this.#driver.start());
    await this.#until(CASE_MS_MAX, () => this.#driver.done);
    await this.#settle();
    if (!this.#isOver && this.#wall.isAlone) await this.#stop();
  }

  /** Waits until nothing is owed, but no longer than patience allows. */
  async #settle(): Promise<void> {
    const deadline = this.#clock.now() + this.#wall.patienceMs;
    while (!this.#isOver) {
      await this.#silence();
      const isAnswered = await this.#roundTrips();
      const { length } = this.#recorder.events;
      if (this.#isOver) return;
      if (!isAnswered) {
        this.#hang(
          `the server answers nothing, no heartbeat either, in ${this.#wall.patienceMs} ms`,
        );
        return;
      }
      // What was sent since then may be on its way: quiet is only what the round trips saw.
      const isDone = this.#clock.now() >= deadline || !this.#isOwed();
      if (isDone && this.#isQuietSince(length)) return;
      if (isDone) continue;
      const { activityCount } = this.#driver;
      await this.#until(OWED_MS, () => this.#driver.activityCount !== activityCount);
    }
  }

  /** Writes down that all is quiet, unless something has happened since there were so many events. */
  #isQuietSince(count: number): boolean {
    let isQuiet = false;
    this.#pace.happen(() => {
      isQuiet = this.#recorder.events.length === count;
      if (isQuiet) this.#recorder.record({ kind: "quiet" });
    });
    return isQuiet;
  }

  /** Until nothing has happened for a while. */
  async #silence(): Promise<void> {
    for (;;) {
      const { activityCount } = this.#driver;
      await this.#until(QUIET_MS, () => this.#driver.activityCount !== activityCount);
      if (this.#isOver || this.#driver.activityCount === activityCount) return;
    }
  }

  async #roundTrips(): Promise<boolean> {
    let answered = null as boolean | null;
    this.#pace.happen(() => {
      this.#driver.roundTrips(this.#wall.patienceMs, (isAnswered) => {
        answered = isAnswered;
      });
    });
    await this.#until(2 * this.#wall.patienceMs, () => answered !== null);
    return answered === true;
  }

  /** Whether something would be found that only more waiting can cure. */
  #isOwed(): boolean {
    const found = (events: readonly HistoryEvent[]) =>
      verdictOf({ ...this.#history(), events }).violations.length;
    const { events } = this.#recorder;
    return found([...events, { at: this.#clock.now(), kind: "quiet" }]) > found(events);
  }

  async #stop(): Promise<void> {
    const before = this.#recorder.events.length;
    this.#record({ kind: "stopping" });
    this.#server.stop();
    await this.#until(STOP_MS_MAX, () => this.#stopState !== "none");
    // Ended without a promise of how, it says nothing of orderly stops.
    if (this.#stopState !== "orderly" && !this.#isOver) this.#recorder.events.length = before;
  }

  #hang(message: string): void {
    this.#isOver = true;
    this.#network.serverGone();
    this.#record({ kind: "crash", cause: "hang", message, frames: [] });
  }

  /** Waits until the condition holds or the case is over, at most that many milliseconds. */
  #until(ms: number, isMet: () => boolean): Promise<void> {
    if (this.#isOver || isMet()) return Promise.resolve();
    return new Promise((resolve) => {
      let isLate = false;
      const settle = () => {
        this.#waiter = null;
        resolve();
      };
      this.#waiter = { isMet: () => isLate || isMet(), settle };
      this.#pace.happen(() => {
        this.#clock.after(ms, () => {
          isLate = true;
        });
      });
    });
  }

  #look(): void {
    if (!this.#isOver && this.#recorder.events.length > EVENTS_MAX) {
      this.#hang(`the server is still busy after ${EVENTS_MAX} events`);
    }
    const waiter = this.#waiter;
    if (waiter !== null && (this.#isOver || waiter.isMet())) waiter.settle();
  }

  #record(fact: Parameters<Recorder["record"]>[0]): void {
    this.#pace.happen(() => this.#recorder.record(fact));
  }

  #observer(): ServerObserver {
    const inTurn = (run: () => void) => this.#pace.happen(run);
    return {
      started: () =>
        inTurn(() => {
          this.#isStarted = true;
          this.#recorder.record({ kind: "started" });
        }),
      stopped: (isOrderly = true) =>
        inTurn(() => {
          this.#stopState = isOrderly ? "orderly" : "ended";
          if (isOrderly) this.#recorder.record({ kind: "stopped" });
        }),
      crashed: (crash) =>
        inTurn(() => {
          if (this.#isOver) return;
          this.#network.serverGone();
          this.#isOver = true;
          this.#recorder.record({ kind: "crash", ...crash });
        }),
      undeterministic: () => undefined,
    };
  }

  #history(): History {
    return {
      header: {
        format: HISTORY_FORMAT,
        target: this.#target.id,
        profile: this.#target.profile,
        mode: this.#plan.mode,
        epochMs: null,
        fresh: false,
        boundary: "client",
        namespace: this.#namespace,
        ...(this.#wall.isAlone ? {} : { others: true }),
      },
      events: this.#recorder.events,
    };
  }
}
