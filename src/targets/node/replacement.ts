/**
 * Properties of real objects that are something else while a simulated process runs.
 *
 * A replacement passes for its original: it has the original's name, length and own properties, and
 * `Function.prototype.toString` answers the original's text (packages read all of them).
 *
 * @packageDocumentation
 */

type Func = (this: unknown, ...args: never[]) => unknown;

interface Entry {
  readonly holder: object;
  readonly key: PropertyKey;
  /** What stood there when it was last replaced. */
  original: PropertyDescriptor | undefined;
  readonly replaced: PropertyDescriptor;
}

/** replacement -> what it passes for */
const originals = new WeakMap<object, object>();

/** Makes `replacement` pass for `original`, and returns it. */
export function disguise<T extends object>(replacement: T, original: object): T {
  for (const key of Reflect.ownKeys(original)) {
    if (key === "prototype" || key === "arguments" || key === "caller") continue;
    const descriptor = Object.getOwnPropertyDescriptor(original, key) as PropertyDescriptor;
    const own = Object.getOwnPropertyDescriptor(replacement, key);
    // What the replacement brings on purpose (Date.now, setTimeout's promisified form) stays.
    if (own !== undefined && key !== "name" && key !== "length") continue;
    Object.defineProperty(replacement, key, descriptor);
  }
  originals.set(replacement, original);
  return replacement;
}

export class Replacements {
  readonly #entries: Entry[] = [];
  #installed = false;

  /**
   * Replaces a method, an inherited one as well (`process.emit`); it is left alone when this Node
   * does not have it.
   */
  method(holder: object, key: PropertyKey, make: (original: Func) => Func): void {
    const original = Object.getOwnPropertyDescriptor(holder, key);
    const value: unknown =
      original === undefined ? Reflect.get(holder, key) : read(holder, original);
    if (typeof value !== "function") return;
    const replacement = disguise(make(value as Func), value as Func);
    this.#add(holder, key, original, {
      value: replacement,
      writable: true,
      enumerable: original?.enumerable ?? false,
      configurable: true,
    });
  }

  /** Replaces a plain value, or a class. */
  value(holder: object, key: PropertyKey, value: unknown): void {
    const original = Object.getOwnPropertyDescriptor(holder, key);
    const enumerable = original?.enumerable ?? true;
    this.#add(holder, key, original, { value, writable: true, enumerable, configurable: true });
  }

  /** Replaces a property by one that is computed on each reading. */
  getter(holder: object, key: PropertyKey, get: () => unknown): void {
    const original = Object.getOwnPropertyDescriptor(holder, key);
    const enumerable = original?.enumerable ?? true;
    this.#add(holder, key, original, { get, enumerable, configurable: true });
  }

  install(): void {
    if (this.#installed) throw new Error("the replacements are installed already");
    this.#installed = true;
    for (const entry of this.#entries) {
      entry.original = Object.getOwnPropertyDescriptor(entry.holder, entry.key);
      Object.defineProperty(entry.holder, entry.key, entry.replaced);
    }
  }

  uninstall(): void {
    this.#installed = false;
    for (let index = this.#entries.length - 1; index >= 0; index -= 1) {
      const { holder, key, original } = this.#entries[index] as Entry;
      if (original === undefined) Reflect.deleteProperty(holder, key);
      else Object.defineProperty(holder, key, original);
    }
  }

  /** The objects that have a replaced property. */
  holders(): object[] {
    return [...new Set(this.#entries.map(({ holder }) => holder))];
  }

  #add(
    holder: object,
    key: PropertyKey,
    original: PropertyDescriptor | undefined,
    replaced: PropertyDescriptor,
  ): void {
    // A property that cannot be redefined is one that no target can have changed either.
    if (original?.configurable === false && original.writable !== true) return;
    const descriptor =
      original?.configurable === false ? { value: replaced.value as unknown } : replaced;
    this.#entries.push({ holder, key, original, replaced: descriptor });
  }
}

/** Lets every disguise answer the source text of what it passes for. */
export function replaceFunctionText(replacements: Replacements): void {
  replacements.method(
    Function.prototype,
    "toString",
    (original) =>
      function toString(this: unknown) {
        const passesFor = typeof this === "function" ? originals.get(this) : undefined;
        return Reflect.apply(original, passesFor ?? this, []);
      },
  );
}

function read(holder: object, descriptor: PropertyDescriptor): unknown {
  const { get, value } = descriptor as { get?: Func; value?: unknown };
  return get === undefined ? value : Reflect.apply(get, holder, []);
}
