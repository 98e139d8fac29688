/**
 * Runs one plan against one target in virtual time, and records what happens.
 *
 * Everything is synchronous: the next event of the clock, then what the server does about it at that
 * same moment, until nothing is left to do (docs/ARCHITECTURE.md, "The step").
 *
 * A case has phases. Warm-up: the server starts, and nothing is amiss. Safety: the clients work, and
 * the faults of the plan come and go. Heal: whatever is amiss is mended. Quiet: nothing is
 * unanswered any more, or never will be. Then, where the plan asks for liveness, all leave.
 *
 * @packageDocumentation
 */
import { profileOf } from "../../models/index.js";
import { drive, type Driver } from "../client/index.js";
import { HISTORY_FORMAT, Recording, type History } from "../history/index.js";
import type { Decision, Plan, PlannedAction } from "../plan/index.js";
import { behind, Clock, Gate, Streams } from "../sim/index.js";
import type { Census, StoreKind, Target } from "../targets/target.js";
import { Nemesis } from "./nemesis.js";
import { FIRST_VISIT, lastVisit, OBSERVER_CLIENT, planOfVisit, readingVisit } from "./observer.js";
import { Recorder } from "./recorder.js";
import { explorationOf, type Exploration } from "./schedule.js";
import { EPOCH_MS, ServerLife, START_MS_MAX, STOP_MS_MAX } from "./server-life.js";
import { Steps } from "./steps.js";
import { World } from "./world.js";

/** Nothing happens in a case after that, whatever is still planned. */
const CASE_MS_MAX = 3_600_000;
/** How long the world is left alone before it counts as quiet. */
const QUIET_MS = 3_000;
/** What is unanswered after that stays so: longer than every timeout of the protocol (60 s). */
const PATIENCE_MS = 70_000;
/** What a server keeps for those who left is given up by then: as above. */
const FORGET_MS = 75_000;
/**
 * Some things are kept longer on purpose, such as what is remembered of a session that is over: if more
 * is held than at first, it is counted again and again for that long.
 */
