/**
 * Fields inside of documents, named with dots (STO-7).
 *
 * @packageDocumentation
 */
import { isJsonObject, type Json, type JsonObject } from "../src/protocol/index.js";

/** `value` is undefined where the document has no such field. Null where the name can be read in more than one way. */
export type Field = { readonly value: Json | undefined } | null;

/** Names that are not the user's data, or may not be: what they reach is the store's choice. */
const OPEN_NAME = /^$|^\$|^_|^path$|^data$|^data\.|^\.|\.$|\.\./;

/** Whether a name is one of the user's data. */
export function isDataName(name: string): boolean {
  return !OPEN_NAME.test(name);
}

/** What a document has under a name such as `a` or `a.b`; arrays on the way are not entered. */
export function fieldOf(document: JsonObject, name: string): Field {
  if (!isDataName(name)) return null;
  if (name.includes(".") && Object.hasOwn(document, name)) return null;
  let value: Json | undefined = document;
  for (const key of name.split(".")) {
    if (Array.isArray(value)) return null;
    value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return { value };
}

/** A part of a document. */
export interface Projection {
  readonly data: JsonObject;
  /** False where the names can be read in more than one way. */
  readonly isSettled: boolean;
}

/** The document with the fields of these names alone, in its own order. */
export function projectionOf(document: JsonObject, names: readonly string[]): Projection {
  const isPlain = names.every((name) => {
    const field = fieldOf(document, name);
    return field !== null;
  });
  const part = partOf(
    document,
    names.map((name) => name.split(".")),
  );
  return { data: part.data, isSettled: isPlain && part.isSettled };
}

function partOf(document: JsonObject, names: readonly (readonly string[])[]): Projection {
  const kept: [string, Json][] = [];
  let isSettled = true;
  for (const [key, value] of Object.entries(document)) {
    const inside = names.filter(([head]) => head === key).map(([, ...tail]) => tail);
    if (inside.length === 0) continue;
    if (inside.some((tail) => tail.length === 0)) kept.push([key, value]);
    else if (isJsonObject(value)) {
      const part = partOf(value, inside);
      // An object of which nothing is wanted: left out, or left empty.
      if (!part.isSettled || Object.keys(part.data).length === 0) isSettled = false;
      kept.push([key, part.data]);
    }
  }
  return { data: Object.fromEntries(kept), isSettled };
}
