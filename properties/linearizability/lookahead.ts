/**
 * Looks ahead in a search: what answers that are not placed yet must find, and which operations that
 * are not placed yet may still leave it.
 *
 * An order that does away with what an answer must find, when nothing can bring it back, leads
 * nowhere. The search by itself learns that when the answer's turn has come, and then has tried all
 * orders of whatever it placed in between.
 *
 * @packageDocumentation
 */
import { compareInstants } from "./instant.js";
import type { Cells, Model, Need, Operation } from "./model.js";

/** What some answers must find at one place. */
interface Wanted {
  readonly need: Need;
  /** Operations with these answers, the first to return first. */
  readonly needers: number[];
  /** Operations that may leave what is needed, the first to be called first. */
  readonly makers: number[];
  /** Of each text that was there, whether it is what is needed. */
  readonly isMetBy: Map<string, boolean>;
}

/** One place at which some answer must find something. */
interface Place {
  readonly name: string;
  readonly wanted: Map<string, Wanted>;
  /** Operations that may leave anything there, the first to be called first. */
  readonly anyMakers: number[];
}

export class Lookahead<State, Input, Output> {
  readonly #cells: Cells<State, Input, Output>;
  readonly #operations: readonly Operation<Input, Output>[];
  readonly #places = new Map<string, Place>();
  /** For each operation, the places at which it may do away with something. */
  readonly #changes: readonly (readonly Place[])[];
  /** For each operation, 1 where it has been placed, or never will be. */
  readonly #isGone: Uint8Array;

  /** @param isTaken whether the search would ever place the operation */
  constructor(
    cells: Cells<State, Input, Output>,
    operations: readonly Operation<Input, Output>[],
    isTaken: (index: number) => boolean,
  ) {
    this.#cells = cells;
    this.#operations = operations;
    this.#isGone = Uint8Array.from(operations, (_, index) => (isTaken(index) ? 0 : 1));
    const order = [...operations.keys()].filter(isTaken);
    for (const index of order.toSorted((one, other) =>
      compareInstants(this.#returnOf(one), this.#returnOf(other)),
    )) {
      this.#addNeeds(index);
    }
    const changes = operations.map((): readonly Place[] => []);
    for (const index of order.toSorted((one, other) => this.#callOf(one) - this.#callOf(other))) {
      changes[index] = this.#addLeavings(index);
    }
    this.#changes = changes;
  }

  /** The operation has been placed, or taken back if it was. */
  flip(index: number): void {
    this.#isGone[index] = this.#isGone[index] === 0 ? 1 : 0;
  }

  /** Whether an answer will miss something once the operation, placed already, has led to that state. */
  isDeadEnd(index: number, after: State): boolean {
    const changes = this.#changes[index] as readonly Place[];
    return changes.some((place) => {
      const there = this.#cells.at(after, place.name);
      if (there === null) return false;
      for (const wanted of place.wanted.values()) {
        if (!isMetBy(wanted, there) && this.#isMissed(wanted, place)) return true;
      }
      return false;
    });
  }

  /** Whether an answer must find what nothing can leave before it. */
  #isMissed({ needers, makers }: Wanted, { anyMakers }: Place): boolean {
    const first = this.#firstLeft(needers);
    if (first === undefined) return false;
    const end = this.#returnOf(first);
    const isInTime = (index: number | undefined) =>
      index !== undefined && this.#callOf(index) <= end;
    return (
      !isInTime(this.#firstLeft(makers, first)) && !isInTime(this.#firstLeft(anyMakers, first))
    );
  }

  #firstLeft(indices: readonly number[], besides = -1): number | undefined {
    return indices.find((index) => this.#isGone[index] === 0 && index !== besides);
  }

  #addNeeds(index: number): void {
    const { input, output } = this.#operation(index);
    if (output === undefined) return;
    for (const need of this.#cells.needs(input, output)) {
      const name = need.place;
      const place: Place = this.#places.get(name) ?? { name, wanted: new Map(), anyMakers: [] };
      this.#places.set(name, place);
      const wanted: Wanted = place.wanted.get(need.name) ?? newWanted(need);
      place.wanted.set(need.name, wanted);
      wanted.needers.push(index);
    }
  }

  #addLeavings(index: number): readonly Place[] {
    const { input, output } = this.#operation(index);
    const changes: Place[] = [];
    for (const [name, value] of this.#cells.leaves(input, output)) {
      const place = this.#places.get(name);
      if (place === undefined) continue;
      changes.push(place);
      if (value === null) place.anyMakers.push(index);
      else this.#addMaker(place, value, index);
    }
    return changes;
  }

  #addMaker(place: Place, text: string, index: number): void {
    for (const wanted of place.wanted.values()) {
      if (isMetBy(wanted, text)) wanted.makers.push(index);
    }
  }

  #returnOf(index: number): number {
    return this.#operation(index).returnIndex ?? Infinity;
  }

  #callOf(index: number): number {
    return this.#operation(index).callIndex;
  }

  #operation(index: number): Operation<Input, Output> {
    return this.#operations[index] as Operation<Input, Output>;
  }
}

function newWanted(need: Need): Wanted {
  return { need, needers: [], makers: [], isMetBy: new Map() };
}

function isMetBy({ need, isMetBy: known }: Wanted, text: string): boolean {
  let isMet = known.get(text);
  if (isMet === undefined) {
    isMet = need.isMetBy(text);
    known.set(text, isMet);
  }
  return isMet;
}

/** A look ahead, if the model tells of cells. */
export function lookaheadOf<State, Input, Output>(
  { cells }: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  isTaken: (index: number) => boolean,
): Lookahead<State, Input, Output> | null {
  return cells === undefined ? null : new Lookahead(cells, operations, isTaken);
}
