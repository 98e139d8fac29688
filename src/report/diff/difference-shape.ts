/**
 * What kind of difference two histories have: the same for differences that are alike.
 *
 * @packageDocumentation
 */
import { Recording, type History } from "../../history/index.js";
import { ACTIONS } from "../../protocol/index.js";
import { printable, shortened } from "../printable.js";
import type { FieldDifference, HistoryDifference } from "./history-diff.js";

const KNOWN_ACTIONS: ReadonlySet<string> = new Set(ACTIONS);
/** Of a value that is told. */
const VALUE_LENGTH_MAX = 24;

/**
 * In words without names, ids and data of the case: `answer of set: status "ok" against "error"`,
 * `publication of SET: the second has none`.
 */
export function differenceShape(
  { left, right, fields }: HistoryDifference,
  histories: readonly [History, History],
): string {
  const [index, history] = left === null ? [right ?? 0, histories[1]] : [left, histories[0]];
  const subject = subjectOf(new Recording(history), index);
  if (left === null) return `${subject}: the first has none`;
  if (right === null) return `${subject}: the second has none`;
  const words = new Set(fields.map(fieldWords));
  return `${subject}: ${[...words].sort((one, other) => (one < other ? -1 : 1)).join(", ")}`;
}

function subjectOf(recording: Recording, index: number): string {
  const event = recording.event(index);
  if (event.kind === "send") return "request";
  if (event.kind !== "write") return event.kind;
  const frame = recording.serverFrame(index);
  switch (frame.kind) {
    case "response": {
      const { action } = frame.meta;
      const isKnown = typeof action === "string" && KNOWN_ACTIONS.has(action);
      return `answer of ${isKnown ? action : "(unknown)"}`;
    }
    case "publication": {
      const { action } = frame.meta;
      const [, name = "(unknown)"] =
        /^\/(SET|REMOVE)@/.exec(typeof action === "string" ? action : "") ?? [];
      return `publication of ${name}`;
    }
    case "publication-ack":
    case "malformed":
    case "ping":
    case "pong":
    case "system":
    case "server-close":
    case "transport":
      return frame.kind;
  }
}

/** A status and its like with their values; of data, what kind it is. */
function fieldWords({ path, left, right }: FieldDifference): string {
  const [first = "", second] = path.replaceAll(/\[\d+\]/g, "[]").split(".");
  const field = first === "meta" && second !== undefined ? `meta.${second}` : first;
  if (/^data(\[\])?$/.test(field) || field === "meta.path" || field === "meta.channel") {
    return `${field} ${kindOf(left)} against ${kindOf(right)}`;
  }
  const told = [left, right].map((value) =>
    value === null ? "nothing" : shortened(printable(value), VALUE_LENGTH_MAX),
  );
  return `${field} ${told.join(" against ")}`;
}

function kindOf(json: string | null): string {
  if (json === null) return "nothing";
  const [first = ""] = json;
  const kinds: Readonly<Record<string, string>> = {
    "{": "object",
    "[": "list",
    '"': "text",
    n: "null",
    t: "true",
    f: "false",
  };
  return kinds[first] ?? "number";
}
