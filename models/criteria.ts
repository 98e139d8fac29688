/**
 * Search criteria in the manner of MongoDB (STO-7).
 *
 * Three values: what the documentation of the packages leaves open, among it whatever concerns
 * arrays, `null` and operators that it does not name, is null, and a server is free in it.
 *
 * @packageDocumentation
 */
import { isJsonObject, jsonEqual, type Json, type JsonObject } from "../src/protocol/index.js";
import { fieldOf } from "./document-field.js";

/** Whether something is met; null where that is the server's choice. */
export type Verdict = boolean | null;

/** Whether a document meets the criteria; all of their entries must be met. */
export function meets(document: JsonObject, criteria: JsonObject): Verdict {
  return all(
    Object.entries(criteria).map(([key, wanted]) => {
      switch (key) {
        case "$and":
          return combined(document, wanted, all);
        case "$or":
          return combined(document, wanted, any);
        default: {
          const field = fieldOf(document, key);
          return field === null ? null : fits(field.value, wanted);
        }
      }
    }),
  );
}

type Combine = (verdicts: readonly Verdict[]) => Verdict;

function combined(document: JsonObject, parts: Json, combine: Combine): Verdict {
  if (!Array.isArray(parts) || parts.length === 0) return null;
  return combine(
    (parts as readonly Json[]).map((part) => (isJsonObject(part) ? meets(document, part) : null)),
  );
}

function all(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(false)) return false;
  return verdicts.includes(null) ? null : true;
}

function any(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(true)) return true;
  return verdicts.includes(null) ? null : false;
}

/** One field against an operator object, or against a value that it should equal. */
function fits(value: Json | undefined, wanted: Json): Verdict {
  if (!isJsonObject(wanted)) return equals(value, wanted);
  const operators = Object.entries(wanted);
  const named = operators.filter(([name]) => name.startsWith("$"));
  if (named.length === 0) return equals(value, wanted);
  if (named.length < operators.length) return null;
  return all(named.map(([name, operand]) => operated(name, value, operand)));
}

function operated(name: string, value: Json | undefined, operand: Json): Verdict {
  switch (name) {
    case "$gt":
      return compared(value, operand, (order) => order > 0);
    case "$gte":
      return compared(value, operand, (order) => order >= 0);
    case "$lt":
      return compared(value, operand, (order) => order < 0);
    case "$lte":
      return compared(value, operand, (order) => order <= 0);
    case "$ne":
      return not(equals(value, operand));
    case "$in":
      return isIn(value, operand);
    case "$nin":
      return not(isIn(value, operand));
    case "$exists":
      return typeof operand === "boolean" ? (value !== undefined) === operand : null;
    default:
      return null;
  }
}

function not(verdict: Verdict): Verdict {
  return verdict === null ? null : !verdict;
}

function equals(value: Json | undefined, wanted: Json): Verdict {
  if (wanted === null || value === null) return null;
  if (Array.isArray(value) || Array.isArray(wanted)) return null;
  return jsonEqual(value, wanted);
}

function isIn(value: Json | undefined, operand: Json): Verdict {
  if (!Array.isArray(operand)) return null;
  return any((operand as readonly Json[]).map((wanted) => equals(value, wanted)));
}

/** Numbers compare with numbers, and texts with texts by their code units; other scalars never do. */
function compared(
  value: Json | undefined,
  operand: Json,
  isSo: (order: number) => boolean,
): Verdict {
  if (typeof operand !== "number" && typeof operand !== "string") return null;
  if (value === undefined) return false;
  if (typeof value === "object") return null;
  if (typeof value !== typeof operand) return false;
  return isSo(value < operand ? -1 : value > operand ? 1 : 0);
}
