/**
 * The event loop of one simulated process, one callback at a time.
 *
 * It goes round as Node's does: timers that are due, then a poll of what has arrived, then a round of
 * immediates, each callback followed by next ticks and microtasks. Where a real loop may go either
 * way, it asks (`Choices`). Invariants, argued in docs/adr/0015:
 * - what one source brings is never reordered, and is read once a poll;
 * - a poll reads only what had arrived when it began, and frames that came after one of those on the
 *   same connection before that was read;
 * - immediates added in a round wait for the next one;
 * - timers go off in the order in which they are due; those of one duration in the order in which
 *   they were set; one that was due at an earlier moment goes off before anything is polled;
 * - time doesn't pass while something can be done, unless the process is busy.
 *
 * @packageDocumentation
 */
import type { Choices, LoopEvent, Question } from "./choices.js";
import type { Cancel, Timeline } from "./clock.js";

/** What the loop needs of its process. */
export interface LoopProcess {
  /** Whether immediates wait for their round. */
  readonly hasImmediates: boolean;
  /** Runs next ticks and microtasks until none is left. */
  tick(): void;
  /** Runs the immediates that wait now, each followed by its ticks. */
  round(): void;
}

/** What a connection brings: part of a stream of bytes, or its opening or end. */
export interface Packet {
  /** Bytes of a frame: they may share a chunk with their neighbours, and come in two pieces. */
  readonly isFrame: boolean;
  /** The process reads the sixteenths of it from `from` to `to`. */
  read(from: number, to: number): void;
}

/** Where packets of one connection come in. */
export interface Inlet {
  /** A packet has arrived. */
  arrive(packet: Packet): void;
}

/** What is read of one event in one go. */
interface Event extends LoopEvent {
  readonly kind: "timer" | "packet" | "answer";
  /** When it was due, or arrived. */
  readonly at: number;
  /** By which equals are told apart: first come, first served. */
  readonly order: number;
  /** How many rounds of immediates had been run by then. */
  readonly rounds: number;
  readonly isFrame: boolean;
  /** The sixteenth from which it is still to be read. */
  readonly from: number;
  readonly read: (from: number, to: number) => void;
}

/** Events of one source, in the order in which they came. */
interface Source {
  readonly name: string;
  readonly kind: Event["kind"];
  readonly waiting: Event[];
  /** Reads several frames as one chunk. */
  readonly chunk: (read: () => void) => void;
  came: number;
}

const WHOLE = 16;

export interface EventLoopOptions {
  readonly choices: Choices;
  /** The largest answer to each question; of 0 it isn't asked. */
  readonly most: Readonly<Record<Question, number>>;
}

export class EventLoop {
  /** Time as the process has it: what it sets off is a timer of its loop. */
  readonly timeline: Timeline;
  readonly #time: Timeline;
  readonly #choices: Choices;
  readonly #most: EventLoopOptions["most"];
  /** By name, in the order in which they first brought something. */
  readonly #sources = new Map<string, Source>();
  /** Those that have something waiting. */
  readonly #ready = new Set<Source>();
  #process: LoopProcess | null = null;
  #phase: "timers" | "poll" = "timers";
  /** What had arrived when the poll began and is not read yet; true: it has to be read in this one. */
  readonly #polled = new Map<Source, boolean>();
  /** The duration whose timers are going off. */
  #list: Source | null = null;
  #answers = 0;
  #order = 0;
  #rounds = 0;
  #busyUntil = 0;

  constructor(time: Timeline, { choices, most }: EventLoopOptions) {
    this.#time = time;
    this.#choices = choices;
    this.#most = most;
    this.timeline = {
      now: () => time.now(),
      after: (delayMs, run) => this.#setTimer(delayMs, run),
    };
  }

  /** Whether it decides what runs; before, everything runs as soon as it is due. */
  get isExploring(): boolean {
    return this.#process !== null;
  }

  /** Whether there is something to do at this moment. */
  get isDue(): boolean {
    if (this.#process === null || this.#time.now() < this.#busyUntil) return false;
    return this.#ready.size > 0 || this.#process.hasImmediates || this.#phase === "poll";
  }

  /** Begins to decide; everything that is left from before has been run. */
  explore(process: LoopProcess): void {
    this.#process = process;
  }

  /** The process has ended: nothing of it runs any more. */
  end(): void {
    this.#process = null;
    for (const source of this.#ready) source.waiting.length = 0;
    this.#ready.clear();
    this.#polled.clear();
    this.#phase = "timers";
    this.#list = null;
    this.#busyUntil = 0;
  }

  /**
   * Where the packets of a connection come in.
   * @param name stable, `c1#1/up`
   * @param chunk reads what `read` reads in one go, as one chunk of bytes
   */
  inlet(name: string, chunk: (read: () => void) => void): Inlet {
    const source = this.#source(name, "packet", chunk);
    return {
      arrive: (packet) => {
        const read: Event["read"] = (from, to) => packet.read(from, to);
        if (this.#process === null) chunk(() => read(0, WHOLE));
        else this.#add(source, packet.isFrame, read);
      },
    };
  }

  /** Something that the process asked for outside of it has come: it is told of it in a poll. */
  answer(run: () => void): Cancel {
    // A source of its own: answers of a thread pool come in any order.
    this.#answers += 1;
    const source = this.#source(`pool/${this.#answers}`, "answer");
    return this.#add(source, false, run);
  }

  /** One callback with its ticks, or one round of immediates. */
  turn(): void {
    const process = this.#process;
    if (process === null) return;
    const source = this.#next(process);
    if (source === null) {
      this.#check(process);
      return;
    }
    if (source.kind === "timer") this.#list = source;
    else this.#beginPoll(source);
    const busyMs = this.#read(source);
    process.tick();
    // It may have ended meanwhile.
    if (busyMs > 0 && this.#process === process) this.#beBusy(busyMs);
  }

  #setTimer(delayMs: number, run: () => void): Cancel {
    let cancelDue: Cancel = () => undefined;
    const cancel = this.#time.after(delayMs, () => {
      if (this.#process === null) run();
      else cancelDue = this.#add(this.#source(`timer/${delayMs}`, "timer"), false, run);
    });
    return () => {
      cancel();
      cancelDue();
    };
  }

  #source(name: string, kind: Event["kind"], chunk: Source["chunk"] = (read) => read()): Source {
    let source = this.#sources.get(name);
    if (source === undefined) {
      source = { name, kind, waiting: [], chunk, came: 0 };
      // What comes only once is not kept.
      if (kind !== "answer") this.#sources.set(name, source);
    }
    return source;
  }

  #add(source: Source, isFrame: boolean, read: Event["read"]): Cancel {
    source.came += 1;
    this.#order += 1;
    const event: Event = {
      source: source.name,
      name: source.kind === "answer" ? source.name : `${source.name}/${source.came}`,
      kind: source.kind,
      at: this.#time.now(),
      order: this.#order,
      rounds: this.#rounds,
      isFrame,
      from: 0,
      read,
    };
    source.waiting.push(event);
    this.#ready.add(source);
    return () => this.#remove(source, event);
  }

