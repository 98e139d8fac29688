/**
 * The schedule: which way the server's event loop goes wherever a real one could go several ways.
 *
 * What an event loop may do, and why nothing else is simulated, is argued in
 * docs/adr/0015-schedules-a-real-event-loop-could-take.md.
 *
 * A schedule is made of decisions. Each is about one event that reaches the server's process, and
 * has a stable name, `<event>/<question>`:
 *
 * - events are counted by what they belong to, from 1: `c1#1/up/3` is the third packet that the first
 *   connection of c1 carried to the server (its opening is the first), `c1#1/up/3+` the rest of it
 *   where it came in two pieces; `timer/1000/2` is the second timer of 1,000 ms that went off,
 *   `pool/4` the fourth answer of the thread pool. Leaving out an operation of one client therefore
 *   leaves the names of everyone else's events as they are.
 * - questions are `early`, `late`, `cut` and `busy`; see `SCHEDULE_QUESTIONS`.
 *
 * The answer to every question is a whole number, and 0 unless the schedule says otherwise: first
 * come, first served; every event followed by all that the server does about it at once; no event
 * in pieces, none that takes time. Smaller numbers are plainer.
 *
 * What a minimiser may do, and the plan stays one that can be run: leave out any decision, lower any
 * `choice` (0 is the same as leaving it out), leave out `decisions` together with the schedule.
 * Decisions about events that don't happen are harmless and may be left out as well. The decisions
 * that a run took are in `CaseRun.decisions`; the plan that has them as its `decisions` runs in
 * exactly the same way.
 *
 * @packageDocumentation
 */

/**
 * What is asked about an event:
 *
 * - `early` (0 to 4): whether the server reads it while it still has immediates to run. 0: only when
 *   none is left. n: after at most n - 1 more rounds of immediates; at 1 it is read in the same poll
 *   as the event before it, and a frame joins the chunk of the frame before it on its connection.
 * - `late` (0 to 3): behind which others that wait at the same moment it comes; the lowest number
 *   goes first, and of equals the first that came. What one connection carries is never reordered.
 * - `cut` (0 to 15): after how many sixteenths of a frame's bytes the chunk ends; the rest comes in
 *   the next one. 0: the frame comes in one piece.
 * - `busy` (0 to `busyMsMax`): for how many virtual milliseconds the server is busy with it and
 *   reads nothing else. Never asked in lockstep.
 */
export const SCHEDULE_QUESTIONS = ["early", "late", "cut", "busy"] as const;

export type ScheduleQuestion = (typeof SCHEDULE_QUESTIONS)[number];

/** The largest answer to each question. */
export const CHOICE_MAX: Readonly<Record<ScheduleQuestion, number>> = {
  early: 4,
  late: 3,
  cut: 15,
  busy: 10_000,
};

/** One decision that is not the default. */
export interface Decision {
  /** `c1#1/up/3/early`. */
  readonly at: string;
  /** 1 or more. */
  readonly choice: number;
}

/**
 * How the questions are answered. With `decisions`, by these alone, and 0 where they say nothing; the
 * rest only tells where they come from. Without, by the strategy:
 *
 * - `fifo`: 0, always.
 * - `random`: each question of each event by itself, by chance, as often as `percent` says.
 * - `pct`: after Burckhardt and others, "A Randomized Scheduler with Probabilistic Guarantees of
 *   Finding Bugs" (2010): every connection has a priority, drawn once, that it keeps (`late`), and
 *   the server is left to finish what it does (`early` is 0) but for a few occasions, drawn in
 *   advance. An occasion is an event that waits while there are immediates. Such an event is read
 *   before they are done, and the priority of its connection is drawn anew. `cut` and `busy` are
 *   answered by chance.
 *
 * A plan without a schedule, or with a fifo schedule without decisions, runs as plans did before
 * there were schedules.
 */
export type PlannedSchedule = FifoSchedule | RandomSchedule | PctSchedule;

export type ScheduleStrategy = PlannedSchedule["strategy"];

interface Recorded {
  /** In no order; at most one for each name. */
  readonly decisions?: readonly Decision[];
}

export interface FifoSchedule extends Recorded {
  readonly strategy: "fifo";
}

export interface RandomSchedule extends Recorded {
  readonly strategy: "random";
  /** Of a hundred events, about how many get another answer than 0 to each question. */
  readonly percent: Readonly<Record<ScheduleQuestion, number>>;
  /** The longest that the server is busy with one event, in virtual milliseconds, 1 or more. */
  readonly busyMsMax: number;
}

export interface PctSchedule extends Recorded {
  readonly strategy: "pct";
  /** At how many occasions the order is changed, 1 or more; the paper's d - 1. */
  readonly changes: number;
  /** Among how many, from the first, they are drawn, 1 or more; the paper's k. */
  readonly occasions: number;
  /** As in `RandomSchedule`. */
  readonly percent: Readonly<Record<"cut" | "busy", number>>;
  readonly busyMsMax: number;
}
