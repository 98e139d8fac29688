/**
 * Differences from the prediction, as violations: the clause, the words, the shape.
 *
 * @packageDocumentation
 */
import { diff } from "jest-diff";

import {
  canonical,
  isPattern,
  parseChannel,
  type Json,
  type JsonObject,
  type Request,
} from "../src/protocol/index.js";
import { isOn } from "./hearing/index.js";
import type { NormalForm } from "./lockstep-frame.js";
import { documentTextOf } from "./store-operation.js";
import { isPartialRead } from "./read-form.js";
import { differenceOf, oddKeysOf } from "./store-words.js";
import { kindOfPath } from "./words.js";

/** Options that change what is answered or published; a shape names those that were given. */
const TELLING_OPTIONS = [
  "consistency",
  "initialCallback",
  "initialEmit",
  "merge",
  "noStore",
  "set_type",
  "tag",
];

/** The action of a request, its telling options, and the kind of its path. */
export function kindOfAsked(request: Request, options: JsonObject): readonly string[] {
  const { action, path, data } = request;
  // Whatever else is asked for, it is the keys that make the difference (STO-12).
  if (action === "set" && oddKeysOf(documentTextOf(data)).length > 0) return [action, "odd-keys"];
  const given = TELLING_OPTIONS.filter((option) => isOn(options[option]));
  return [action, ...given, typeof path === "string" ? kindOfAskedPath(action, path) : "no-path"];
}

function kindOfAskedPath(action: string, path: string): string {
  if (action !== "on" && action !== "off") return kindOfPath(path);
  const channel = parseChannel(path);
  return channel === null ? "no-channel" : `${channel.action} ${kindOfPath(channel.path)}`;
}

/** The clause that an answer breaks with a field. */
export function clauseOfAnswer(request: Request, options: JsonObject, field: string): string {
  switch (field) {
    case "status":
      return "COR-4";
    case "action":
    case "eventId":
      return "COR-2";
    case "sessionId":
      return "COR-3";
    case "published":
      return "PUB-7";
    case "created":
    case "modified":
      return options["noStore"] === true ? "STO-3" : "STO-1";
    default:
      return clauseOfContent(request, options);
  }
}

function clauseOfContent({ action, path, data }: Request, options: JsonObject): string {
  switch (action) {
    case "login":
    case "describe":
      return "SES-2";
    case "set":
      if (options["increment"] !== undefined) return "DIA-7";
      if (oddKeysOf(documentTextOf(data)).length > 0) return "STO-12";
      return options["merge"] === true ? "STO-4" : "STO-1";
    case "get":
      if (isPartialRead(options)) return "STO-7";
      return typeof path === "string" && isPattern(path) ? "STO-6" : "STO-5";
    case "count":
      return "DIA-8";
    case "remove":
      return "STO-8";
    case "on":
      return "SUB-6";
    default:
      return "COR-1";
  }
}

/** The clause that a publication breaks with a field. */
export function clauseOfPublication(field: string): string {
  return field === "meta" ? "PUB-3" : "PUB-2";
}

/** What kind of difference a field shows, in words without names or values. */
export function kindOfDifference(
  field: string,
  expected: Json | undefined,
  actual: Json | undefined,
): readonly string[] {
  if (field === "data" && expected !== undefined && actual !== undefined) {
    return [field, ...differenceOf(textOf(expected), textOf(actual))];
  }
  if (expected === undefined) return [field, "surplus"];
  return [field, actual === undefined ? "missing" : "differs"];
}

/** `differenceOf` compares documents; nothing is the absent one. */
function textOf(data: Json): string {
  return data === null ? "" : canonical(data);
}

const DIFF_LINES_MAX = 12;

/** Lines with `-` for what was predicted and `+` for what was written. */
export function diffOf(expected: NormalForm, actual: NormalForm): string {
  const plain = (text: string): string => text;
  const text =
    diff(expected, actual, {
      omitAnnotationLines: true,
      contextLines: 0,
      expand: false,
      aColor: plain,
      bColor: plain,
      commonColor: plain,
      changeColor: plain,
      patchColor: plain,
    }) ?? "";
  const lines = text.split("\n").filter((line) => line.startsWith("-") || line.startsWith("+"));
  const shown = lines.slice(0, DIFF_LINES_MAX);
  return (lines.length > shown.length ? [...shown, "…"] : shown).join("\n");
}
