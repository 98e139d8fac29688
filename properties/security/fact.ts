/**
 * A fact that changes: what it may be at each moment of a history, from intervals.
 *
 * A change takes effect at one moment between its beginning and its end; where its end is not known,
 * at any time from its beginning on, or never. Changes that overlap may take effect in any order.
 *
 * @packageDocumentation
 */
import { append } from "../append.js";

export interface FactChange<Value> {
  /** Index from which it may have its effect. */
  readonly fromIndex: number;
  /** Index from which it has had its effect; Infinity where that is never certain. */
  readonly byIndex: number;
  readonly value: Value;
}

export class Fact<Value> {
  readonly #initial: Value;
  readonly #changes: readonly FactChange<Value>[];

  constructor(initial: Value, changes: readonly FactChange<Value>[]) {
    this.#initial = initial;
    this.#changes = changes;
  }

  /** All that it may be at the moment after an event; one value where that is certain. */
  possibleAt(index: number): ReadonlySet<Value> {
    const done = this.#changes.filter(({ byIndex }) => byIndex <= index);
    const last = done.filter(
      (change) => !done.some((other) => other !== change && other.fromIndex >= change.byIndex),
    );
    const values = new Set(last.map(({ value }) => value));
    if (last.length === 0) values.add(this.#initial);
    for (const { fromIndex, byIndex, value } of this.#changes) {
      if (fromIndex <= index && byIndex > index) values.add(value);
    }
    return values;
  }
}

/** Facts by name, made from their changes when all are known. */
export class Facts<Value> {
  readonly #initial: ReadonlyMap<string, Value>;
  readonly #otherwise: Value;
  readonly #changes = new Map<string, FactChange<Value>[]>();
  readonly #facts = new Map<string, Fact<Value>>();

  /** @param otherwise what those are that nobody speaks of */
  constructor(initial: ReadonlyMap<string, Value>, otherwise: Value) {
    this.#initial = initial;
    this.#otherwise = otherwise;
  }

  change(name: string, change: FactChange<Value>): void {
    append(this.#changes, name, change);
  }

  changesOf(name: string): readonly FactChange<Value>[] {
    return this.#changes.get(name) ?? [];
  }

  of(name: string): Fact<Value> {
    let fact = this.#facts.get(name);
    if (fact === undefined) {
      const initial = this.#initial.get(name) ?? this.#otherwise;
      fact = new Fact(initial, this.#changes.get(name) ?? []);
      this.#facts.set(name, fact);
    }
    return fact;
  }

  /** Indices at which something begins or ends to change. */
  moments(): readonly number[] {
    return [...this.#changes.values()]
      .flat()
      .flatMap(({ fromIndex, byIndex }) =>
        byIndex === Infinity ? [fromIndex] : [fromIndex, byIndex],
      );
  }
}
