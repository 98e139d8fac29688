/**
 * Where the search has been: which operations were placed, and the state that they led to.
 *
 * Whatever order led there, what can follow is the same (Lowe); so no such place is searched twice.
 * A pending operation need not take effect at all; so a place is no better than one that differs
 * only in having used fewer of them.
 *
 * @packageDocumentation
 */
import { scatter, type Bitset } from "./bitset.js";

interface Visit {
  readonly answered: Uint32Array;
  readonly pending: Uint32Array;
  readonly stateNumber: number;
}

/** Visits remembered of one place; more would cost more to look through than they spare. */
const VISITS_MAX = 128;

export class Memo {
  readonly #visits = new Map<number, Visit[]>();
  readonly #stateNumbers = new Map<string, number>();

  /**
   * Remembers that the answered and pending operations led to the state; false when nothing new can
   * follow from there.
   */
  add(answered: Bitset, pending: Bitset, stateKey: string): boolean {
    const stateNumber = this.#numberOf(stateKey);
    const hash = answered.hash ^ scatter(~stateNumber);
    let visits = this.#visits.get(hash);
    if (visits === undefined) {
      visits = [];
      this.#visits.set(hash, visits);
    }
    const isCovered = visits.some(
      (visit) =>
        visit.stateNumber === stateNumber &&
        equals(visit.answered, answered.words) &&
        isSubset(visit.pending, pending.words),
    );
    if (isCovered) return false;
    if (visits.length >= VISITS_MAX) return true;
    visits.push({
      answered: answered.words.slice(),
      pending: pending.words.slice(),
      stateNumber,
    });
    return true;
  }

  #numberOf(stateKey: string): number {
    let number = this.#stateNumbers.get(stateKey);
    if (number === undefined) {
      number = this.#stateNumbers.size;
      this.#stateNumbers.set(stateKey, number);
    }
    return number;
  }
}

function equals(left: Uint32Array, right: Uint32Array): boolean {
  for (let index = 0; index < left.length; index += 1) {
    if (left[index] !== right[index]) return false;
  }
  return true;
}

function isSubset(left: Uint32Array, right: Uint32Array): boolean {
  for (let index = 0; index < left.length; index += 1) {
    if (((left[index] as number) & ~(right[index] as number)) !== 0) return false;
  }
  return true;
}