  #remove(source: Source, event: Event): void {
    const index = source.waiting.indexOf(event);
    if (index === -1) return;
    source.waiting.splice(index, 1);
    this.#forgetIfEmpty(source);
  }

  #forgetIfEmpty(source: Source): void {
    if (source.waiting.length > 0) return;
    this.#ready.delete(source);
    this.#polled.delete(source);
    if (this.#list === source) this.#list = null;
  }

  /** The source that is served next; null for a round of immediates, or a new turn of the loop. */
  #next({ hasImmediates }: LoopProcess): Source | null {
    const now = this.#time.now();
    if (this.#phase === "timers") {
      const late = this.#lateTimer(now);
      if (late !== null) return late;
    }
    let first: Source | null = null;
    for (const source of this.#ready) {
      if (!this.#mayCome(source, hasImmediates, now)) continue;
      if (first === null || this.#goesBefore(source, first)) first = source;
    }
    return first;
  }

  /** Timers whose time has passed: by when they were due, and all of one duration in one go. */
  #lateTimer(now: number): Source | null {
    const list = this.#list;
    if (list !== null && headOf(list).at < now) return list;
    let first: Source | null = null;
    for (const source of this.#ready) {
      if (source.kind !== "timer" || headOf(source).at >= now) continue;
      if (first === null || headOf(source).at < headOf(first).at) first = source;
      else if (headOf(source).at === headOf(first).at && this.#goesBefore(source, first)) {
        first = source;
      }
    }
    return first;
  }

  #mayCome(source: Source, hasImmediates: boolean, now: number): boolean {
    const event = headOf(source);
    const isOwed = this.#phase === "poll" ? this.#polled.get(source) : event.at < now;
    if (isOwed === undefined) return false;
    if (isOwed || !hasImmediates) return true;
    const early = this.#ask(event, "early");
    return early > 0 && this.#rounds - event.rounds >= early - 1;
  }

  #goesBefore(left: Source, right: Source): boolean {
    const [one, other] = [headOf(left), headOf(right)];
    const byPriority = this.#ask(one, "late") - this.#ask(other, "late");
    return byPriority < 0 || (byPriority === 0 && one.order < other.order);
  }

  #beginPoll(source: Source): void {
    if (this.#phase === "timers") {
      this.#phase = "poll";
      this.#list = null;
      const now = this.#time.now();
      for (const ready of this.#ready) {
        if (ready.kind !== "timer") this.#polled.set(ready, headOf(ready).at < now);
      }
    }
    this.#polled.delete(source);
  }

  /** Reads what waits at a source in one go; for how long the process is busy with it. */
  #read(source: Source): number {
    const now = this.#time.now();
    let busyMs = 0;
    source.chunk(() => {
      let event = take(source);
      for (;;) {
        const cut = event.isFrame && event.from === 0 ? this.#ask(event, "cut") : 0;
        event.read(event.from, cut === 0 ? WHOLE : cut);
        busyMs += this.#ask(event, "busy");
        if (cut > 0) {
          source.waiting.unshift(this.#restOf(event, cut));
          break;
        }
        const next = source.waiting[0];
        if (next === undefined || !event.isFrame || !next.isFrame) break;
        if (next.at >= now && this.#ask(next, "early") !== 1) break;
        event = take(source);
      }
    });
    this.#forgetIfEmpty(source);
    return busyMs;
  }

  /** What is left of a frame that came in part. */
  #restOf(event: Event, from: number): Event {
    const at = this.#time.now();
    return { ...event, name: `${event.name}+`, at, rounds: this.#rounds, from };
  }

  #check(process: LoopProcess): void {
    this.#phase = "timers";
    this.#polled.clear();
    this.#list = null;
    if (!process.hasImmediates) return;
    process.round();
    this.#rounds += 1;
  }

  #beBusy(busyMs: number): void {
    this.#busyUntil = this.#time.now() + busyMs;
    this.#time.after(busyMs, () => undefined);
  }

  #ask(event: Event, question: Question): number {
    const most = this.#most[question];
    return most === 0 ? 0 : this.#choices.choose(event, question, most);
  }
}

function headOf({ waiting }: Source): Event {
  return waiting[0] as Event;
}

function take({ waiting }: Source): Event {
  return waiting.shift() as Event;
}
