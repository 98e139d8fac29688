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
  readonly extensible: boolean;
}

/** A picture of objects' own properties, to go back to. */
export class RealmSnapshot {
  readonly #known: Known[] = [];
  readonly #seen = new Set<object>();

  /** Takes in an object, and what hangs on it `depth` properties deep (and on its prototypes). */
  include(value: unknown, depth: number): void {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
    if (this.#seen.has(value)) return;
    this.#seen.add(value);
    const keys = Reflect.ownKeys(value);
    const descriptors = keys.map(
      (key) => Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor,
    );
    this.#known.push({ object: value, keys, descriptors, extensible: Object.isExtensible(value) });
    for (const descriptor of descriptors) {
      if (depth > 0) this.include(descriptor.value, depth - 1);
      // Functions are always taken in: packages hang properties on them.
      else if (typeof descriptor.value === "function") this.include(descriptor.value, 0);
    }
  }

  /** Puts everything back; the names of what had changed. */
  restore(): string[] {
    const changed: string[] = [];
    for (const known of this.#known) restoreObject(known, changed);
    return changed;
  }
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