const REMEMBER_MS = 900_000;

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
  readonly #store: StoreKind;
  readonly #clock = new Clock();
  readonly #recorder = new Recorder(this.#clock);
  readonly #world: World;
  readonly #life: ServerLife;
  readonly #driver: Driver;
  readonly #nemesis: Nemesis;
  readonly #exploration: Exploration | null;
  readonly #steps: Steps;
  /** What the process held before the clients came. */
  #firstCensus: Census | null = null;
  /** How many actions of the observer were planned. */
  #observed = 0;

  constructor(plan: Plan, target: Target) {
    this.#plan = plan;
    this.#target = target;
    const streams = new Streams(plan.seed);
    const parts = { clock: this.#clock, streams, recorder: this.#recorder };
    const hasFaults = plan.faults !== undefined;
    const gate = new Gate(this.#clock);
    const time = hasFaults ? behind(gate, this.#clock) : this.#clock;
    const exploration = explorationOf(plan, time);
    const loop = exploration?.loop ?? null;
    const wanted = plan.server?.store ?? "memory";
    const store = (target.stores ?? ["memory"]).includes(wanted) ? wanted : "memory";
    const world = new World(plan, profileOf(target.profile), { ...parts, loop });
    const driver = drive(plan, world);
    const security = target.hasSecureMode === true ? plan.security : undefined;
    const life = new ServerLife({
      ...{ ...parts, target, world, store, gate, time, loop, hasFaults },
      ...(security === undefined ? {} : { security }),
    });
    const nemesis = new Nemesis(plan, { ...parts, world, life, driver, store });
    world.begins = (operation) => nemesis.operationBegins(operation);
    world.add(OBSERVER_CLIENT);
    this.#store = store;
    this.#world = world;
    this.#driver = driver;
    this.#life = life;
    this.#nemesis = nemesis;
    this.#exploration = exploration;
    this.#steps = new Steps(this.#clock, life, loop);
  }

  run(): CaseRun {
    const { liveness = false } = this.#plan;
    try {
      this.#start();
      if (this.#life.isUp) {
        if (liveness) this.#warmUp();
        this.#operate();
        this.#heal();
        this.#settle();
        const reader = liveness ? this.#visit(readingVisit(this.#plan)) : null;
        if (!this.#life.isOver) this.#recorder.record({ kind: "quiet" });
        if (reader !== null) this.#leave(reader);
        this.#stop();
      }
    } finally {
      this.#life.dispose();
    }
    const decisions = this.#exploration?.choices.decisions() ?? null;
    return { history: this.#history(), decisions };
  }

  #start(): void {
    if (this.#store !== (this.#plan.server?.store ?? "memory")) {
      this.#world.skip("server", `${this.#target.id} stores in memory only`);
    }
    if (this.#plan.security !== undefined && this.#target.hasSecureMode !== true) {
      this.#world.skip("security", `${this.#target.id} is not started in secure mode`);
    }
    this.#life.start();
    this.#life.drain();
    this.#steps.while(START_MS_MAX, () => !this.#life.isUp && !this.#life.isOver);
    if (this.#life.isUp || this.#life.isOver) return;
    this.#life.hang(`the server accepts no connection after ${START_MS_MAX} ms`);
  }

  /** The observer looks in, so that what is set up for a first client is counted from the beginning. */
  #warmUp(): void {
    this.#visit(FIRST_VISIT);
    this.#steps.for(FORGET_MS);
    this.#firstCensus = this.#takeCensus();
  }

  #operate(): void {
    this.#nemesis.start();
    this.#driver.start();
    this.#life.drain();
    this.#life.explore();
    this.#steps.while(CASE_MS_MAX, () => !this.#driver.done);
  }

  /** Whatever is amiss is mended, and whoever lost the connection comes back. */
  #heal(): void {
    if (this.#plan.faults === undefined && this.#plan.liveness === undefined) return;
    this.#nemesis.healAll();
    this.#steps.while(START_MS_MAX + STOP_MS_MAX, () => !this.#life.isUp);
    if (this.#life.isOver) return;
    this.#recorder.record({ kind: "heal" });
    this.#driver.reconnectLost("heal");
  }

  /** Waits until nothing is unanswered, but no longer than patience allows. */
  #settle(): void {
    const deadline = this.#clock.now() + PATIENCE_MS;
    for (;;) {
      this.#steps.for(QUIET_MS);
      if (this.#life.isOver || this.#clock.now() >= deadline) return;
      if (!this.#driver.isReconnecting && !this.#hasUnanswered()) return;
    }
  }

  /** All leave, the observer looks in once more, and what the process holds then is counted. */
  #leave(reader: Driver): void {
    if (this.#life.isOver) return;
    this.#driver.leaveAll();
    reader.leaveAll();
    this.#recorder.record({ kind: "left" });
    this.#steps.for(FORGET_MS);
    this.#visit(lastVisit(this.#plan));
    this.#steps.for(FORGET_MS);
    const deadline = this.#clock.now() + REMEMBER_MS;
    while (this.#holdsMore() && this.#clock.now() < deadline) this.#steps.for(FORGET_MS);
    this.#takeCensus();
  }

  #stop(): void {
    if (this.#life.isOver) return;
    this.#life.stopForGood();
    this.#life.drain();
    this.#steps.while(STOP_MS_MAX, () => !this.#life.isStopped);
    if (this.#life.isOver) return;
    // What the server wrote last is still on its way to the clients.
    this.#steps.for(QUIET_MS);
  }

  /** The observer does that, one after the other; it may still be connected then. */
  #visit(actions: readonly PlannedAction[]): Driver {
    const visitor = drive(planOfVisit(this.#plan, actions, this.#observed + 1), this.#world);
    this.#observed += actions.length;
    visitor.start();
    this.#steps.while(CASE_MS_MAX, () => !visitor.done);
    this.#steps.for(QUIET_MS);
    return visitor;
  }

  #takeCensus(): Census | null {
    const census = this.#census();
    if (census !== null) this.#recorder.record({ kind: "census", ...census });
    return census;
  }

  #census(): Census | null {
    return this.#life.isOver ? null : this.#life.census();
  }

  /** Whether the process holds more than before the clients came. */
  #holdsMore(): boolean {
    const [first, now] = [this.#firstCensus, this.#census()];
    if (first === null || now === null) return false;
    return now.timers > first.timers || now.sockets > first.sockets;
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

  #history(): History {
    return {
      header: {
        format: HISTORY_FORMAT,
        target: this.#target.id,
        profile: this.#target.profile,
        mode: this.#plan.mode,
        epochMs: EPOCH_MS,
        fresh: true,
        ...(this.#plan.server === undefined ? {} : { store: this.#store }),
        ...(this.#plan.security === undefined || this.#target.hasSecureMode !== true
          ? {}
          : { security: this.#plan.security }),
      },
      events: this.#recorder.events,
    };
  }
}
