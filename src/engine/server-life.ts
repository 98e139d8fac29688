/**
 * The server's process, from its first start to its last end: it may be stopped or killed, and
 * started again on the same disk.
 *
 * @packageDocumentation
 */
import { tellsOfDisk } from "../../properties/index.js";
import type { SecurityDirectory } from "../protocol/index.js";
import {
  Disk,
  WallClock,
  type Clock,
  type EventLoop,
  type Gate,
  type Streams,
  type Timeline,
} from "../sim/index.js";
import type {
  Census,
  Crash,
  RunningTarget,
  ServerObserver,
  StoreKind,
  Target,
} from "../targets/target.js";
import type { Recorder } from "./recorder.js";
import type { World } from "./world.js";

/** Wall time of the server at virtual 0: the day of the transcript, 2017-06-05T04:32:00Z. */
export const EPOCH_MS = 1_496_637_120_000;

/** Where servers that store in a file have it. */
const DATA_DIRECTORIES = ["/var", "/var/lib", "/var/lib/server"];

/** A server that does not accept connections by then never will. */
export const START_MS_MAX = 120_000;
/** An orderly stop takes no longer. */
export const STOP_MS_MAX = 30_000;

export interface ServerLifeParts {
  readonly target: Target;
  readonly clock: Clock;
  readonly streams: Streams;
  readonly recorder: Recorder;
  readonly world: World;
  readonly store: StoreKind;
  /** Present for one in secure mode. */
  readonly security?: SecurityDirectory;
  /** Shut while the process is paused. */
  readonly gate: Gate;
  /** Time as the process has it: through the gate. */
  readonly time: Timeline;
  /** By which the process runs, once it is explored; null where everything runs as soon as it is due. */
  readonly loop: EventLoop | null;
  /** Whether the plan has any, so that the process may be started again. */
  readonly hasFaults: boolean;
}

type State = "down" | "starting" | "up" | "stopping" | "over";

export class ServerLife {
  readonly wall: WallClock;
  readonly disk = new Disk("/tmp", ...DATA_DIRECTORIES);
  readonly #parts: ServerLifeParts;
  #state: State = "down";
  #server: RunningTarget | null = null;
  /** How many faults keep it down. */
  #downTimes = 0;
  /** How many faults of its disk are in force: it may give up because of them. */
  #diskFaults = 0;
  /** Whether one was in force since the process was started: what failed may reach it late. */
  #hasDiskFailed = false;
  #process = 0;
  #isExplored = false;
  #whenUp: (() => void)[] = [];

  constructor(parts: ServerLifeParts) {
    this.#parts = parts;
    this.wall = new WallClock(parts.clock, EPOCH_MS);
  }

  get isPaused(): boolean {
    return this.#parts.gate.isShut;
  }

  get isUp(): boolean {
    return this.#state === "up";
  }

  /** It has ended by itself, and no fault of the plan is to blame: nothing of the case is left. */
  get isOver(): boolean {
    return this.#state === "over";
  }

  get isRunning(): boolean {
    return this.#state === "starting" || this.#state === "up";
  }

  get isStopped(): boolean {
    return this.#state === "down";
  }

