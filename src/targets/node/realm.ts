/**
 * What a process starts with: globals, prototypes and built-in modules, as they were before a target
 * changed them.
 *
 * @packageDocumentation
 */

interface Known {
  readonly object: object;
  readonly keys: readonly PropertyKey[];
  readonly descriptors: readonly PropertyDescriptor[];
}

/** A picture of objects' own properties, to go back to. */
export class RealmSnapshot {
  readonly #known: Known[] = [];
  readonly #seen = new Set<object>();

  /** Takes in an object's own properties, not what hangs on them. */
  includeShallow(object: object): void {
    if (this.#seen.has(object)) return;
    this.#seen.add(object);
    const keys = Reflect.ownKeys(object);
    const descriptors = keys.map(
      (key) => Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor,
    );
    this.#known.push({ object, keys, descriptors });
  }

  /**
   * Takes in an object and the functions, prototypes and name spaces that hang on it, at any depth.
   * Instances are left out: they are the tool's as much as the target's.
   */
  include(object: object): void {
    if (this.#seen.has(object)) return;
    this.includeShallow(object);
    const { keys, descriptors } = this.#known.at(-1) as Known;
    for (const [index, descriptor] of descriptors.entries()) {
      const value: unknown = descriptor.value;
      if (isPartOf(keys[index] as PropertyKey, value)) this.include(value);
    }
  }

  /** Puts everything back; the names of what had changed. */
  restore(): string[] {
    const changed: string[] = [];
    for (const known of this.#known) restoreObject(known, changed);
    return changed;
  }
}

function isPartOf(key: PropertyKey, value: unknown): value is object {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  if (key === "prototype") return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function restoreObject(known: Known, changed: string[]): void {
  const { object, keys, descriptors } = known;
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as PropertyKey;
    const before = descriptors[index] as PropertyDescriptor;
    const now = Object.getOwnPropertyDescriptor(object, key);
    if (now !== undefined && isSame(before, now)) continue;
    changed.push(String(key));
    Reflect.defineProperty(object, key, before);
  }
  const present = Reflect.ownKeys(object);
  if (present.length === keys.length) return;
  const expected = new Set(keys);
  for (const key of present) {
    if (expected.has(key)) continue;
    changed.push(String(key));
    Reflect.deleteProperty(object, key);
  }
}

function isSame(before: PropertyDescriptor, now: PropertyDescriptor): boolean {
  return (
    Object.is(before.value, now.value) &&
    before.get === now.get &&
    before.set === now.set &&
    before.enumerable === now.enumerable &&
    before.configurable === now.configurable &&
    before.writable === now.writable
  );
}
