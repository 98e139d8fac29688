/**
 * Reference counts of one subscription over a history (SUB-4), as bounds.
 *
 * A request takes effect at one moment between its arrival and its answer, or at any time from its
 * arrival on, or never, where it stays unanswered. All orders that these intervals allow are
 * followed, so that the bounds are exact.
 *
 * @packageDocumentation
 */

export interface CountChange {
  /** Index from which it may have its effect. */
  readonly fromIndex: number;
  /** Index from which it has had its effect; Infinity where that is never certain. */
  readonly byIndex: number;
  /** What it may add or subtract; `clear` sets the count to zero. More than one where the request isn't clear. */
  readonly kind: "add" | "subtract" | "clear";
  readonly amounts: readonly number[];
}

export type Activity = "always" | "sometimes" | "never";

/** More requests in flight at once than this are not followed in all their orders. */
const PENDING_MAX = 6;
const APPLIED = (1 << PENDING_MAX) - 1;
const COUNT_MAX = 4096;

/** Bounds of a count, piecewise constant over the indices of a history. */
export class CountBounds {
  readonly #from: number[] = [-1];
  readonly #low: number[] = [0];
  readonly #high: number[] = [0];

  constructor(changes: readonly CountChange[]) {
    const moments: { index: number; change: CountChange; isEnd: boolean }[] = [];
    for (const change of changes) {
      moments.push({ index: change.fromIndex, change, isEnd: false });
      if (change.byIndex !== Infinity) moments.push({ index: change.byIndex, change, isEnd: true });
    }
    moments.sort(
      (left, right) => left.index - right.index || Number(left.isEnd) - Number(right.isEnd),
    );
    const states = new States();
    for (const { index, change, isEnd } of moments) {
      if (isEnd) states.settle(change);
      else if (!states.start(change)) {
        // Too many at once: from here on nothing is certain.
        this.#push(index, 0, Infinity);
        return;
      }
      this.#push(index, states.low(), states.high());
    }
  }

  #push(index: number, low: number, high: number): void {
    if (this.#low.at(-1) === low && this.#high.at(-1) === high) return;
    this.#from.push(index);
    this.#low.push(low);
    this.#high.push(high);
  }

  /** Whether the count is above zero at every, some or no moment from one index to another. */
  activity(startIndex: number, endIndex: number): Activity {
    let always = true;
    let sometimes = false;
    for (let piece = this.#pieceAt(startIndex); piece < this.#from.length; piece += 1) {
      if ((this.#from[piece] as number) > endIndex) break;
      if ((this.#low[piece] as number) <= 0) always = false;
      if ((this.#high[piece] as number) > 0) sometimes = true;
    }
    return always ? "always" : sometimes ? "sometimes" : "never";
  }

  #pieceAt(index: number): number {
    let [low, high] = [0, this.#from.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#from[middle] as number) <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** The counts that are possible now, each with the set of pending changes that have had their effect. */
class States {
  #pending: (CountChange | null)[] = [];
  /** `count * 2^PENDING_MAX + applied`, each once. */
  #states = new Set<number>([0]);

  /** False when there are too many pending changes to follow. */
  start(change: CountChange): boolean {
    const free = this.#pending.indexOf(null);
    const slot = free >= 0 ? free : this.#pending.length;
    if (slot >= PENDING_MAX) return false;
    this.#pending[slot] = change;
    this.#close();
    return true;
  }

  /** From now on the change has had its effect. */
  settle(change: CountChange): void {
    const slot = this.#pending.indexOf(change);
    if (slot < 0) return;
    const bit = 1 << slot;
    const states = new Set<number>();
    for (const state of this.#states) if ((state & bit) !== 0) states.add(state - bit);
    this.#pending[slot] = null;
    this.#states = states;
  }

  low(): number {
    let low = Infinity;
    for (const state of this.#states) low = Math.min(low, state >> PENDING_MAX);
    return low;
  }

  high(): number {
    let high = 0;
    for (const state of this.#states) high = Math.max(high, state >> PENDING_MAX);
    return high;
  }

  /** Adds every state that a pending change can lead to. A set visits what is added while it is walked. */
  #close(): void {
    for (const state of this.#states) {
      this.#pending.forEach((change, slot) => {
        const bit = 1 << slot;
        if (change === null || (state & bit) !== 0) return;
        const count = state >> PENDING_MAX;
        const applied = (state & APPLIED) | bit;
        for (const next of countsAfter(count, change)) {
          this.#states.add((next << PENDING_MAX) | applied);
        }
      });
    }
  }
}

function countsAfter(count: number, { kind, amounts }: CountChange): readonly number[] {
  switch (kind) {
    case "clear":
      return [0];
    case "add":
      return amounts.map((amount) => Math.min(COUNT_MAX, count + amount));
    case "subtract":
      return amounts.map((amount) => Math.max(0, count - amount));
  }
}
