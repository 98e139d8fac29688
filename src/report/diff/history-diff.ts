/**
 * The first event in which two histories of one plan differ.
 *
 * @packageDocumentation
 */
import { Recording, type History, type HistoryEvent } from "../../history/index.js";
import { canonical, isJsonObject, type Json, type JsonObject } from "../../protocol/index.js";
import { normalEvents, type NormalEvent } from "./normal-form.js";

export interface HistoryDifference {
  /** `raw`: event by event as they stand. `normalised`: without what runs and generations are free in. */
  readonly compared: "raw" | "normalised";
  /** Indices of the events that differ; null on the side that lacks one. */
  readonly left: number | null;
  readonly right: number | null;
  /** Where the two events differ; empty where one is missing. */
  readonly fields: readonly FieldDifference[];
}

export interface FieldDifference {
  /** `frame.data.a`; empty: the whole. */
  readonly path: string;
  /** As JSON; null where it is absent. */
  readonly left: string | null;
  readonly right: string | null;
}

/** Fields listed of one difference. */
const FIELDS_MAX = 12;

/** Null where the two are equal. */
export function differenceOf(
  left: History,
  right: History,
  compared: HistoryDifference["compared"],
): HistoryDifference | null {
  return compared === "raw" ? rawDifference(left, right) : normalisedDifference(left, right);
}

function rawDifference(left: History, right: History): HistoryDifference | null {
  const count = Math.max(left.events.length, right.events.length);
  for (let index = 0; index < count; index += 1) {
    const [one, other] = [left.events[index], right.events[index]];
    if (one === undefined || other === undefined) {
      return {
        compared: "raw",
        left: one === undefined ? null : index,
        right: other === undefined ? null : index,
        fields: [],
      };
    }
    const fields = fieldsOf(parsed(one), parsed(other));
    // Frames of one content may still be written in another way.
    const isSame = canonical(one) === canonical(other);
    if (isSame) continue;
    return {
      ...{ compared: "raw", left: index, right: index },
      fields: fields.length > 0 ? fields : fieldsOf(jsonOf(one), jsonOf(other)),
    };
  }
  return null;
}

function normalisedDifference(left: History, right: History): HistoryDifference | null {
  const [ones, others] = [byKey(left), byKey(right)];
  let first: (HistoryDifference & { readonly place: number }) | null = null;
  const offer = (difference: Omit<HistoryDifference, "compared">) => {
    // What only the right has stands where the right had it: the histories run side by side.
    const place = Math.min(difference.left ?? Infinity, difference.right ?? Infinity);
    if (first === null || place < first.place)
      first = { compared: "normalised", ...difference, place };
  };
  for (const key of new Set([...ones.keys(), ...others.keys()])) {
    const [own, their] = [ones.get(key) ?? [], others.get(key) ?? []];
    for (let place = 0; place < Math.max(own.length, their.length); place += 1) {
      const [one, other] = [own[place], their[place]];
      if (one === undefined || other === undefined) {
        offer({ left: one?.index ?? null, right: other?.index ?? null, fields: [] });
        break;
      }
      const fields = fieldsOf(one.content, other.content);
      if (fields.length === 0) continue;
      offer({ left: one.index, right: other.index, fields });
      break;
    }
  }
  const found = first as (HistoryDifference & { readonly place: number }) | null;
  if (found === null) return null;
  const { compared, left: leftIndex, right: rightIndex, fields } = found;
  return { compared, left: leftIndex, right: rightIndex, fields };
}

interface Placed extends NormalEvent {
  readonly index: number;
}

function byKey(history: History): ReadonlyMap<string, readonly Placed[]> {
  const placed = new Map<string, Placed[]>();
  normalEvents(new Recording(history)).forEach((event, index) => {
    if (event === null) return;
    const others = placed.get(event.key);
    if (others === undefined) placed.set(event.key, [{ ...event, index }]);
    else others.push({ ...event, index });
  });
  return placed;
}

/** An event with its frame as JSON, where it is JSON. */
function parsed(event: HistoryEvent): Json {
  const plain = jsonOf(event);
  if (!("frame" in event)) return plain;
  try {
    return { ...(plain as JsonObject), frame: JSON.parse(event.frame) as Json };
  } catch {
    return plain;
  }
}

function jsonOf(event: HistoryEvent): Json {
  return event;
}

function fieldsOf(left: Json, right: Json): readonly FieldDifference[] {
  const fields: FieldDifference[] = [];
  const compare = (one: Json | undefined, other: Json | undefined, path: string): void => {
    if (fields.length >= FIELDS_MAX || canonical(one) === canonical(other)) return;
    if (isJsonObject(one) && isJsonObject(other)) {
      for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
        const [own, their] = [one, other].map((side) =>
          Object.hasOwn(side, key) ? side[key] : undefined,
        );
        compare(own, their, path === "" ? key : `${path}.${key}`);
      }
    } else if (Array.isArray(one) && Array.isArray(other)) {
      for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
        compare(
          one[index] as Json | undefined,
          other[index] as Json | undefined,
          `${path}[${index}]`,
        );
      }
    } else fields.push({ path, left: textOf(one), right: textOf(other) });
  };
  compare(left, right, "");
  return fields;
}

function textOf(value: Json | undefined): string | null {
  return value === undefined ? null : canonical(value);
}
