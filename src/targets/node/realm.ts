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

/** A property that is not as it was. */
export class RealmChange {
  readonly #object: object;
  readonly #key: PropertyKey;
  /** Absent where it is new. */
  readonly #before: PropertyDescriptor | undefined;
  /** Absent where it is gone. */
  readonly #now: PropertyDescriptor | undefined;

  constructor(
    object: object,
    key: PropertyKey,
    before: PropertyDescriptor | undefined,
    now: PropertyDescriptor | undefined,
  ) {
    this.#object = object;
    this.#key = key;
    this.#before = before;
    this.#now = now;
  }

  get key(): string {
    return String(this.#key);
  }

  isSame(other: RealmChange): boolean {
    if (this.#object !== other.#object || this.#key !== other.#key) return false;
    if (this.#now === undefined || other.#now === undefined) return this.#now === other.#now;
    return isSame(this.#now, other.#now);
  }

  /** Changes it so. */
  make(): void {
    put(this.#object, this.#key, this.#now);
  }

  undo(): void {
    put(this.#object, this.#key, this.#before);
  }
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

  includes(object: object): boolean {
    return this.#seen.has(object);
  }

  /** What is not as it was. */
  changes(): RealmChange[] {
    const changes: RealmChange[] = [];
    for (const known of this.#known) changesOf(known, changes);
    return changes;
  }

  /** Puts everything back; the names of what had changed. */
  restore(): string[] {
    const changes = this.changes();
    for (const change of changes) change.undo();
    return changes.map(({ key }) => key);
  }
}

function put(object: object, key: PropertyKey, descriptor: PropertyDescriptor | undefined): void {
  if (descriptor === undefined) Reflect.deleteProperty(object, key);
  else Reflect.defineProperty(object, key, descriptor);
}

function isPartOf(key: PropertyKey, value: unknown): value is object {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  if (key === "prototype") return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function changesOf({ object, keys, descriptors }: Known, changes: RealmChange[]): void {
  const before = changes.length;
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as PropertyKey;
    const now = Object.getOwnPropertyDescriptor(object, key);
    const then = descriptors[index] as PropertyDescriptor;
    if (now !== undefined && isSame(then, now)) continue;
    changes.push(new RealmChange(object, key, then, now));
  }
  const present = Reflect.ownKeys(object);
  if (present.length === keys.length && changes.length === before) return;
  const expected = new Set(keys);
  for (const key of present) {
    if (expected.has(key)) continue;
    changes.push(
      new RealmChange(object, key, undefined, Object.getOwnPropertyDescriptor(object, key)),
    );
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
