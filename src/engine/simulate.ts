/**
 * Runs one plan against one target in virtual time, and records what happens.
 *
 * Everything is synchronous: the next event of the clock, then what the server does about it at that
 * same moment, until nothing is left to do (docs/ARCHITECTURE.md, "The step").
 *
 * @packageDocumentation
 */
import { profileOf } from "../../models/index.js";
import { drive, type Driver } from "../client/index.js";
import { HISTORY_FORMAT, Recording, type History } from "../history/index.js";
import type { Decision, Plan } from "../plan/index.js";
import { Clock, Streams, type EventLoop } from "../sim/index.js";
import type { RunningTarget, ServerObserver, Target } from "../targets/target.js";
import { Recorder } from "./recorder.js";
import { explorationOf, type Exploration } from "./schedule.js";
import { World } from "./world.js";

/** Wall time of the server at virtual 0: the day of the transcript, 2017-06-05T04:32:00Z. */
export const EPOCH_MS = 1_496_637_120_000;

/** A server that does not accept connections by then never will. */
const START_MS_MAX = 120_000;
/** Nothing happens in a case after that, whatever is still planned. */
const CASE_MS_MAX = 3_600_000;
/** How long the world is left alone before it counts as quiet. */
const QUIET_MS = 3_000;
/** What is unanswered after that stays so: longer than every timeout of the protocol (60 s). */
const PATIENCE_MS = 70_000;
/** An orderly stop takes no longer. */
const STOP_MS_MAX = 30_000;
/** A defence against a world that never comes to rest. */
const STEPS_MAX = 5_000_000;

/** What a case was, beyond what was observed. */
export interface CaseRun {
  readonly history: History;
  /**
   * The decisions of the schedule that are not the default, by whatever strategy they were taken:
   * `withDecisions(plan, decisions)` runs in the same way, and a minimiser can take them out. Null
   * where the plan has no schedule to explore.
   */
  readonly decisions: readonly Decision[] | null;
}

/**
 * Runs a case.
 * @throws TargetUnavailableError when the server never accepts connections
 */
export async function runCase(plan: Plan, target: Target): Promise<History> {
  return (await observeCase(plan, target)).history;
}

/**
 * Runs a case, and tells the decisions it took.
 * @throws TargetUnavailableError when the server never accepts connections
 */
export function observeCase(plan: Plan, target: Target): Promise<CaseRun> {
  return target.enter(() => new Simulation(plan, target).run());
}

class Simulation {
  readonly #plan: Plan;
  readonly #target: Target;
  readonly #clock = new Clock();
  readonly #recorder = new Recorder(this.#clock);
  readonly #exploration: Exploration | null;
  readonly #world: World;
  readonly #server: RunningTarget;
  readonly #driver: Driver;
  #steps = 0;
  #isStarted = false;
  #isStopped = false;
  #isCrashed = false;

