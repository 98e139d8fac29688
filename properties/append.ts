/**
 * Maps of lists.
 *
 * @packageDocumentation
 */

/** Adds the value to the list of the key, which is made where there is none. */
export function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
