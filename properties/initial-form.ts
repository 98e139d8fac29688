/**
 * Initial values as they are told: each with its path, oldest first (SUB-6).
 *
 * @packageDocumentation
 */
import { isJsonObject, type Json } from "../src/protocol/index.js";
import { documentTextOf, pathOfItem } from "./store-operation.js";

export interface InitialItem {
  /** Null where it says none. */
  readonly path: string | null;
  /** Epoch milliseconds; null where it says none. */
  readonly modified: number | null;
  /** Without `_meta`, canonical. */
  readonly text: string;
}

/** The items in the data of an answer; what is no list is one item that says nothing. */
export function itemsOf(data: Json | undefined): readonly InitialItem[] {
  if (!Array.isArray(data)) return [{ path: null, modified: null, text: "" }];
  return (data as readonly Json[]).map((item) => {
    const meta = isJsonObject(item) ? item["_meta"] : undefined;
    const modified = isJsonObject(meta) ? meta["modified"] : undefined;
    return {
      path: pathOfItem(item),
      modified: typeof modified === "number" ? modified : null,
      text: documentTextOf(item),
    };
  });
}

export interface InitialFault {
  readonly word: string;
  /** After `c1, whose "on" of … arrived at 3 ms, `. */
  readonly found: string;
  readonly wanted: string;
}

/** What is wrong with the items by themselves, whatever is stored. */
export function initialFormFault(items: readonly InitialItem[]): InitialFault | null {
  if (items.some(({ path }) => path === null)) {
    return {
      word: "without-path",
      found: "was told of an item that does not say its path",
      wanted: "A list of items, each with its _meta.path",
    };
  }
  const seen = new Set<string | null>();
  for (const { path } of items) {
    if (seen.has(path)) {
      return {
        word: "item-twice",
        found: `was told of ${JSON.stringify(path)} twice`,
        wanted: "Each item once",
      };
    }
    seen.add(path);
  }
  for (const [index, item] of items.entries()) {
    const before = items[index - 1];
    if (before === undefined || before.modified === null || item.modified === null) continue;
    if (before.modified <= item.modified) continue;
    return {
      word: "not-oldest-first",
      found: `was told of ${JSON.stringify(before.path)}, modified at ${before.modified}, before ${JSON.stringify(item.path)}, modified at ${item.modified}`,
      wanted: "The items oldest modified first",
    };
  }
  return null;
}
