/**
 * One simulated Node process: code that runs in virtual time, with seeded chance and no way out.
 *
 * @packageDocumentation
 */

import { EventEmitter } from "node:events";

import type { Cancel, LoopProcess, Prng } from "../../sim/index.js";
import type { Crash, Environment } from "../target.js";
import { messageOf, Places, stackOf } from "./crash.js";
import { DiskCalls } from "./disk-calls.js";
import { closeNetwork } from "./network.js";
import { forgetTimers } from "./timers.js";
import type { Root } from "./root.js";
import { setWorld, type ErrorCause, type World } from "./world.js";

/** Thrown to leave the code of a process that has ended itself. */
class ProcessEnded extends Error {}

/** What a process tells those who run it. */
export interface ProcessObserver {
  crashed(crash: Crash): void;
  undeterministic(what: string, site: string): void;
  output(text: string): void;
}

interface Task {
  run: (() => void) | null;
}

/** Parts of Node's process that its types leave out. */
interface Internals {
  _tickCallback(): void;
  _fatalException(error: unknown, fromPromise: boolean): boolean;
}

const internals = process as unknown as Internals;
const realFatalException = internals._fatalException.bind(process);

/**
 * Has Node handle an error that left its tick queue, as it would at the top of the event loop: it
 * unwinds the stack of asynchronous contexts, and then tells the process, which is `uncaught`.
 */
function tellNode(error: unknown): void {
  realFatalException(error, false);
}

/** Calls the target's own handlers of such errors; false when it has none. */
function callHandlers(error: unknown, cause: ErrorCause): boolean {
  const origin = cause === "unhandled-rejection" ? "unhandledRejection" : "uncaughtException";
  return EventEmitter.prototype.emit.call(process, "uncaughtException", error, origin);
}

/** A call to the disk takes so long at most: a process may be killed between any two. */
const DISK_MS_MAX = 2;

/** Bounds the leftovers of a dead process. */
const LEFTOVER_ROUNDS_MAX = 1_000;

export class VirtualProcess implements World, LoopProcess {
  readonly clock;
  readonly startedAt;
  readonly startedWallMs;
  readonly disk;
  readonly root: Root;
  readonly random;
  readonly entropy;
  readonly #loop: Environment["loop"];
  readonly #diskDelays: Prng;
  readonly #environment: Environment;
  readonly #observer: ProcessObserver;
  readonly #places: Places;
  readonly #tick = () => internals._tickCallback();
  readonly #reported = new Set<string>();
  #tasks: Task[] = [];
  #isAlive = true;
  #exited: (() => void) | null = null;
  /** What the engine's own callbacks threw while the target was calling them. */
  #ownError: { readonly error: unknown } | null = null;

  constructor(environment: Environment, root: Root, observer: ProcessObserver) {
    const { clock, streams, disk, loop, store } = environment;
    this.clock = clock;
    this.#environment = environment;
    this.startedAt = clock.now();
    this.startedWallMs = environment.wallMs();
    this.disk = store === "file" ? new DiskCalls(disk, () => this.wallMs()) : null;
    this.#diskDelays = streams.stream("target/disk");
    this.random = streams.stream("target/random");
    this.entropy = streams.stream("target/entropy");
    this.#loop = loop;
    this.#observer = observer;
    this.root = root;
    this.#places = new Places(root.shown);
    setWorld(this);
  }

  wallMs(): number {
    return this.#environment.wallMs();
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get hasImmediates(): boolean {
    return this.#tasks.length > 0;
  }

  soon(run: () => void): Cancel {
    const task: Task = { run };
    this.#tasks.push(task);
    return () => {
      task.run = null;
    };
  }

  answer(run: () => void): Cancel {
    const loop = this.#loop;
    return loop?.isExploring === true ? loop.answer(() => this.guard(run)) : this.soon(run);
  }

  diskAnswer(run: () => void): void {
    const delayMs = this.#diskDelays.int(0, DISK_MS_MAX);
    if (delayMs === 0) this.answer(run);
    else {
      this.clock.after(delayMs, () => {
        if (this.#isAlive) this.answer(run);
      });
    }
  }

  guard(task: () => void): void {
    if (!this.#isAlive) return;
    try {
      task();
    } catch (error) {
      this.uncaught(error, "uncaught-exception");
    }
  }

  /** Calls out to the engine from code of the target, which must not see the engine's errors. */
  tell(call: () => void): void {
    if (!this.#isAlive) return;
    try {
      call();
    } catch (error) {
      this.#ownError ??= { error };
    }
  }

  /** Runs microtasks and rounds of immediates until nothing is left. */
  drain(): void {
    this.#runTicks();
    while (this.#tasks.length > 0 && this.#isAlive) this.#runRound();
    this.rethrow();
  }

  tick(): void {
    this.#runTicks();
    this.rethrow();
  }

  round(): void {
    this.#runRound();
    this.rethrow();
  }

  /** Passes on what the engine's own callbacks threw. */
  rethrow(): void {
    const own = this.#ownError;
    this.#ownError = null;
    if (own !== null) throw own.error;
  }

  uncaught(error: unknown, cause: ErrorCause): void {
    if (!this.#isAlive || error instanceof ProcessEnded) return;
    try {
      if (callHandlers(error, cause)) return;
    } catch (next) {
      this.#crash(cause, next);
      return;
    }
    this.#crash(cause, error);
  }

  report(what: string): void {
    if (!this.#isAlive) return;
    const site = this.#places.site(stackOf(new Error()));
    const key = `${what} ${site}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.tell(() => this.#observer.undeterministic(what, site));
  }

  output(text: string): void {
    if (this.#isAlive) this.tell(() => this.#observer.output(text));
  }

  /** From now on it may exit: that is what it was asked to. */
  expectExit(exited: () => void): void {
    this.#exited = exited;
  }

  exit(code: number): never {
    const ended = new ProcessEnded();
    if (this.#isAlive && this.#exited !== null) {
      this.#exited();
      this.#isAlive = false;
    } else if (this.#isAlive) {
      const message = `exit code ${code}`;
      const frames = this.#places.frames(stackOf(ended));
      this.tell(() => this.#observer.crashed({ cause: "exit", message, frames }));
      this.#isAlive = false;
    }
    throw ended;
  }

  /** Ends the process; leftovers of it run out unheard. */
  dispose(): void {
    this.#isAlive = false;
    this.#tasks = [];
    forgetTimers();
    for (let round = 0; round < LEFTOVER_ROUNDS_MAX; round += 1) {
      try {
        this.#tick();
        break;
      } catch (error) {
        tellNode(error);
      }
    }
    this.#tasks = [];
    forgetTimers();
    closeNetwork();
    setWorld(null);
  }

  #runRound(): void {
    const round = this.#tasks;
    this.#tasks = [];
    for (const task of round) {
      const { run } = task;
      if (run === null) continue;
      task.run = null;
      this.guard(run);
      this.#runTicks();
    }
  }

  #runTicks(): void {
    while (this.#isAlive) {
      try {
        this.#tick();
        return;
      } catch (error) {
        tellNode(error);
      }
    }
  }

  #crash(cause: Crash["cause"], error: unknown): void {
    if (error instanceof ProcessEnded) return;
    const message = this.#places.clean(messageOf(error));
    const frames = this.#places.frames(stackOf(error));
    this.tell(() => this.#observer.crashed({ cause, message, frames }));
    this.#isAlive = false;
  }
}
