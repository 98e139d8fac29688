/**
 * Which faults are in force at a moment of a history.
 *
 * @packageDocumentation
 */
import type { HistoryEvent } from "../../src/history/index.js";

type FaultEvent = Extract<HistoryEvent, { kind: "fault" }>;

export class FaultsInForce {
  readonly #faults = new Map<string, FaultEvent>();

  /** Takes the next event of the history. */
  take(event: HistoryEvent): void {
    if (event.kind === "fault") this.#faults.set(event.fault, event);
    if (event.kind === "healed") this.#faults.delete(event.fault);
  }

  has(isMeant: (fault: FaultEvent) => boolean): boolean {
    return [...this.#faults.values()].some(isMeant);
  }
}
