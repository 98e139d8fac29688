/**
 * Options of `get` that choose, order or cut what is answered (STO-7).
 *
 * Where they stand is the packages' documentation: `criteria`, `fields`, `sort` and `path_only`
 * beside each other, `fields`, `sort`, `limit`, `skip` and `path_only` in `options.options`.
 *
 * @packageDocumentation
 */
import { compareText, isJsonObject, type Json, type JsonObject } from "../src/protocol/index.js";
import { meets } from "./criteria.js";
import { fieldOf, isDataName } from "./document-field.js";
import type { Profile } from "./profile.js";
import type { StoredItem } from "./store.js";

export interface ReadQuery {
  readonly criteria: JsonObject | null;
  /** Names of the fields that are answered; null: all. */
  readonly fields: readonly string[] | null;
  readonly sort: readonly SortKey[];
  readonly skip: number;
  /** Null: no limit. */
  readonly limit: number | null;
  readonly isPathOnly: boolean;
  /** True where the documentation leaves open what the options mean. */
  readonly isOpen: boolean;
}

interface SortKey {
  readonly name: string;
  readonly direction: 1 | -1;
}

export interface Chosen {
  readonly items: readonly StoredItem[];
  /** False where the query leaves a server a choice among what is stored. */
  readonly isSettled: boolean;
}

/** What the options of a `get` ask for, or why they cannot be followed. */
export function readQueryOf(
  options: JsonObject,
  { knowsSkip }: Pick<Profile, "knowsSkip">,
): ReadQuery | { readonly refusal: string } {
  const inner = given(options, "options") ?? {};
  if (!isJsonObject(inner)) return { refusal: "the options of a query are no object" };
  const either = (name: string) => given(inner, name) ?? given(options, name);
  const [criteria, fields, sort] = [given(options, "criteria"), either("fields"), either("sort")];
  const [limit, skip, pathOnly] = [
    given(inner, "limit"),
    given(inner, "skip"),
    either("path_only"),
  ];
  for (const [name, value] of Object.entries({ criteria, fields, sort })) {
    if (value !== null && !isJsonObject(value)) return { refusal: `${name} is no object` };
  }
  for (const [name, value] of Object.entries({ limit, skip })) {
    if (value !== null && !isCount(value)) return { refusal: `${name} is no whole number` };
  }
  const names = namesOf(fields);
  const isDoubled = ["fields", "sort", "path_only"].some(
    (name) => given(inner, name) !== null && given(options, name) !== null,
  );
  const isMisplaced =
    given(inner, "criteria") !== null ||
    given(options, "limit") !== null ||
    given(options, "skip") !== null;
  return {
    criteria: criteria as JsonObject | null,
    fields: fields === null ? null : names,
    sort: sortKeysOf(sort),
    skip: knowsSkip ? ((skip as number | null) ?? 0) : 0,
    limit: limit as number | null,
    isPathOnly: pathOnly === true,
    isOpen:
      isDoubled ||
      isMisplaced ||
      names.length !== keyCountOf(fields) ||
      (pathOnly !== null && (pathOnly !== true || fields !== null)) ||
      sortKeysOf(sort).length !== keyCountOf(sort) ||
      limit === 0 ||
      (skip !== null && !knowsSkip) ||
      either("aggregate") !== null ||
      either("collation") !== null,
  };
}

/** The items that a query takes, of those that match its path: these must be ascending by path. */
export function chosenBy(query: ReadQuery, found: readonly StoredItem[]): Chosen {
  const { criteria, sort, skip, limit } = query;
  const verdicts = found.map(({ data }) => (criteria === null ? true : meets(data, criteria)));
  const met = found.filter((_, index) => verdicts[index] !== false);
  const ordered = met.toSorted((left, right) => orderOf(left, right, sort));
  const end = limit === null ? ordered.length : Math.min(skip + limit, ordered.length);
  // Where equals are cut apart, which of them stay is the server's choice.
  const isTorn = [skip, end].some((cut) => {
    const [before, after] = [ordered[cut - 1], ordered[cut]];
    return before !== undefined && after !== undefined && sort.length > 0
      ? orderOf(before, after, sort) === 0
      : false;
  });
  const isOrdered = sort.every(({ name }) => isComparable(met, name));
  return {
    items: ordered.slice(skip, end),
    isSettled: !query.isOpen && !verdicts.includes(null) && !isTorn && isOrdered,
  };
}

/** Null and absent are the same: an option that is not given. */
function given(options: JsonObject, name: string): Json {
  return Object.hasOwn(options, name) ? (options[name] as Json) : null;
}

function isCount(value: Json): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function keyCountOf(option: Json): number {
  return isJsonObject(option) ? Object.keys(option).length : 0;
}

/** The names with a plain "yes"; what else there may be is open. */
function namesOf(fields: Json): readonly string[] {
  if (!isJsonObject(fields)) return [];
  return Object.keys(fields).filter(
    (name) => isDataName(name) && (fields[name] === 1 || fields[name] === true),
  );
}

const TIMES = { "_meta.created": "created", "_meta.modified": "modified" } as const;

function sortKeysOf(sort: Json): readonly SortKey[] {
  if (!isJsonObject(sort)) return [];
  return Object.entries(sort).flatMap(([name, direction]) => {
    if (direction !== 1 && direction !== -1) return [];
    return isDataName(name) || Object.hasOwn(TIMES, name) ? [{ name, direction }] : [];
  });
}

function orderOf(left: StoredItem, right: StoredItem, sort: readonly SortKey[]): number {
  for (const { name, direction } of sort) {
    const order = orderOfValues(sortValueOf(left, name), sortValueOf(right, name));
    if (order !== 0) return order * direction;
  }
  return 0;
}

/** What is absent goes before everything else. */
function orderOfValues(left: Json | undefined, right: Json | undefined): number {
  if (typeof left === "number" && typeof right === "number") return Math.sign(left - right);
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  return Number(left !== undefined) - Number(right !== undefined);
}

function sortValueOf(item: StoredItem, name: string): Json | undefined {
  if (Object.hasOwn(TIMES, name)) return item[TIMES[name as keyof typeof TIMES]];
  return fieldOf(item.data, name)?.value;
}

/** Whether all items have numbers there, or all have texts, or nothing: the order of others is nobody's promise. */
function isComparable(items: readonly StoredItem[], name: string): boolean {
  const kinds = new Set<string>();
  for (const item of items) {
    if (!Object.hasOwn(TIMES, name) && fieldOf(item.data, name) === null) return false;
    const value = sortValueOf(item, name);
    if (value !== undefined) kinds.add(value === null ? "null" : typeof value);
  }
  return kinds.size === 0 || (kinds.size === 1 && (kinds.has("number") || kinds.has("string")));
}
