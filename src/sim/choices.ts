/**
 * Where an event loop asks which way to go, and what it is answered.
 *
 * Every answer is a whole number and has a name, `<event>/<question>`; 0 is the plain one. What other
 * answers mean is said in src/plan/schedule.ts.
 *
 * @packageDocumentation
 */
import { prngOf, Streams } from "./streams.js";

export type Question = "early" | "late" | "cut" | "busy";

/** An event, as the questions know it. */
export interface LoopEvent {
  /** `c1#1/up`, `timer/1000`, `pool`. */
  readonly source: string;
  /** `c1#1/up/3`. */
  readonly name: string;
}

/** A way to answer. */
export interface Strategy {
  /** Called once for each event and question. From 0 to `max`. */
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
    answer: ({ name }, question) => choices.get(`${name}/${question}`) ?? 0,
  };
}

/**
 * Answers each question by itself, by chance: not 0 in so many of a hundred cases. An answer depends
 * on the seed and its name alone.
 */
export function randomStrategy(
  seed: string,
  percent: Readonly<Record<Question, number>>,
): Strategy {
  return {
    answer({ name }, question, max) {
      if (percent[question] === 0) return 0;
      const prng = prngOf(`${seed}/schedule/${name}/${question}`);
      return prng.chance(percent[question], 100) ? prng.int(1, max) : 0;
    },
  };
}

export interface PctOptions {
  readonly changes: number;
  readonly occasions: number;
  readonly percent: Readonly<Record<"cut" | "busy", number>>;
}

/** How many priorities there are: the answers to `late`. */
const PRIORITIES = 4;

/**
 * Gives every source a priority that it keeps, and lets events in early on a few occasions only,
 * which are drawn in advance (Burckhardt and others 2010).
 */
export function pctStrategy(seed: string, options: PctOptions): Strategy {
  return new Pct(seed, options);
}

class Pct implements Strategy {
  readonly #streams: Streams;
  readonly #byChance: Strategy;
  readonly #changes: ReadonlySet<number>;
  readonly #priorities = new Map<string, number>();
  #occasions = 0;

  constructor(seed: string, { changes, occasions, percent }: PctOptions) {
    this.#streams = new Streams(seed);
    this.#byChance = randomStrategy(seed, { early: 0, late: 0, ...percent });
    const prng = this.#streams.stream("schedule/changes");
    const drawn = new Set<number>();
    while (drawn.size < Math.min(changes, occasions)) drawn.add(prng.int(1, occasions));
    this.#changes = drawn;
  }

  answer(event: LoopEvent, question: Question, max: number): number {
    switch (question) {
      case "late":
        return this.#priorities.get(event.source) ?? this.#drawPriority(event.source);
      case "early":
        this.#occasions += 1;
        if (!this.#changes.has(this.#occasions)) return 0;
        this.#drawPriority(event.source);
        return this.#streams.stream("schedule/early").int(1, max);
      default:
        return this.#byChance.answer(event, question, max);
    }
  }

  #drawPriority(source: string): number {
    const priority = this.#streams.stream(`schedule/${source}`).int(0, PRIORITIES - 1);
    this.#priorities.set(source, priority);
    return priority;
  }
}
