/**
 * The form in which data is stored, answered and published (STO-1).
 *
 * @packageDocumentation
 */
import { isJsonObject, type Json } from "../src/protocol/index.js";

/** Objects without a top-level `_meta`; all else as `{"value": …}`; absent data as `{}`. */
export function storedFormOf(data: Json | undefined): Json {
  if (data === undefined) return {};
  if (!isJsonObject(data)) return { value: data };
  if (!Object.hasOwn(data, "_meta")) return data;
  return Object.fromEntries(Object.entries(data).filter(([key]) => key !== "_meta"));
}
