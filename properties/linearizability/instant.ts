/**
 * Instants: integers of one order, and Infinity for what never came.
 *
 * @packageDocumentation
 */

/** For sorting; a difference would not do, since there is none between two that never came. */
export function compareInstants(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
