/**
 * Small arbitraries that read well where they are used.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

/** True `numerator` times in `denominator`. */
export function often(numerator: number, denominator: number): fc.Arbitrary<boolean> {
  return fc.nat(denominator - 1).map((drawn) => drawn < numerator);
}

/** One of the values, each as often as its weight says. */
export function weighted<Value>(...choices: readonly (readonly [number, Value])[]) {
  const values = choices.flatMap(([weight, value]) => Array<Value>(weight).fill(value));
  return fc.constantFrom(...values);
}

/** A list of that length. */
export function listOf<Value>(arbitrary: fc.Arbitrary<Value>, length: number) {
  return fc.array(arbitrary, { minLength: length, maxLength: length });
}
