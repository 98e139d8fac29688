/**
 * Writes the history while a case runs.
 *
 * @packageDocumentation
 */
import type { HistoryEvent, HistoryFact } from "../history/index.js";
import type { Clock } from "../sim/index.js";

export class Recorder {
  readonly events: HistoryEvent[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds a fact at the present virtual time; its index is returned. */
  record(fact: HistoryFact): number {
    this.events.push({ at: this.#clock.now(), ...fact });
    return this.events.length - 1;
  }
}
