/**
 * A stand-in for a module that is run anew for each process, to be held by modules that are kept: it
 * forwards whatever is done with it to the module of the process that is running.
 *
 * Functions that hang on the module are stood in for as well, since they are taken off when a module
 * loads and called later. What they return is theirs.
 *
 * @packageDocumentation
 */

type Callable = (...args: unknown[]) => unknown;

/** @param current the value of now; of the same type whenever it is asked for */
export function forwarding(current: () => object): object {
  return standIn(current, () => undefined, null);
}

/**
 * @param owner what the function is taken off, where it is a method: its `this`, if it was called on
 * the stand-in of the owner
 */
function standIn(current: () => object, owner: () => unknown, ownerStandIn: unknown): object {
  const parts = new Map<PropertyKey, object>();
  const target: object = typeof current() === "function" ? function () {} : {};
  const proxy: object = new Proxy(target, {
    get(_, key) {
      const value: unknown = Reflect.get(current(), key);
      if (typeof value !== "function" || key === "constructor") return value;
      let part = parts.get(key);
      if (part === undefined) {
        part = standIn(() => Reflect.get(current(), key) as object, current, proxy);
        parts.set(key, part);
      }
      return part;
    },
    set: (_, key, value) => Reflect.set(current(), key, value),
    has: (_, key) => Reflect.has(current(), key),
    deleteProperty: (_, key) => Reflect.deleteProperty(current(), key),
    ownKeys: () => {
      const fixed = Reflect.ownKeys(target).filter(
        (key) => Reflect.getOwnPropertyDescriptor(target, key)?.configurable === false,
      );
      return [...new Set([...Reflect.ownKeys(current()), ...fixed])];
    },
    getOwnPropertyDescriptor: (_, key) => {
      const fixed = Reflect.getOwnPropertyDescriptor(target, key);
      if (fixed?.configurable === false) return fixed;
      const found = Reflect.getOwnPropertyDescriptor(current(), key);
      return found === undefined ? undefined : { ...found, configurable: true };
    },
    defineProperty: (_, key, descriptor) => Reflect.defineProperty(current(), key, descriptor),
    getPrototypeOf: () => Reflect.getPrototypeOf(current()),
    apply: (_, self, args: unknown[]) =>
      Reflect.apply(
        current() as Callable,
        ownerStandIn !== null && self === ownerStandIn ? owner() : (self as unknown),
        args,
      ),
    construct: (_, args: unknown[], newTarget) => {
      const constructor = current() as Callable;
      const made = newTarget === proxy ? constructor : newTarget;
      return Reflect.construct(constructor, args, made) as object;
    },
  });
  return proxy;
}
