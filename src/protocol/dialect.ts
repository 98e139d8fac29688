/**
 * Dialects by their names, and the names that servers give listeners in them (PROTOCOL.md 9).
 *
 * @packageDocumentation
 */
import { isJsonObject, type Json } from "./json.js";

/** Oldest first; the first is the one that clients speak who ask for nothing. */
export const DIALECT_IDS = ["happn_1.3.0", "happn_2", "happn_3", "happn_4"] as const;

export type DialectId = (typeof DIALECT_IDS)[number];

export const FIRST_DIALECT: DialectId = "happn_1.3.0";

/** Those that a client has to ask for. */
export const LATER_DIALECTS = ["happn_2", "happn_3", "happn_4"] as const;

export type LaterDialect = (typeof LATER_DIALECTS)[number];

/** The name that the answer to an `on` gave the listener (DIA-2); null where it gave none. */
export function listenerNameOf(
  answer: { readonly data: Json | undefined; readonly meta: Json } | undefined,
): string | null {
  if (answer === undefined) return null;
  return textIn(answer.data, "id") ?? textIn(answer.meta, "referenceId");
}

function textIn(part: Json | undefined, key: string): string | null {
  const text = isJsonObject(part) ? part[key] : undefined;
  return typeof text === "string" && text !== "" ? text : null;
}
