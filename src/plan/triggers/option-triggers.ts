/**
 * Triggers in the options of requests.
 *
 * @packageDocumentation
 */
import { isJsonObject, type Json, type JsonObject } from "../../protocol/index.js";
import { droppedOption, mapRequests, type Trigger } from "./trigger.js";

const WRITES = ["set", "remove"];

/** Names of a publication's own in its `_meta` (PUB-3). */
const RESERVED_META: readonly string[] = [
  "created",
  "modified",
  "path",
  "action",
  "type",
  "published",
  "status",
  "eventId",
  "sessionId",
  "channel",
  "consistency",
  "publicationId",
  "protocol",
];

function option(
  id: string,
  sentence: string,
  actions: readonly string[],
  name: string,
  isMeant?: (value: Json) => boolean,
): Trigger {
  return { id, sentence, without: droppedOption(actions, name, isMeant) };
}

const isMistypedMeta = (meta: Json) => !isJsonObject(meta);

export const OPTION_TRIGGERS: readonly Trigger[] = [
  option("tags", "A `set` with `tag` (STO-9).", ["set"], "tag"),
  option("siblings", 'A `set` with `set_type: "sibling"` (STO-9).', ["set"], "set_type"),
  option("merges", "A `set` with `merge` (STO-4).", ["set"], "merge"),
  {
    id: "racing-merges",
    sentence: "A `set` with `merge` while other requests are under way (STO-4).",
    without: (plan) =>
      // For a fault, clients stop waiting.
      plan.mode === "lockstep" && plan.schedule === undefined && (plan.faults ?? []).length === 0
        ? plan
        : droppedOption(["set"], "merge")(plan),
  },
  option("unstored", "A `set` with `noStore` (STO-3).", ["set"], "noStore"),
  option("consistency", "A write with `consistency` (PUB-4).", WRITES, "consistency"),
  option(
    "acknowledged",
    "A write with `consistency: 3`, which recipients must acknowledge (PUB-4).",
    WRITES,
    "consistency",
    (value) => value === 3,
  ),
  option("target-clients", "A write with `targetClients` (PUB-5).", WRITES, "targetClients"),
  option(
    "mistyped-target-clients",
    "A write with `targetClients` that is no list.",
    WRITES,
    "targetClients",
    (value) => !Array.isArray(value),
  ),
  option("increments", "A `set` with `increment` (DIA-7).", ["set"], "increment"),
  option("no-cluster", "A write with `noCluster`, which no clause knows.", WRITES, "noCluster"),
  option("publish-results", "A write with `publishResults` (PUB-5).", WRITES, "publishResults"),
  option(
    "mistyped-meta",
    "A request with `meta` that is no object.",
    ALL(),
    "meta",
    isMistypedMeta,
  ),
  option("initial-callback", "An `on` with `initialCallback` (SUB-6).", ["on"], "initialCallback"),
  option("initial-emit", "An `on` with `initialEmit` (SUB-6).", ["on"], "initialEmit"),
  {
    id: "fields",
    sentence: "A `get` with `fields`, which may stand in `options.options` as well (STO-7).",
    without: (plan) =>
      mapRequests(plan, (request) => {
        const { action, options } = request;
        if (action !== "get" || !isJsonObject(options)) return request;
        const outer = withoutKey(options, "fields");
        const inner = outer["options"];
        const left = isJsonObject(inner)
          ? withNested(outer, "options", withoutKey(inner, "fields"))
          : outer;
        return left === options ? request : { ...request, options: left };
      }),
  },
  option("criteria", "A `get` with `criteria` (STO-7).", ["get"], "criteria"),
  {
    id: "read-options",
    sentence: "A `get` with any of its options (STO-7).",
    without: (plan) =>
      mapRequests(plan, (request) =>
        request.action === "get" && hasKeys(request.options)
          ? { ...request, options: {} }
          : request,
      ),
  },
  {
    id: "reserved-meta",
    sentence: "A write whose `meta` has keys that are the publication's own (PUB-3).",
    without: (plan) =>
      mapRequests(plan, (request) => {
        const { options } = request;
        const meta = isJsonObject(options) ? options["meta"] : undefined;
        if (!WRITES.includes(request.action) || !isJsonObject(meta)) return request;
        const kept = Object.entries(meta).filter(([key]) => !RESERVED_META.includes(key));
        if (kept.length === Object.keys(meta).length) return request;
        return { ...request, options: { ...(options as object), meta: Object.fromEntries(kept) } };
      }),
  },
  {
    id: "null-meta",
    sentence: "A write whose `meta` is null (PUB-3).",
    without: droppedOption(WRITES, "meta", (meta) => meta === null),
  },
  {
    id: "object-consistency",
    sentence: "A write whose `consistency` is an object or a list (PUB-4).",
    without: droppedOption(
      WRITES,
      "consistency",
      (consistency) => typeof consistency === "object" && consistency !== null,
    ),
  },
  {
    id: "mistyped-options",
    sentence: "A request whose `options` are no object.",
    without: (plan) =>
      mapRequests(plan, (request) =>
        request.options === undefined || isJsonObject(request.options)
          ? request
          : { ...request, options: {} },
      ),
  },
];

/** The same object where the key isn't there. */
function withoutKey(object: JsonObject, key: string): JsonObject {
  if (!Object.hasOwn(object, key)) return object;
  return Object.fromEntries(Object.entries(object).filter(([other]) => other !== key));
}

function withNested(object: JsonObject, key: string, value: JsonObject): JsonObject {
  return object[key] === value ? object : { ...object, [key]: value };
}

function ALL(): readonly string[] {
  return [...WRITES, "get", "on", "off"];
}

function hasKeys(options: Json | undefined): boolean {
  return isJsonObject(options) && Object.keys(options).length > 0;
}
