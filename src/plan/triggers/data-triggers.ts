/**
 * Triggers in the data that clients write.
 *
 * @packageDocumentation
 */
import { FRAME_DEPTH_MAX, isJsonObject, type Json, type JsonObject } from "../../protocol/index.js";
import type { Plan } from "../plan.js";
import { mapRequests, type Trigger } from "./trigger.js";

type Rename = (value: Json) => Json;

/** Renames keys of a value, as deep as data may be (FRM-5); the same value where none is meant. */
function renaming(isMeant: (key: string) => boolean, renamed: (key: string) => string): Rename {
  const rename = (value: Json, levels: number): Json => {
    if (levels === 0) return value;
    if (Array.isArray(value)) {
      const items = value as readonly Json[];
      const changed: readonly Json[] = items.map((item) => rename(item, levels - 1));
      return changed.some((item, index) => item !== items[index]) ? changed : value;
    }
    if (!isJsonObject(value)) return value;
    let isSame = true;
    const entries = Object.entries(value).map(([key, inner]): [string, Json] => {
      const entry: [string, Json] = [isMeant(key) ? renamed(key) : key, rename(inner, levels - 1)];
      if (entry[0] !== key || entry[1] !== inner) isSame = false;
      return entry;
    });
    return isSame ? value : Object.fromEntries(entries);
  };
  return (value) => rename(value, FRAME_DEPTH_MAX);
}

/** Renames keys of what is written. */
function renamedKeys(isMeant: (key: string) => boolean, renamed: (key: string) => string) {
  const rename = renaming(isMeant, renamed);
  return (plan: Plan) =>
    mapRequests(plan, (request) => {
      if (request.action !== "set" || request.data === undefined) return request;
      const data = rename(request.data);
      return data === request.data ? request : { ...request, data };
    });
}

const withoutPrototypeKey = renaming(
  (key) => key === "__proto__",
  () => "proto",
);

/** Renames `__proto__` in what is written, and in the `meta` that goes out with it. */
function withoutPrototypeKeys(plan: Plan): Plan {
  return mapRequests(plan, (request) => {
    if (request.action !== "set" && request.action !== "remove") return request;
    const { data, options } = request;
    const changed =
      request.action === "set" && data !== undefined ? withoutPrototypeKey(data) : data;
    const meta = isJsonObject(options) ? options["meta"] : undefined;
    const changedMeta = meta === undefined ? meta : withoutPrototypeKey(meta);
    if (changed === data && changedMeta === meta) return request;
    return {
      ...request,
      ...(changed === undefined ? {} : { data: changed }),
      ...(changedMeta === undefined
        ? {}
        : { options: { ...(options as JsonObject), meta: changedMeta } }),
    };
  });
}

export const DATA_TRIGGERS: readonly Trigger[] = [
  {
    id: "odd-keys",
    sentence: "Data with a key that contains a dot or begins with a dollar sign (STO-12).",
    without: renamedKeys(
      (key) => key.includes(".") || key.startsWith("$"),
      (key) => `odd${key.replaceAll(/[.$]/g, "_")}`,
    ),
  },
  {
    id: "prototype-keys",
    sentence: "Data, or a `meta`, with a key `__proto__`.",
    without: withoutPrototypeKeys,
  },
  {
    id: "inherited-keys",
    sentence: "Data with a key that every object has by inheritance, such as `toString`.",
    without: renamedKeys(
      (key) => key !== "__proto__" && key in Object.prototype,
      (key) => `own_${key}`,
    ),
  },
  {
    id: "internal-keys",
    sentence:
      "Data with a key that stores use for themselves: `_id`, `_meta`, `path`, `created`, `modified`.",
    without: renamedKeys(
      (key) => INTERNAL_KEYS.includes(key),
      (key) => `own${key}`,
    ),
  },
  {
    id: "integer-keys",
    sentence: "Data with a key that is a whole number.",
    without: renamedKeys(
      (key) => /^[0-9]+$/.test(key),
      (key) => `n${key}`,
    ),
  },
  {
    id: "absent-data",
    sentence: "A `set` without data.",
    without: (plan) =>
      mapRequests(plan, (request) =>
        request.action === "set" && request.data === undefined ? { ...request, data: {} } : request,
      ),
  },
  {
    id: "null-data",
    sentence: "A `set` of null.",
    without: (plan) =>
      mapRequests(plan, (request) =>
        request.action === "set" && request.data === null ? { ...request, data: {} } : request,
      ),
  },
  {
    id: "scalar-data",
    sentence: "A `set` of what is no object (STO-1).",
    without: (plan) =>
      mapRequests(plan, (request) =>
        request.action === "set" && request.data !== undefined && !isJsonObject(request.data)
          ? { ...request, data: { value: request.data } }
          : request,
      ),
  },
];

const INTERNAL_KEYS: readonly string[] = ["_id", "_meta", "path", "created", "modified"];
