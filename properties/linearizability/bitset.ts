/**
 * A set of small integers, with a hash that follows every change.
 *
 * @packageDocumentation
 */
export class Bitset {
  readonly words: Uint32Array;
  #hash = 0;

  /** For members from 0 up to and without `size`. */
  constructor(size: number) {
    this.words = new Uint32Array(Math.ceil(size / 32));
  }

  /** Equal sets have equal hashes; a 32-bit integer. */
  get hash(): number {
    return this.#hash;
  }

  has(member: number): boolean {
    return (((this.words[member >>> 5] as number) >>> (member & 31)) & 1) === 1;
  }

  /** Adds a member that is not in the set, or takes one out that is. */
  flip(member: number): void {
    this.words[member >>> 5] = (this.words[member >>> 5] as number) ^ (1 << (member & 31));
    this.#hash ^= scatter(member + 1);
  }
}

/** Spreads an integer over 32 bits, one to one, so that sums of neighbours don't meet. */
export function scatter(value: number): number {
  let mixed = Math.imul(value, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
