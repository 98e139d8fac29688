/**
 * Documents by path, in memory.
 */
import { compareTexts, readOf } from "./query.js";
import { isPattern, matches } from "./paths.js";

const OWN = ["/_SYSTEM", "/_TAGS"];

/** Whether a value is an object, and no array. */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How data is kept: an object without `_meta`, and anything else as `{value}`. */
export function documentOf(data = {}) {
  if (!isObject(data)) return { value: data };
  return Object.fromEntries(Object.entries(data).filter(([key]) => key !== "_meta"));
}

export class Store {
  #items = new Map();
  #writes = 0;
  #latest = 0;

  /** Epoch milliseconds that never go back. */
  now() {
    this.#latest = Math.max(this.#latest, Date.now());
    return this.#latest;
  }

  newId() {
    this.#writes += 1;
    return `${this.now()}_${this.#writes}`;
  }

  at(path) {
    return this.#items.get(path);
  }

  /** What a document becomes by a merge: a null leaves what is there. */
  merged(path, added) {
    const present = this.#items.get(path)?.data ?? {};
    const taken = Object.entries(added).filter(
      ([key, value]) => value !== null || !Object.hasOwn(present, key),
    );
    return Object.fromEntries([...Object.entries(present), ...taken]);
  }

  write(path, data) {
    const modified = this.now();
    this.#writes += 1;
    const created = this.#items.get(path)?.created ?? modified;
    const item = { path, data, created, modified, order: this.#writes };
    this.#items.set(path, item);
    return item;
  }

  /** Removes what matches; how much that was. */
  remove(pattern) {
    const found = this.find(pattern);
    for (const { path } of found) this.#items.delete(path);
    return found.length;
  }

  /** What matches a path or a pattern, ascending by path. */
  find(pattern) {
    if (!isPattern(pattern)) return this.#items.has(pattern) ? [this.#items.get(pattern)] : [];
    const isOwn = (path) => OWN.some((prefix) => path.startsWith(prefix));
    return [...this.#items.values()]
      .filter(({ path }) => matches(pattern, path) && (!isOwn(path) || isOwn(pattern)))
      .sort((left, right) => compareTexts(left.path, right.path));
  }

  /** What matches, as the options of a `get` choose, order and shorten it. */
  read(pattern, options) {
    return readOf(this.find(pattern), options);
  }
}

/** An item among others: its data, with a `_meta` of its own. */
export function listed({ data, path, created, modified }) {
  return { ...data, _meta: { created, modified, path } };
}