  /** Starts a process, unless there is one, or a fault keeps it down. */
  start(): void {
    if (this.#state !== "down" || this.#downTimes > 0) return;
    const { target, time, streams, store, loop, security } = this.#parts;
    this.#letGo();
    this.#process += 1;
    this.#state = "starting";
    this.#hasDiskFailed = this.#diskFaults > 0;
    this.#server = target.start(
      {
        clock: loop?.timeline ?? time,
        wallMs: () => this.wall.now(),
        store,
        disk: this.disk,
        streams,
        ...(security === undefined ? {} : { security }),
        ...(loop === null ? {} : { loop }),
      },
      this.#observer(this.#process),
    );
    if (this.#process > 1) this.#giveUpStarting(this.#process);
  }

  /** Calls back once it is up, now if it is. */
  whenUp(run: () => void): void {
    if (this.#state === "up") run();
    else this.#whenUp.push(run);
  }

  /** Begins an orderly stop, after which nothing starts it again. */
  stopForGood(): void {
    this.#downTimes += 1;
    this.#stop();
  }

  /** Stops it, and keeps it down until the answer is called. */
  stopFor(): () => void {
    this.#downTimes += 1;
    const process = this.#process;
    this.#stop();
    // One that never ends is ended, as who operates it would.
    this.#parts.clock.after(STOP_MS_MAX, () => {
      if (this.#state === "stopping" && this.#process === process) this.#end("process");
    });
    return () => this.#up();
  }

  /** Kills it, and keeps it down until the answer is called. */
  killFor(loses: "process" | "machine"): () => void {
    this.#downTimes += 1;
    this.#end(loses);
    return () => this.#up();
  }

  /** Lets nothing happen in it until the answer is called. */
  pause(): () => void {
    const { gate } = this.#parts;
    const process = this.#process;
    gate.shut();
    return () => {
      if (this.#process === process && gate.isShut) gate.open();
    };
  }

  /** Tells that its disk fails, until the answer is called; one that gave up is then started again. */
  sufferDisk(): () => void {
    this.#diskFaults += 1;
    this.#hasDiskFailed = true;
    return () => {
      this.#diskFaults -= 1;
      if (this.#diskFaults === 0) this.start();
    };
  }

  /** From now on the schedule of its event loop is explored; also that of processes to come. */
  explore(): void {
    this.#isExplored = true;
    const server = this.#server;
    const { loop } = this.#parts;
    if (this.#state !== "up" || loop === null || server?.loop === undefined) return;
    if (!loop.isExploring) loop.explore(server.loop);
  }

  /** What it does at this very moment: all of it, or in its turns if it is explored. */
  drain(): void {
    if (this.#state === "over" || this.isPaused) return;
    if (this.#parts.loop?.isExploring === true) {
      this.#server?.loop?.tick();
      return;
    }
    this.#server?.drain();
    if (this.#isExplored) this.explore();
  }

  census(): Census | null {
    return this.#server?.census?.() ?? null;
  }

  dispose(): void {
    this.#server?.dispose();
  }

  hang(message: string): void {
    this.#crashed({ cause: "hang", message, frames: [] });
  }

  #stop(): void {
    if (this.#server?.isStoppable === false) {
      this.#end("process");
      return;
    }
    this.#state = "stopping";
    this.#parts.recorder.record({ kind: "stopping" });
    this.#server?.stop();
  }

  #letGo(): void {
    this.#parts.loop?.end();
    this.#server?.dispose();
    this.#server = null;
    this.#parts.gate.clear();
  }

  #up(): void {
    this.#downTimes -= 1;
    this.start();
  }

  #end(loses: "process" | "machine"): void {
    this.#letGo();
    this.#state = "down";
    this.#parts.recorder.record({ kind: "killed", loses });
    if (loses === "machine") this.disk.losePower(this.#parts.streams.stream("target/power"));
    this.#parts.world.serverGone("reset");
  }

  /** A process that doesn't come up again hangs. */
  #giveUpStarting(process: number): void {
    this.#parts.clock.after(START_MS_MAX, () => {
      if (this.#state !== "starting" || this.#process !== process) return;
      this.hang(`the server accepts no connection after ${START_MS_MAX} ms`);
    });
  }

  #observer(process: number): ServerObserver {
    const { recorder, world } = this.#parts;
    const ofThis = (tell: () => void) => {
      if (process === this.#process && this.#state !== "over") tell();
    };
    return {
      started: () =>
        ofThis(() => {
          this.#state = "up";
          recorder.record({ kind: "started" });
          const { gate } = this.#parts;
          const server = this.#server as RunningTarget;
          world.serve({
            connect: (events) => server.connect(events),
            ...(server.administer === undefined
              ? {}
              : { administer: (change, made) => server.administer?.(change, made) }),
            pass: (run) => void gate.pass(run),
          });
          for (const run of this.#whenUp.splice(0)) run();
        }),
      stopped: () =>
        ofThis(() => {
          recorder.record({ kind: "stopped" });
          this.#state = "down";
          if (this.#parts.hasFaults) this.#afterStop();
        }),
      crashed: (crash) => ofThis(() => this.#crashed(crash)),
      undeterministic: (what, site) => {
        recorder.record({ kind: "undeterministic", what, site });
      },
    };
  }

  /** The process has ended, and what it left open with it; it may be wanted again by now. */
  #afterStop(): void {
    const { clock, world } = this.#parts;
    world.serverGone("reset");
    // Not from within a call of the process that is going.
    clock.after(0, () => this.start());
  }

  #crashed(crash: Crash): void {
    const { clock, recorder, world } = this.#parts;
    if (this.#state === "over") return;
    // Who can't read or write may give up: it is started again once the disk is mended.
    const isOfDisk = this.#diskFaults > 0 || (this.#hasDiskFailed && tellsOfDisk(crash.message));
    this.#state = isOfDisk && crash.cause !== "hang" ? "down" : "over";
    this.#parts.loop?.end();
    recorder.record({ kind: "crash", ...crash });
    world.serverGone("reset");
    // Mended already; not from within a call of the process that is going.
    if (this.#state === "down" && this.#diskFaults === 0) clock.after(0, () => this.start());
  }
}
