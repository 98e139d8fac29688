/**
 * The store: documents by path (PROTOCOL.md 4).
 *
 * @packageDocumentation
 */
import {
  compareText,
  isJsonObject,
  isPattern,
  type Json,
  type JsonObject,
} from "../src/protocol/index.js";
import { match } from "./pattern.js";
import type { PatternRule, Profile } from "./profile.js";

export interface Item {
  readonly data: JsonObject;
  /** Epoch milliseconds at which the path came into being, kept on overwrite (STO-2). */
  readonly created: number;
  /** Epoch milliseconds of the last write. */
  readonly modified: number;
}

export type Store = ReadonlyMap<string, Item>;

export interface StoredItem extends Item {
  readonly path: string;
}

/** What a pattern finds. */
export interface Found {
  /** Ascending by path (STO-6). */
  readonly items: readonly StoredItem[];
  /** Whether some of them match by a `may` of SUB-5 only: a server is free to leave those out. */
  readonly isSettled: boolean;
}

/** Paths that a pattern from outside does not reach: the server's own (STO-6). */
const OWN_PREFIXES = ["/_SYSTEM", "/_TAGS"];

/** How data is kept: objects without a top-level `_meta`, anything else as `{value}`, absent data as `{}` (STO-1). */
export function documentOf(data: Json | undefined): JsonObject {
  if (data === undefined) return {};
  if (!isJsonObject(data)) return { value: data };
  if (!Object.hasOwn(data, "_meta")) return data;
  return Object.fromEntries(Object.entries(data).filter(([key]) => key !== "_meta"));
}

/** What is kept after a merge of top-level keys into the present document (STO-4). */
export function mergedOf(
  present: JsonObject,
  added: JsonObject,
  ofNull: Profile["mergeOfNull"],
): JsonObject {
  if (ofNull === "replaces") return { ...present, ...added };
  const taken = Object.entries(added).filter(
    ([key, value]) => value !== null || !Object.hasOwn(present, key),
  );
  return { ...present, ...Object.fromEntries(taken) };
}

/** The item that a write of `data` at `now` (epoch milliseconds) leaves at the path. */
export function writtenItem(store: Store, path: string, data: JsonObject, now: number): StoredItem {
  return { path, data, created: store.get(path)?.created ?? now, modified: now };
}

/** The store with the item at its path. */
export function withItem(store: Store, { path, data, created, modified }: StoredItem): Store {
  return new Map(store).set(path, { data, created, modified });
}

/** The store without the paths. */
export function withoutPaths(store: Store, paths: readonly string[]): Store {
  const left = new Map(store);
  for (const path of paths) left.delete(path);
  return left;
}

/**
 * What matches a path or a pattern. What matches by a `may` only is found as well, as servers of
 * the rule `crossing` find it, and then the answer is not settled.
 */
export function find(store: Store, pattern: string, rule: PatternRule): Found {
  const items: StoredItem[] = [];
  let isSettled = true;
  for (const [path, item] of store) {
    if (isOwn(path) && !isOwn(pattern)) continue;
    const matched = match(pattern, path, rule);
    if (matched === "never") continue;
    if (matched === "may") isSettled = false;
    items.push({ path, ...item });
  }
  items.sort((left, right) => compareText(left.path, right.path));
  return { items, isSettled };
}

/** Whether a path is the server's own; nothing is promised of what is there (STO-6). */
export function isOwn(path: string): boolean {
  return OWN_PREFIXES.some((prefix) => path.startsWith(prefix));
}

/** Whether a pattern may take in paths of the server's own, which nobody else knows the number of (STO-6). */
export function mayReachOwn(pattern: string): boolean {
  if (!isPattern(pattern)) return false;
  const prefix = pattern.slice(0, pattern.indexOf("*"));
  return OWN_PREFIXES.some((own) => own.startsWith(prefix) || prefix.startsWith(own));
}
