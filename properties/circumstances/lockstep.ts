/**
 * What faults take from a lockstep case: that one operation is under way at a time, and that each is
 * answered (docs/FAULTS.md, "What lockstep loses").
 *
 * @packageDocumentation
 */
import type { Exchange, HistoryEvent, Recording } from "../../src/history/index.js";

/** Faults after which a server may refuse what the model does, or is asked twice. */
const UNPREDICTABLE: readonly unknown[] = ["relay", "disk-full", "disk-error"];

export class Lockstep {
  readonly #recording: Recording;
  readonly #firstFaultIndex: number;
  /** Where the server learns that a client has left. */
  readonly #leaves: readonly number[];
  /** Where connections end, and where faults begin of which nothing can be predicted. */
  readonly #turns: readonly number[];
  /** From when on, and until when, a request is under way; in the order of sending. */
  readonly #intervals: readonly { readonly exchange: Exchange; readonly endIndex: number }[];

  constructor(recording: Recording) {
    this.#recording = recording;
    const index = recording.events.findIndex(({ kind }) => kind === "fault");
    this.#firstFaultIndex = index < 0 ? Infinity : index;
    this.#leaves = recording.events.flatMap((event, index) =>
      event.kind === "end" && event.by === "client" ? [index] : [],
    );
    this.#turns = recording.events.flatMap((event, index) => {
      const isTurn = event.kind === "end" || (event.kind === "fault" && this.endsWith(event));
      return isTurn ? [index] : [];
    });
    this.#intervals = recording.exchanges.map((exchange) => ({
      exchange,
      endIndex: exchange.answers[0]?.writeIndex ?? exchange.arriveIndex ?? exchange.sendIndex,
    }));
  }

  /** Whether what a fault brings about can't be predicted, whenever it comes. */
  endsWith({ what }: Extract<HistoryEvent, { kind: "fault" }>): boolean {
    return UNPREDICTABLE.includes(what["kind"]);
  }

  /** Whether a request is still alone at the server, and is answered unless the server fails to. */
  holdsFor(exchange: Exchange): boolean {
    const { arriveIndex, answers, connection, operation, sendIndex } = exchange;
    const endIndex = answers[0]?.writeIndex ?? arriveIndex ?? sendIndex;
    const isMeanwhile = (index: number) => index > sendIndex && index < endIndex;
    // The next connection's requests may come before or after, over links of their own.
    if (this.#leaves.some(isMeanwhile)) return false;
    if (endIndex < this.#firstFaultIndex && answers.length > 0) return true;
    if (this.#firstFaultIndex === Infinity) return true;
    if (answers.length === 0 && this.#isLost(connection)) return false;
    // It may be carried out before a session goes, or a disk fails, or after.
    if (this.#turns.some(isMeanwhile)) return false;
    return !this.#intervals.some(
      (other) =>
        other.exchange.operation !== operation &&
        other.exchange.sendIndex < endIndex &&
        other.endIndex > sendIndex,
    );
  }

  /** Whether a connection ended before all was quiet. */
  #isLost(connection: string): boolean {
    const { endIndex } = this.#recording.connection(connection);
    const quietIndex = this.#recording.events.findLastIndex(({ kind }) => kind === "quiet");
    return endIndex !== null && (quietIndex < 0 || endIndex < quietIndex);
  }
}
