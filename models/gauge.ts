/**
 * Gauges: numbers in a document that a `set` with `increment` counts up or down (DIA-7).
 *
 * @packageDocumentation
 */
import { isJsonObject, type Json, type JsonObject, type Request } from "../src/protocol/index.js";
import type { Dialect } from "./dialect.js";

export interface Gauge {
  readonly name: string;
  readonly amount: number;
}

/** Options of `set` beside which no documentation says what `increment` does. */
const APART = ["noStore", "merge", "tag", "set_type"];

/** Letters, digits and the like: of other names it is open what becomes of them (STO-12). */
const PLAIN_NAME = /^(?!_meta$)\w[\w -]*$/;

/** The gauge that a request counts; null where it counts none, or it is open what it does. */
export function gaugeOf(
  { action, data, options }: Request,
  { knowsGauges }: Dialect,
): Gauge | null {
  if (action !== "set" || !knowsGauges || !isJsonObject(options)) return null;
  const { increment } = options;
  if (typeof data !== "string" || !PLAIN_NAME.test(data) || data.startsWith("__")) return null;
  if (typeof increment !== "number" || !Number.isSafeInteger(increment)) return null;
  if (APART.some((option) => options[option] !== undefined && options[option] !== false))
    return null;
  return { name: data, amount: increment };
}

/** The document with the gauge counted, and its new value; null where something else is in its place. */
export function counted(
  document: JsonObject,
  { name, amount }: Gauge,
): { readonly document: JsonObject; readonly value: number } | null {
  const present: Json | undefined = Object.hasOwn(document, name) ? document[name] : undefined;
  const before = present === undefined ? 0 : isJsonObject(present) ? present["value"] : null;
  if (typeof before !== "number") return null;
  const value = before + amount;
  const rest = isJsonObject(present) ? present : {};
  return { document: { ...document, [name]: { ...rest, value } }, value };
}
