/**
 * The model, run as a server: it takes its time, and uses the freedoms that the clauses leave.
 *
 * Each frame is one step of the model at a moment drawn 0 to 3 ms after its arrival. Publications are
 * written at once, so that all subscribers see the store's order; an answer with nothing after it may
 * be put off by 1 or 2 ms (COR-6); what a clause leaves to the server is sent or not by chance.
 *
 * Where the schedule of an event loop is explored, it has one: its frames come as a stream of bytes,
 * and rounds of immediates take the place of milliseconds.
 *
 * @packageDocumentation
 */
import {
  afterChange,
  initialServer,
  profileOf,
  refused,
  type FrameOutput,
  type ProfileId,
  type ServerInput,
  type ServerOutput,
  type ServerState,
  type ServerStep,
} from "../../../models/index.js";
import {
  isJsonObject,
  type Json,
  type JsonObject,
  type SecurityChange,
} from "../../protocol/index.js";
import {
  DiskError,
  type Cancel,
  type LoopProcess,
  type Prng,
  type Timeline,
} from "../../sim/index.js";
import type {
  Census,
  ConnectionEvents,
  Environment,
  RunningTarget,
  ServerConnection,
  ServerObserver,
} from "../target.js";
import { ReferenceConnection } from "./connection.js";
import { FileStore, type Kept } from "./file-store.js";
import { encodeFrame, FrameStream } from "./frame-stream.js";
import type { Habits } from "./habits.js";
import type { Race, Step } from "./mutants/index.js";
import { Rounds } from "./rounds.js";
import { sessionIdFrom } from "./session-id.js";

const START_MS = 1;
/** In milliseconds, or in rounds of immediates. */
const HANDLE_MAX = 3;
const ANSWER_MAX = 2;
/** Between two heartbeats of the server's. */
const HEARTBEAT_MS = 30_000;
const CLOSED = "close 1000";

type WithoutTime = ServerInput extends infer Each
  ? Each extends unknown
    ? Omit<Each, "at">
    : never
  : never;

/** What a server does: the model, or a mutant. */
export interface Behaviour {
  readonly step: Step;
  /** What is written for a frame. */
  readonly textOf: (frame: Json) => string;
  /** What it calls itself (SES-2). */
  readonly name: string;
  readonly habits: Habits;
  /** What of its work it does in several rounds. */
  readonly race: Race | null;
}

/** How many rounds lie between taking up a frame and doing what it asks for, in a race. */
const RACE_ROUNDS = 3;

export class ReferenceServer implements RunningTarget {
  readonly loop?: LoopProcess;
  readonly #rounds = new Rounds();
  /** What its work takes: rounds, or time. */
  readonly #pace: Timeline;
  readonly #environment: Environment;
  readonly #observer: ServerObserver;
  readonly #step: Step;
  readonly #textOf: Behaviour["textOf"];
  readonly #habits: Habits;
  readonly #race: Race | null;
  readonly #delays: Prng;
  readonly #choices: Prng;
  readonly #ids: Prng;
  readonly #idleCloseMs: number;
  readonly #connections = new Map<string, ReferenceConnection>();
  /** Those that are over. The model has nothing to say to them, a mutant may. */
  readonly #over = new Map<string, ReferenceConnection>();
  /** Null for one that stores in memory. */
  #file: FileStore | null = null;
  #state: ServerState;
  #opened = 0;
  #cancelTick: Cancel = () => undefined;
  #cancelStart: Cancel;
  /** What the administrator asked for and is still to come. */
  readonly #awaited = new Set<Cancel>();
  #isDisposed = false;

