/**
 * Named streams of chance, one per purpose and actor.
 *
 * A stream's values depend on the seed and its name only, so that leaving out an operation does not
 * shift everyone else's luck. Integers only: no float arithmetic can differ between machines. The
 * only file that imports seedrandom; its values under a seed must never change.
 *
 * @packageDocumentation
 */
import seedrandom from "seedrandom";

export interface Prng {
  /** A whole number between `min` and `max`, both included; `max - min` is below 2^32. */
  int(min: number, max: number): number;
  /** True `numerator` times in `denominator`. */
  chance(numerator: number, denominator: number): boolean;
  /** One of the items, which must not be empty. */
  pick<T>(items: readonly T[]): T;
  /** An unsigned 32-bit number. */
  uint32(): number;
}

export class Streams {
  readonly #seed: string;
  readonly #open = new Map<string, Prng>();

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** The stream of that name; the same object for the same name, so that its position is kept. */
  stream(name: string): Prng {
    let prng = this.#open.get(name);
    if (prng === undefined) {
      prng = prngOf(`${this.#seed}/${name}`);
      this.#open.set(name, prng);
    }
    return prng;
  }
}

/** A stream by itself, seeded with a text. */
export function prngOf(seed: string): Prng {
  const alea = seedrandom.alea(seed);
  const uint32 = () => alea.int32() >>> 0;
  const below = (count: number) => {
    if (count < 1 || count > 0x1_0000_0000) throw new RangeError(`nothing to draw from ${count}`);
    // Rejection keeps every value equally likely without floats.
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % count);
    let drawn = uint32();
    while (drawn >= limit) drawn = uint32();
    return drawn % count;
  };
  const int = (min: number, max: number) => {
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || max < min) {
      throw new RangeError(`no whole number lies between ${min} and ${max}`);
    }
    return min + below(max - min + 1);
  };
  return {
    int,
    uint32,
    chance: (numerator, denominator) => below(denominator) < numerator,
    pick: (items) => {
      if (items.length === 0) throw new RangeError("nothing to pick from");
      return items[below(items.length)] as (typeof items)[number];
    },
  };
}
