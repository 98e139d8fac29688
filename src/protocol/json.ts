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

/** How deep values are read by a function that calls itself; deeper ones take the slower way. */
const RECURSION_MAX = 200;

/**
 * The one text of a JSON value: keys sorted, no white space. Equal values have equal texts. Any depth
 * will do: frames are whatever a client sent.
 */
export function canonical(value: Json | undefined): string {
  return value === undefined ? "undefined" : canonicalWithin(value, RECURSION_MAX);
}

function canonicalWithin(value: Json | undefined, levels: number): string {
  if (value === undefined) return "undefined";
  if (levels === 0) return canonicalDeep(value);
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonicalWithin(item as Json, levels - 1)).join(",")}]`;
  }
  if (isJsonObject(value)) {
    const fields = Object.keys(value)
      .sort(compareText)
      .map((key) => `${JSON.stringify(key)}:${canonicalWithin(value[key], levels - 1)}`);
    return `{${fields.join(",")}}`;
  }
  return JSON.stringify(value);
}

/** What is still to be written, the last of it first. */
type Rest = { readonly text: string } | { readonly value: Json | undefined };

function canonicalDeep(whole: Json): string {
  let text = "";
  const rest: Rest[] = [{ value: whole }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if ("text" in next) {
      text += next.text;
      continue;
    }
    const { value } = next;
    if (Array.isArray(value)) {
      const items = value.flatMap((item, index): Rest[] => [
        { text: index === 0 ? "[" : "," },
        { value: item as Json },
      ]);
      rest.push({ text: items.length === 0 ? "[]" : "]" });
      for (const item of items.reverse()) rest.push(item);
    } else if (isJsonObject(value)) {
      const fields = Object.keys(value)
        .sort(compareText)
        .flatMap((key, index): Rest[] => [
          { text: `${index === 0 ? "{" : ","}${JSON.stringify(key)}:` },
          { value: value[key] },
        ]);
      rest.push({ text: fields.length === 0 ? "{}" : "}" });
      for (const field of fields.reverse()) rest.push(field);
    } else {
      text += value === undefined ? "undefined" : JSON.stringify(value);
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
