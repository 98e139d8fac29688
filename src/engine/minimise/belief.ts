/**
 * What is believed about the elements of a plan: how likely the failure needs each.
 *
 * Probabilistic delta debugging (Wang, Shen, Chen, Xiong and Zhang, ESEC/FSE 2021): where ddmin
 * halves blindly, the next elements to leave out are those whose going is expected to take most
 * away, and a set that could not go makes each of its elements more suspect, the more so the smaller
 * the set. It begins with what the evidence suggests. Only sums, products and quotients, which are
 * the same on every machine.
 *
 * @packageDocumentation
 */

/** From there on an element is tried by itself. */
const ALMOST_CERTAIN = 0.9;

interface Opinion {
  /** How likely it is needed; 1: it could not go by itself. */
  readonly need: number;
  /** It was among those that could not go. */
  readonly isSuspect: boolean;
}

export class Belief {
  /** By element, in the order in which equals should go. */
  readonly #opinions: ReadonlyMap<string, Opinion>;

  private constructor(opinions: ReadonlyMap<string, Opinion>) {
    this.#opinions = opinions;
  }

  /** @param needs how likely each element is needed, above 0 and below 1; of equals, the first goes first */
  static of(needs: Iterable<readonly [string, number]>): Belief {
    const opinions = [...needs].map(([key, need]) => [key, { need, isSuspect: false }] as const);
    return new Belief(new Map(opinions));
  }

  /** Whose going is expected to take most away; none when each that is left was needed. */
  next(): ReadonlySet<string> {
    const open = [...this.#opinions].filter(([, { need }]) => need < 1);
    open.sort(([, left], [, right]) => left.need - right.need);
    let chance = 1;
    let gainMax = 0;
    let count = 0;
    for (const [index, [, { need }]] of open.entries()) {
      if (index > 0 && need >= ALMOST_CERTAIN) break;
      chance *= 1 - need;
      const gain = chance * (index + 1);
      if (gain <= gainMax) break;
      gainMax = gain;
      count = index + 1;
    }
    return new Set(open.slice(0, count).map(([key]) => key));
  }

  /** How likely one of these is needed. */
  needOf(keys: ReadonlySet<string>): number {
    let chance = 1;
    for (const key of keys) chance *= 1 - (this.#opinions.get(key)?.need ?? 0);
    return 1 - chance;
  }

  /** After these could go: what is like them is less likely needed than it was thought. */
  without(gone: ReadonlySet<string>): Belief {
    let expected = 0;
    let needMax = 0;
    for (const key of gone) {
      const need = this.#opinions.get(key)?.need ?? 0;
      expected += need;
      needMax = Math.max(needMax, need);
    }
    const left = [...this.#opinions].filter(([key]) => !gone.has(key));
    return new Belief(
      new Map(
        left.map(([key, opinion]) => {
          const isLike = !opinion.isSuspect && opinion.need <= needMax;
          return [key, isLike ? { ...opinion, need: opinion.need / (1 + expected) } : opinion];
        }),
      ),
    );
  }

  /** After these could not go together: at least one of them is needed. */
  keeping(kept: ReadonlySet<string>): Belief {
    const suspicion = this.needOf(kept);
    const raised = (need: number) => (kept.size === 1 ? 1 : Math.min(0.999, need / suspicion));
    return new Belief(
      new Map(
        [...this.#opinions].map(([key, opinion]) => [
          key,
          kept.has(key) ? { need: raised(opinion.need), isSuspect: true } : opinion,
        ]),
      ),
    );
  }
}
