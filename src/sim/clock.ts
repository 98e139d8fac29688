/**
 * The virtual clock and its queue: the only thing that decides what runs next.
 *
 * Events run in the order of their time, and of their scheduling where times are equal. Time is
 * whole milliseconds since the case began and never goes back.
 *
 * @packageDocumentation
 */

/** Cancels what was scheduled; harmless when it already ran. */
export type Cancel = () => void;

/** Time, for those who may not move it. */
export interface Timeline {
  /** Virtual milliseconds since the case began. */
  now(): number;
  /** Runs `run` after `delayMs` (a whole number, 0 or more) virtual milliseconds. */
  after(delayMs: number, run: () => void): Cancel;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  run: (() => void) | null;
}

export class Clock implements Timeline {
  readonly #heap: Entry[] = [];
  #now = 0;
  #order = 0;
  #live = 0;

  /** Virtual milliseconds since the case began. */
  now(): number {
    return this.#now;
  }

  /** How many events are scheduled and not cancelled. */
  get pending(): number {
    return this.#live;
  }

  /** Runs `run` after `delayMs` (a whole number, 0 or more) virtual milliseconds. */
  after(delayMs: number, run: () => void): Cancel {
    if (!Number.isSafeInteger(delayMs) || delayMs < 0) {
      throw new RangeError(`a delay is a whole number of milliseconds, not ${delayMs}`);
    }
    const entry: Entry = { at: this.#now + delayMs, order: this.#order, run };
    this.#order += 1;
    this.#live += 1;
    push(this.#heap, entry);
    return () => {
      if (entry.run === null) return;
      entry.run = null;
      this.#live -= 1;
    };
  }

  /** When the next event is due; null when nothing is scheduled. */
  nextAt(): number | null {
    this.#dropCancelled();
    return this.#heap[0]?.at ?? null;
  }

  /** Moves time to the next event and runs it; false when nothing is scheduled. */
  step(): boolean {
    this.#dropCancelled();
    const entry = pop(this.#heap);
    if (entry === undefined) return false;
    const run = entry.run as () => void;
    entry.run = null;
    this.#live -= 1;
    this.#now = entry.at;
    run();
    return true;
  }

  #dropCancelled(): void {
    while (this.#heap.length > 0 && this.#heap[0]?.run === null) pop(this.#heap);
  }
}

function isBefore(left: Entry, right: Entry): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}

function push(heap: Entry[], entry: Entry): void {
  let index = heap.length;
  heap.push(entry);
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex] as Entry;
    if (!isBefore(entry, parent)) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = entry;
}

function pop(heap: Entry[]): Entry | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) return top;
  let index = 0;
  for (;;) {
    let childIndex = 2 * index + 1;
    if (childIndex >= heap.length) break;
    const rightIndex = childIndex + 1;
    if (
      rightIndex < heap.length &&
      isBefore(heap[rightIndex] as Entry, heap[childIndex] as Entry)
    ) {
      childIndex = rightIndex;
    }
    const child = heap[childIndex] as Entry;
    if (!isBefore(child, last)) break;
    heap[index] = child;
    index = childIndex;
  }
  heap[index] = last;
  return top;
}
