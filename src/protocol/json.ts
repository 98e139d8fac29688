/**
 * JSON values, compared and printed without regard to key order (FRM-4).
 *
 * @packageDocumentation
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** True for `{…}`; false for arrays, `null` and scalars. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Orders strings by UTF-16 code unit: the same on every machine, whatever its locale. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A piece of a canonical text, among values that are still to be written. */
class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * The one text of a JSON value: keys sorted, no white space. Equal values have equal texts. Any depth
 * will do, for it does not call itself: frames are whatever a client sent.
 */
export function canonical(whole: Json | undefined): string {
  let text = "";
  /** What is left to be written, the next of it last. */
  const left: (Json | undefined | Written)[] = [whole];
  while (left.length > 0) {
    const next = left.pop();
    if (next instanceof Written) {
      text += next.text;
    } else if (Array.isArray(next)) {
      left.push(new Written(next.length === 0 ? "[]" : "]"));
      for (let index = next.length - 1; index >= 0; index -= 1) {
        left.push(next[index] as Json, new Written(index === 0 ? "[" : ","));
      }
    } else if (isJsonObject(next)) {
      const keys = Object.keys(next).sort(compareText);
      left.push(new Written(keys.length === 0 ? "{}" : "}"));
      for (let index = keys.length - 1; index >= 0; index -= 1) {
        const key = keys[index] as string;
        left.push(next[key], new Written(`${index === 0 ? "{" : ","}${JSON.stringify(key)}:`));
      }
    } else {
      text += next === undefined ? "undefined" : JSON.stringify(next);
    }
  }
  return text;
}

/** Deep equality of JSON values; absent (`undefined`) equals only absent. */
export function jsonEqual(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object") return false;
  return canonical(left) === canonical(right);
}