  constructor(
    profileId: ProfileId,
    environment: Environment,
    observer: ServerObserver,
    behaviour: Behaviour,
  ) {
    const { clock, streams } = environment;
    const profile = profileOf(profileId);
    this.#environment = environment;
    this.#observer = observer;
    this.#step = behaviour.step;
    this.#textOf = behaviour.textOf;
    this.#habits = behaviour.habits;
    this.#delays = streams.stream("target/delays");
    this.#choices = streams.stream("target/choices");
    this.#ids = streams.stream("target/ids");
    const hasRounds = environment.loop !== undefined || behaviour.race !== null;
    if (hasRounds) this.loop = this.#rounds;
    this.#pace = hasRounds ? this.#rounds : clock;
    this.#race = behaviour.race;
    this.#race?.begin?.({ clock, rounds: this.#rounds });
    this.#idleCloseMs = profile.idleCloseMs;
    const { security } = environment;
    this.#state = initialServer({
      ...{ profile, epochMs: this.#epochMs(), name: behaviour.name },
      ...(security === undefined ? {} : { security }),
    });
    this.#cancelStart = clock.after(START_MS, () => {
      if (environment.store === "file" && !this.#load()) return;
      observer.started();
    });
  }

  connect(events: ConnectionEvents): ServerConnection {
    this.#opened += 1;
    const environment = this.#environment;
    const connection = new ReferenceConnection(`connection-${this.#opened}`, events, {
      clock: environment.clock,
      pace: this.#pace,
      wallMs: () => environment.wallMs(),
      habits: this.#habits,
    });
    this.#connections.set(connection.id, connection);
    const sessionId = sessionIdFrom(this.#ids);
    this.#take({ kind: "open", connection: connection.id, sessionId });
    if (connection.isOver) return { deliver: () => undefined, end: () => undefined };
    connection.open();
    const openedAt = environment.clock.now();
    this.#keepAlive(connection);
    const whole = new FrameStream(this.#habits);
    const stream = this.#race?.reader?.(whole) ?? whole;
    return {
      deliver: (frame) => this.#deliver(connection, frame),
      bytes: {
        encode: encodeFrame,
        receive: (chunk) => {
          for (const frame of stream.push(chunk)) this.#deliver(connection, frame);
        },
      },
      end: (how) => {
        if (how === "half-close" && !this.#habits.noticesHalfClose) return;
        const isKept = how === "cut" && this.#habits.keepsReset(environment.clock.now() - openedAt);
        this.#end(connection, isKept);
        // It sends no more either, once it knows that nothing more comes.
        if (how === "half-close") events.end("end");
      },
      pushBack: () => connection.pushBack(),
      readOn: () => connection.readOn(),
    };
  }

  /** A change takes effect at some moment between its request and its answer, as a request does. */
  administer(change: SecurityChange, made: (error: string | null) => void): void {
    this.#later(this.#delays.int(0, HANDLE_MAX), () => {
      const { security } = this.#state;
      const isPossible = security !== null && afterChange(security, change) !== null;
      this.#take({ kind: "administer", change });
      this.#later(this.#delays.int(0, ANSWER_MAX), () =>
        made(isPossible ? null : "there is no such user or group"),
      );
    });
  }

  census(): Census {
    const timers = [...this.#connections.values()].reduce((sum, { timers }) => sum + timers, 0);
    return {
      timers: timers + (this.#state.acknowledgements.length > 0 ? 1 : 0),
      sockets: this.#connections.size,
    };
  }

  drain(): void {
    this.#rounds.drain();
  }

  stop(): void {
    this.#take({ kind: "stop" });
    if (this.#isDisposed) return;
    this.#cancelTick();
    this.#observer.stopped();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#cancelStart();
    this.#cancelTick();
    for (const cancel of this.#awaited) cancel();
    this.#rounds.clear();
    for (const connection of this.#connections.values()) connection.abandon();
    this.#connections.clear();
    this.#over.clear();
  }

  #deliver(connection: ReferenceConnection, frame: string | Uint8Array | null): void {
    if (connection.isOver || this.#isDisposed) return;
    this.#keepAlive(connection);
    if (this.#habits.timesByWallClock) this.#closeSilent();
    // Binary frames are no part of the protocol (FRM-1): nothing to answer, nobody to disturb.
    if (typeof frame !== "string") return;
    connection.take(frame, this.#delays.int(0, HANDLE_MAX), (text) => {
      this.#handle(connection, text);
    });
  }

  #handle(connection: ReferenceConnection, text: string): void {
    const input: WithoutTime = { kind: "frame", connection: connection.id, text };
    const half = this.#race?.takeUp?.(this.#state, this.#stamped(input), this.#step);
    if (half === undefined) {
      this.#take(input);
      this.#beat(connection);
      return;
    }
    this.#state = half.state ?? this.#state;
    connection.after(RACE_ROUNDS, () => this.#take(input, half.later));
  }

  /** The client is gone. What it had sent is still done, all of it or nothing. */
  #end(connection: ReferenceConnection, isKept: boolean): void {
    if (connection.isOver || this.#isDisposed) return;
    const unhandled = connection.takeUnhandled();
    connection.abandon();
    if (this.#choices.chance(1, 2)) {
      for (const text of unhandled) this.#take({ kind: "frame", connection: connection.id, text });
    }
    this.#take({ kind: "end", connection: connection.id });
    if (!isKept) this.#forget(connection);
  }

  /** Where that is the server's part, a heartbeat now and then, from when the session has asked for it (DIA-6). */
  #beat(connection: ReferenceConnection): void {
    const session = this.#state.sessions.get(connection.id);
    if (session?.dialect.heartbeats !== "from-server") return;
    connection.beat(HEARTBEAT_MS, () => {
      const stamp = this.#environment.wallMs();
      connection.write(this.#textOf(`primus::ping::${stamp}`));
    });
  }

  #keepAlive(connection: ReferenceConnection): void {
    connection.keepAlive(this.#idleCloseMs, () => {
      this.#take({ kind: "end", connection: connection.id });
      this.#close(connection.id);
    });
  }

  /** Closes those from which nothing came for too long, by the wall clock. */
  #closeSilent(): void {
    const now = this.#environment.wallMs();
    for (const connection of [...this.#connections.values()]) {
      if (now - connection.heardWallMs <= this.#idleCloseMs) continue;
      this.#take({ kind: "end", connection: connection.id });
      this.#close(connection.id);
    }
  }

  #later(delay: number, run: () => void): void {
    const cancel = this.#pace.after(delay, () => {
      this.#awaited.delete(cancel);
      if (!this.#isDisposed) run();
    });
    this.#awaited.add(cancel);
  }

  #stamped(input: WithoutTime): ServerInput {
    return { ...input, at: this.#environment.clock.now() };
  }

  #take(input: WithoutTime, step = this.#step): void {
    if (this.#isDisposed) return;
    this.#state = { ...this.#state, epochMs: this.#epochMs() };
    const next = this.#next(this.#stamped(input), step);
    if (next === null) return;
    const { state, outputs } = next;
    this.#state = state;
    const isSettled = outputs.every((output) => output.kind === "close" || !output.unsettled);
    const sent = outputs.filter((output) => this.#isSent(output, isSettled));
    sent.forEach((output, index) => {
      if (output.kind === "close") this.#close(output.connection);
      else this.#write(output, index === sent.length - 1);
    });
    this.#tickWhenDue();
  }

  /** The next step. The model never throws; where a mutant does, its process is gone: null. */
  #next(input: ServerInput, step: Step): ServerStep | null {
    try {
      return this.#kept(step(this.#state, input), input);
    } catch (error) {
      this.#giveUp(error);
      return null;
    }
  }

  /** The step, once what it changed is durable; where that can't be, another one that says so. */
  #kept(next: ServerStep, input: ServerInput): ServerStep {
    try {
      this.#file?.keep(this.#state, next.state);
      return next;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      return refused(this.#state, input, error.message);
    }
  }

  /** Finds what the process before has stored; false where it can't be read, and then nothing follows. */
  #load(): boolean {
    try {
      this.#file = new FileStore(this.#environment.disk, this.#habits.file);
      const kept: Kept = this.#file.load();
      this.#state = { ...this.#state, ...kept };
      return true;
    } catch (error) {
      this.#giveUp(error);
      return false;
    }
  }

  #giveUp(error: unknown): void {
    this.dispose();
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#observer.crashed({ cause: "uncaught-exception", message, frames: [] });
  }

  /** What the wall clock would show at virtual 0, had it always been as wrong as now. */
  #epochMs(): number {
    return this.#environment.wallMs() - this.#environment.clock.now();
  }

  /** What is optional is sent or not, unless something else counts on it. */
  #isSent(output: ServerOutput, isSettled: boolean): boolean {
    const isFree = output.kind === "frame" && output.optional === true && isSettled;
    return !isFree || this.#choices.chance(1, 2);
  }

  #write(output: FrameOutput, isLast: boolean): void {
    const write = () => this.#writeNow(output, isLast);
    if (this.#race?.write === undefined) write();
    else this.#race.write(output, write);
  }

  #writeNow({ connection: id, frame }: FrameOutput, isLast: boolean): void {
    const connection = this.#connections.get(id);
    const text = this.#textOf(frame);
    if (connection === undefined) {
      this.#over.get(id)?.writeAfterEnd(text);
      return;
    }
    const meta = metaOf(frame);
    if (meta["type"] === "response") {
      const delay = isLast ? this.#delays.int(0, ANSWER_MAX) : 0;
      connection.writeAnswer(text, meta["eventId"], delay);
    } else if (meta["type"] === "ack") connection.writeAfterAnswers(text);
    else connection.write(text);
  }

  #close(id: string): void {
    const connection = this.#connections.get(id);
    if (connection === undefined) return;
    connection.close(CLOSED);
    this.#forget(connection);
  }

  #forget(connection: ReferenceConnection): void {
    this.#connections.delete(connection.id);
    this.#over.set(connection.id, connection);
  }

  /** Publications that nobody acknowledges are given up in time (PUB-4). */
  #tickWhenDue(): void {
    this.#cancelTick();
    const [first] = this.#state.acknowledgements;
    if (first === undefined) return;
    const { clock } = this.#environment;
    const cancel = clock.after(Math.max(0, first.dueAt - clock.now()), () => {
      this.#take({ kind: "tick" });
    });
    this.#cancelTick = cancel;
  }
}

/** The `_meta` of a frame; of a list, its last element; of a heartbeat, nothing. */
function metaOf(frame: Json): JsonObject {
  const holder = Array.isArray(frame) ? { _meta: (frame as readonly Json[]).at(-1) } : frame;
  const meta = isJsonObject(holder) ? holder["_meta"] : undefined;
  return isJsonObject(meta) ? meta : {};
}
