/**
 * Where an event loop asks which way to go, and what it is answered.
 *
 * Every answer is a whole number and has a name, `<event>/<question>`; 0 is the plain one. What other
 * answers mean is said in src/plan/schedule.ts. An answer depends on the seed and its name (`random`),
 * on what is recorded under its name, or on how many events came before (`pct`): never on how
 * often others were asked.
 *
 * @packageDocumentation
 */
import { prngOf, type Prng, type Streams } from "./streams.js";

export type Question = "early" | "late" | "cut" | "busy";

/** An event as the questions know it: the `number`th of those that `source` brings. */
export interface LoopEvent {
  /** `c1#1/up`, `timer/1000`, `pool`. */
  readonly source: string;
  /** `c1#1/up/3`. */
  readonly name: string;
}

/** A way to answer. */
export interface Strategy {
  /** The event has come; called once for each, in the order in which they come. */
  came(event: LoopEvent): void;
  /** From 0 to `max`. */
  answer(event: LoopEvent, question: Question, max: number): number;
}

export interface Choice {
  readonly at: string;
  readonly choice: number;
}

/** Asks a strategy each question once at most, and keeps what it answered. */
export class Choices {
  readonly #strategy: Strategy;
  readonly #taken = new Map<string, number>();

  constructor(strategy: Strategy) {
    this.#strategy = strategy;
  }

  came(event: LoopEvent): void {
    this.#strategy.came(event);
  }

  choose(event: LoopEvent, question: Question, max: number): number {
    const at = `${event.name}/${question}`;
    const present = this.#taken.get(at);
    if (present !== undefined) return present;
    const answer = Math.min(max, this.#strategy.answer(event, question, max));
    this.#taken.set(at, answer);
    return answer;
  }

  /** All answers so far that are not 0, in the order in which they were asked for. */
  decisions(): readonly Choice[] {
    return [...this.#taken].flatMap(([at, choice]) => (choice === 0 ? [] : [{ at, choice }]));
  }
}

/** Answers what is recorded, and 0 otherwise. */
export function recordedStrategy(decisions: readonly Choice[]): Strategy {
  const choices = new Map(decisions.map(({ at, choice }) => [at, choice]));
  return {
    came: () => undefined,
    answer: ({ name }, question) => choices.get(`${name}/${question}`) ?? 0,
  };
}

/** Answers each question by itself, by chance: not 0 in so many of a hundred cases. */
export function randomStrategy(
  seed: string,
  percent: Readonly<Record<Question, number>>,
): Strategy {
  return {
    came: () => undefined,
    answer({ name }, question, max) {
      if (percent[question] === 0) return 0;
      const prng = prngOf(`${seed}/schedule/${name}/${question}`);
      return prng.chance(percent[question], 100) ? prng.int(1, max) : 0;
    },
  };
}

export interface PctOptions {
  readonly changes: number;
  readonly events: number;
  readonly questions: readonly Question[];
}

/** How many priorities there are: the answers to `late`. */
const PRIORITIES = 4;

/**
 * Gives every source a priority that it keeps, and goes another way at a few events only, which are
 * drawn in advance among the first so many (Burckhardt and others 2010).
 */
export function pctStrategy(streams: Streams, options: PctOptions): Strategy {
  return new Pct(streams.stream("schedule/changes"), streams, options);
}

class Pct implements Strategy {
  readonly #prng: Prng;
  readonly #streams: Streams;
  readonly #questions: readonly Question[];
  readonly #changes: ReadonlySet<number>;
  readonly #priorities = new Map<string, number>();
  /** The question of an event that is treated otherwise. */
  readonly #changed = new Map<string, Question>();
  #count = 0;

  constructor(prng: Prng, streams: Streams, { changes, events, questions }: PctOptions) {
    this.#prng = prng;
    this.#streams = streams;
    this.#questions = questions;
    const drawn = new Set<number>();
    while (drawn.size < Math.min(changes, events)) drawn.add(prng.int(1, events));
    this.#changes = drawn;
  }

  came({ source, name }: LoopEvent): void {
    this.#count += 1;
    if (!this.#changes.has(this.#count)) return;
    this.#changed.set(name, this.#prng.pick(this.#questions));
    this.#drawPriority(source);
  }

  answer({ source, name }: LoopEvent, question: Question, max: number): number {
    if (question === "late") return this.#priorities.get(source) ?? this.#drawPriority(source);
    return this.#changed.get(name) === question ? this.#prng.int(1, max) : 0;
  }

  #drawPriority(source: string): number {
    const priority = this.#streams.stream(`schedule/${source}`).int(0, PRIORITIES - 1);
    this.#priorities.set(source, priority);
    return priority;
  }
}
