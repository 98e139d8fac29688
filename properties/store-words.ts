/**
 * Words about documents: short texts of them for messages, and kinds of differences for shapes.
 *
 * @packageDocumentation
 */
import { canonical, isJsonObject, type Json } from "../src/protocol/index.js";
import { ABSENT, type DocumentText } from "./store-operation.js";

const BRIEF_MAX = 80;

/** JSON on one line, cut where it is long. */
export function brief(value: Json | undefined): string {
  return cut(value === undefined ? "no data" : canonical(value));
}

/** A document, or `nothing`. */
export function briefText(text: DocumentText): string {
  return text === ABSENT ? "nothing" : cut(text);
}

/** `a`, `a or b`, `a, b or c`; `nothing at all` of none. */
export function oneOf(texts: readonly string[]): string {
  if (texts.length <= 1) return texts[0] ?? "nothing at all";
  return `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}

/**
 * What differs in a document, in words without its names: which of `missing`, `extra` and `changed`
 * its top-level keys are, and what is special about these keys.
 */
export function differenceOf(expected: DocumentText, actual: DocumentText): readonly string[] {
  const [wanted, had] = [objectOf(expected), objectOf(actual)];
  if (wanted === null || had === null)
    return [`${kindOfText(expected)} became ${kindOfText(actual)}`];
  const words = new Set<string>();
  for (const key of Object.keys(wanted)) {
    if (!Object.hasOwn(had, key)) words.add(`missing ${kindOfKey(key)}`);
    else if (canonical(wanted[key]) !== canonical(had[key])) {
      words.add(`changed ${kindOfKey(key)}: ${changeOf(wanted[key], had[key])}`);
    }
  }
  for (const key of Object.keys(had)) {
    if (!Object.hasOwn(wanted, key)) words.add(`extra ${kindOfKey(key)}`);
  }
  return [...words].sort((left, right) => (left < right ? -1 : 1)).slice(0, 3);
}

/** Kinds of the keys with `.` or a leading `$` (STO-12), at any depth; none where there are none. */
export function oddKeysOf(text: DocumentText): readonly string[] {
  const words = new Set<string>();
  const collect = (value: Json): void => {
    if (Array.isArray(value)) for (const item of value as readonly Json[]) collect(item);
    if (!isJsonObject(value)) return;
    for (const [key, item] of Object.entries(value)) {
      words.add(kindOfKey(key));
      collect(item);
    }
  };
  collect(text === ABSENT ? null : (JSON.parse(text) as Json));
  return ["dollar-key", "dotted-key"].filter((word) => words.has(word));
}

/** What is special about a path, for shapes. */
export function kindOfStorePath(path: string): string {
  if (path.includes("*")) return "pattern";
  return /^[\w/.-]+$/.test(path) ? "path" : "peculiar-path";
}

function objectOf(text: DocumentText) {
  if (text === ABSENT) return null;
  const value = JSON.parse(text) as Json;
  return isJsonObject(value) ? value : null;
}

function kindOfText(text: DocumentText): string {
  return text === ABSENT ? "absent" : kindOf(JSON.parse(text) as Json);
}

function changeOf(expected: Json | undefined, actual: Json | undefined): string {
  const [from, to] = [kindOf(expected), kindOf(actual)];
  return from === to ? from : `${from} became ${to}`;
}

function kindOf(value: Json | undefined): string {
  if (value === undefined) return "absent";
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

const PROTOTYPE_NAMES = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];

function kindOfKey(key: string): string {
  if (PROTOTYPE_NAMES.includes(key)) return "prototype-key";
  if (key === "_meta" || key === "_id" || key === "value") return key;
  if (key.startsWith("$")) return "dollar-key";
  if (key.includes(".")) return "dotted-key";
  if (key === "") return "empty-key";
  return "key";
}

function cut(text: string): string {
  return text.length <= BRIEF_MAX ? text : `${text.slice(0, BRIEF_MAX)}…`;
}
