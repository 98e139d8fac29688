/**
 * Which actions a server knows at all.
 *
 * @packageDocumentation
 */
import { ACTIONS, type Action } from "../protocol/index.js";
import { Recording, type History } from "../history/index.js";

interface Tally {
  asked: number;
  done: number;
}

export class ActionsKnown {
  readonly #tallies = new Map<string, Tally>();

  /** Takes in a case that was written by hand: its requests make sense. */
  add(history: History): void {
    for (const { request, arriveIndex, answers, operation } of new Recording(history).exchanges) {
      if (arriveIndex === null || operation === null) continue;
      const tally = this.#tallies.get(request.action) ?? { asked: 0, done: 0 };
      this.#tallies.set(request.action, tally);
      tally.asked += 1;
      if (answers[0]?.frame.meta["status"] === "ok") tally.done += 1;
    }
  }

  /** Actions that were asked for and never once done. */
  get unknown(): readonly Action[] {
    return ACTIONS.filter((action) => {
      const tally = this.#tallies.get(action);
      return tally !== undefined && tally.asked > 0 && tally.done === 0;
    });
  }
}