  constructor(plan: Plan, target: Target) {
    this.#plan = plan;
    this.#target = target;
    const streams = new Streams(plan.seed);
    this.#exploration = explorationOf(plan, this.#clock);
    const loop = this.#exploration?.loop ?? null;
    this.#world = new World(plan, profileOf(target.profile), {
      clock: this.#clock,
      streams,
      recorder: this.#recorder,
      loop,
    });
    this.#driver = drive(plan, this.#world);
    this.#server = target.start(
      {
        clock: loop?.timeline ?? this.#clock,
        epochMs: EPOCH_MS,
        streams,
        ...(loop === null ? {} : { loop }),
      },
      this.#observer(),
    );
  }

  get #loop(): EventLoop | null {
    return this.#exploration?.loop ?? null;
  }

  run(): CaseRun {
    try {
      this.#start();
      if (this.#isStarted) {
        this.#operate();
        this.#settle();
        this.#stop();
      }
    } finally {
      this.#server.dispose();
    }
    const decisions = this.#exploration?.choices.decisions() ?? null;
    return { history: this.#history(), decisions };
  }

  #start(): void {
    this.#server.drain();
    this.#stepWhile(START_MS_MAX, () => !this.#isStarted && !this.#isCrashed);
    if (this.#isStarted || this.#isCrashed) return;
    this.#hang(`the server accepts no connection after ${START_MS_MAX} ms`);
  }

  #operate(): void {
    this.#world.serve(this.#server);
    this.#driver.start();
    this.#server.drain();
    if (this.#server.loop !== undefined) this.#loop?.explore(this.#server.loop);
    this.#stepWhile(CASE_MS_MAX, () => !this.#driver.done && !this.#isCrashed);
  }

  /** Waits until nothing is unanswered, but no longer than patience allows. */
  #settle(): void {
    const deadline = this.#clock.now() + PATIENCE_MS;
    for (;;) {
      this.#stepFor(QUIET_MS);
      if (this.#isCrashed) return;
      if (this.#clock.now() >= deadline || !this.#hasUnanswered()) break;
    }
    this.#recorder.record({ kind: "quiet" });
  }

  #stop(): void {
    if (this.#isCrashed) return;
    this.#recorder.record({ kind: "stopping" });
    this.#server.stop();
    this.#drain();
    this.#stepWhile(STOP_MS_MAX, () => !this.#isStopped && !this.#isCrashed);
    if (this.#isCrashed) return;
    // What the server wrote last is still on its way to the clients.
    this.#stepFor(QUIET_MS);
  }

  #hang(message: string): void {
    this.#isCrashed = true;
    this.#recorder.record({ kind: "crash", cause: "hang", message, frames: [] });
  }

  #hasUnanswered(): boolean {
    const recording = new Recording(this.#history());
    return recording.exchanges.some(
      ({ arriveIndex, answers, connection }) =>
        arriveIndex !== null &&
        answers.length === 0 &&
        recording.connection(connection).endIndex === null,
    );
  }

  /** Steps while the condition holds, for at most that many virtual milliseconds. */
  #stepWhile(ms: number, isWanted: () => boolean): void {
    const deadline = this.#clock.now() + ms;
    while (isWanted()) {
      const nextAt = this.#loop?.isDue === true ? this.#clock.now() : this.#clock.nextAt();
      if (nextAt === null || nextAt > deadline) return;
      this.#step();
    }
  }

  #stepFor(ms: number): void {
    let isOver = false;
    this.#clock.after(ms, () => {
      isOver = true;
    });
    this.#stepWhile(ms, () => !isOver);
  }

  #step(): void {
    this.#steps += 1;
    const loop = this.#loop;
    // All that is due at this moment comes first: what has arrived is what the loop chooses from.
    if (loop?.isDue === true && this.#clock.nextAt() !== this.#clock.now()) loop.turn();
    else {
      this.#clock.step();
      if (loop?.isExploring !== true) this.#drain();
    }
    if (this.#steps > STEPS_MAX) this.#hang(`the server is still busy after ${STEPS_MAX} events`);
  }

  /** What the server does about what has just happened; all of it, or in its turns if it is explored. */
  #drain(): void {
    if (this.#isCrashed) return;
    if (this.#loop?.isExploring === true) this.#server.loop?.tick();
    else this.#server.drain();
  }

  #observer(): ServerObserver {
    return {
      started: () => {
        this.#isStarted = true;
        this.#recorder.record({ kind: "started" });
      },
      stopped: () => {
        this.#isStopped = true;
        this.#recorder.record({ kind: "stopped" });
      },
      crashed: (crash) => {
        if (this.#isCrashed) return;
        this.#isCrashed = true;
        this.#loop?.end();
        this.#recorder.record({ kind: "crash", ...crash });
        this.#world.serverGone("reset");
      },
      undeterministic: (what, site) => {
        this.#recorder.record({ kind: "undeterministic", what, site });
      },
    };
  }

  #history(): History {
    return {
      header: {
        format: HISTORY_FORMAT,
        target: this.#target.id,
        profile: this.#target.profile,
        mode: this.#plan.mode,
        epochMs: EPOCH_MS,
        fresh: true,
      },
      events: this.#recorder.events,
    };
  }
}
