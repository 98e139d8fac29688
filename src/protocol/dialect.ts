/**
 * Dialects by their names, and the names that servers give listeners in them (PROTOCOL.md 9).
 *
 * @packageDocumentation
 */
import { isJsonObject, type Json } from "./json.js";

/** What clients speak who ask for nothing. */
export const FIRST_DIALECT = "happn_1.3.0";

/** Those that a client has to ask for, oldest first. */
export const LATER_DIALECTS = ["happn_2", "happn_3", "happn_4"] as const;

export type LaterDialect = (typeof LATER_DIALECTS)[number];

export const DIALECT_IDS = [FIRST_DIALECT, ...LATER_DIALECTS] as const;

export type DialectId = (typeof DIALECT_IDS)[number];

/** For plans whose clients speak different ones, of those that the server speaks. */
export const MIXED_DIALECTS = "mixed";

/** In what plans can be drawn, but for the first. */
export const DRAWN_DIALECTS = [...LATER_DIALECTS, MIXED_DIALECTS] as const;

export type DrawnDialect = (typeof DRAWN_DIALECTS)[number];

/** The name that the answer to an `on` gave the listener (DIA-2); null where it gave none. */
export function listenerNameOf(
  answer: { readonly data: Json | undefined; readonly meta: Json } | undefined,
): string | null {
  if (answer === undefined) return null;
  return textIn(answer.data, "id") ?? textIn(answer.meta, "referenceId");
}

/** Which listeners the `referenceId` of an `off` means: one, all of its channel, or nobody can tell (DIA-3). */
export function listenerMeant(
  referenceId: Json | undefined,
): "all" | "unclear" | { readonly name: string } {
  if (typeof referenceId === "string" && referenceId !== "") return { name: referenceId };
  const isNobody = referenceId === undefined || NO_NAMES.includes(referenceId);
  return isNobody ? "all" : "unclear";
}

/** Values of `referenceId` with which real clients mean all listeners. */
const NO_NAMES: readonly Json[] = [null, false, 0, ""];

function textIn(part: Json | undefined, key: string): string | null {
  const text = isJsonObject(part) ? part[key] : undefined;
  return typeof text === "string" && text !== "" ? text : null;
}
