/**
 * Options of a `get` that choose, cut or order what is answered (STO-7).
 *
 * @packageDocumentation
 */
import { isJsonObject, type Json, type JsonObject } from "../src/protocol/index.js";
import { isOn } from "./hearing/exchange-outcome.js";

const PARTIAL_READS = [
  "fields",
  "criteria",
  "sort",
  "limit",
  "skip",
  "path_only",
  "aggregate",
  "collation",
];

/** An option of a `get`, which may as well stand in `options.options`. */
export function readOption(options: JsonObject, key: string): Json | undefined {
  const inner = options["options"];
  return (isJsonObject(inner) ? inner[key] : undefined) ?? options[key];
}

/** Whether a `get` asks for less than all that is there, or for another order. */
export function isPartialRead(options: JsonObject): boolean {
  return PARTIAL_READS.some((key) => isOn(readOption(options, key)));
}
