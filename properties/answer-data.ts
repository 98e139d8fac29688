/**
 * What an answer says of its own request: data and times of a `set`, count of a `remove`, form of a
 * `get`. Whether it is true of the store is judged by `store-linearizable`.
 *
 * @packageDocumentation
 */
import { gaugeOf, match, type Gauge, type Profile } from "../models/index.js";
import type { Exchange, Recording } from "../src/history/index.js";
import {
  compareText,
  isJsonObject,
  isPattern,
  jsonEqual,
  type Json,
  type JsonObject,
} from "../src/protocol/index.js";
import {
  hearingOf,
  isOn,
  isTransactional,
  optionsOf,
  saysWhatItWrites,
  settledExchanges,
  spokenIn,
} from "./hearing/index.js";
import type { Property } from "./property.js";
import { isPartialRead, readOption } from "./read-form.js";
import { mayBeBare } from "./request-form.js";
import { storedFormOf } from "./stored-form.js";
import { Violations } from "./violations.js";
import { timeOf, typeName } from "./words.js";

export const answerData: Property = {
  id: "answer-data",
  promise: "An answer tells what was stored, removed or found, in its own form.",
  clauses: [
    "STO-1",
    "STO-3",
    "STO-4",
    "STO-5",
    "STO-6",
    "STO-7",
    "STO-8",
    "STO-12",
    "PUB-3",
    "PUB-7",
    "SES-2",
    "DIA-5",
    "DIA-7",
  ],
  severity: "must",
  check(recording, profile) {
    const violations = new Violations();
    const published = publishedSets(recording, profile);
    const spoken = spokenIn(recording, profile);
    for (const { exchange, outcome, startIndex, answerIndex } of settledExchanges(recording)) {
      const answer = exchange.answers[0];
      if (outcome !== "ok" || answer === undefined) continue;
      const asked: Asked = {
        exchange,
        options: optionsOf(exchange),
        data: answer.frame.data,
        isList: answer.frame.isList,
        meta: answer.frame.meta,
        profile,
        gauge: gaugeOf(exchange.request, spoken.dialectAt(exchange.connection, startIndex)),
        isBare: mayBeBare(exchange.request, spoken.possible(exchange.connection)),
      };
      const check = CHECKS.get(exchange.request.action);
      if (check === undefined) continue;
      violations.exercised += 1;
      // One answer, one cause: the first fault stands for what follows from it.
      const [fault] = [...check(asked), ...publishedFlag(asked, published)];
      if (fault !== undefined) {
        const { request, client, arriveIndex, sendIndex } = exchange;
        violations.add({
          clause: fault.clause,
          message: `${client} was answered its "${request.action}" of ${JSON.stringify(request.path ?? null)} at ${timeOf(recording, answerIndex)} with ${fault.found}`,
          expected: `${fault.wanted} (${fault.clause}).`,
          shape: [request.action, ...optionWords(asked.options), fault.word],
          evidence: [arriveIndex ?? sendIndex, answerIndex],
        });
      }
    }
    return violations.finding();
  },
};

interface Asked {
  readonly exchange: Exchange;
  readonly options: JsonObject;
  readonly data: Json | undefined;
  readonly isList: boolean;
  readonly meta: JsonObject;
  readonly profile: Profile;
  /** The gauge that it counts (DIA-7). */
  readonly gauge: Gauge | null;
  /** Whether the answer may be without data and times (DIA-5). */
  readonly isBare: boolean;
}

interface Fault {
  readonly clause: string;
  /** For the shape. */
  readonly word: string;
  /** After `was answered … with `. */
  readonly found: string;
  readonly wanted: string;
}

/** A map, for an action may be the name of anything (FRM-5). */
const CHECKS: ReadonlyMap<string, (asked: Asked) => Iterable<Fault>> = new Map([
  ["set", checkSet],
  ["remove", checkRemove],
  ["get", checkGet],
  ["describe", checkDescribe],
]);

/** Of what it counted, the answer tells the value alone. */
function* checkGauge({ data, isBare }: Asked, { name }: Gauge): Generator<Fault> {
  if (isBare && data === undefined) return;
  const { value, gauge } = isJsonObject(data) ? data : {};
  if (typeof value === "number" && gauge === name) return;
  yield {
    clause: "DIA-7",
    word: typeof value === "number" ? `gauge ${typeName(gauge)}` : `value ${typeName(value)}`,
    found: `data ${textOfData(data)}`,
    wanted: `{"value": n, "gauge": ${JSON.stringify(name)}}, n the value that it has now`,
  };
}

function* checkSet(question: Asked): Generator<Fault> {
  const { exchange, options, data, meta, isBare, gauge } = question;
  if (gauge !== null) {
    yield* checkGauge(question, gauge);
    return;
  }
  // What else it does is open (DIA-7).
  if (isOn(options["increment"])) return;
  const { path } = exchange.request;
  const isTagged = isOn(options["tag"]);
  const isSpared = isBare && data === undefined;
  if (!isTagged && !isSpared && saysWhatItWrites(exchange)) {
    yield* checkSetData(exchange, options, data);
  }
  const isSibling = options["set_type"] === "sibling" && options["noStore"] !== true;
  const isPathRight = isSibling
    ? typeof meta["path"] === "string" && isBelow(textOf(path), meta["path"])
    : meta["path"] === path;
  if (!isTagged && typeof path === "string" && !isPathRight) {
    yield {
      clause: isSibling ? "STO-9" : "STO-1",
      word: `path${oddity(storedFormOf(exchange.request.data))}`,
      found: `_meta.path ${JSON.stringify(meta["path"] ?? null)}`,
      wanted: isSibling ? "A path below the one that was set" : "The path that was set",
    };
  }
  for (const field of ["created", "modified"]) {
    const value = meta[field];
    if (isBare && value === undefined) continue;
    if (options["noStore"] === true ? value !== undefined : isMissingTime(options, value)) {
      const stores = options["noStore"] !== true;
      yield {
        clause: stores ? "STO-1" : "STO-3",
        word: stores ? `${field} ${typeName(value)}` : `${field} present`,
        found: value === undefined ? `no ${field}` : `${field} ${JSON.stringify(value)}`,
        wanted: stores
          ? `${field} in epoch milliseconds`
          : `No ${field}: what is not stored has no times`,
      };
    }
  }
  const asked = options["meta"];
  if (!isJsonObject(asked)) return;
  for (const key of Object.keys(asked)) {
    if (ANSWER_KEYS.has(key) || !Object.hasOwn(meta, key)) continue;
    yield {
      clause: "PUB-3",
      word: "own-key",
      found: `the key ${JSON.stringify(key)} of its own meta`,
      wanted: "Keys of the request's meta on publications only, not in the answer",
    };
  }
}

/** Keys that an answer may have by itself, whatever the request's meta says. */
const ANSWER_KEYS: ReadonlySet<string> = new Set([
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
  "publishResults",
  "timestamp",
  "__proto__",
]);

/** Whether a sibling's path is under the one asked for; a slash at the end of that one need not be doubled. */
function isBelow(parent: string, path: string): boolean {
  const folder = parent.endsWith("/") ? parent : `${parent}/`;
  return path.length > folder.length && path.startsWith(folder);
}

function* checkSetData(
  exchange: Exchange,
  options: JsonObject,
  data: Json | undefined,
): Generator<Fault> {
  const wanted = storedFormOf(exchange.request.data);
  if (!isOn(options["merge"])) {
    if (jsonEqual(data, wanted)) return;
    // What is not stored isn't said to lose its `_meta` (STO-3).
    if (options["noStore"] === true && jsonEqual(data, exchange.request.data)) return;
    yield {
      clause: hasOddKey(wanted) ? "STO-12" : "STO-1",
      word: `${typeName(exchange.request.data)} as ${typeName(data)}${oddity(wanted)}`,
      found: `data ${textOfData(data)}`,
      wanted: `The data that is stored, ${textOfData(wanted)}`,
    };
    return;
  }
  const merged = isJsonObject(data) ? data : {};
  for (const [key, value] of Object.entries(wanted as JsonObject)) {
    // Whether null takes the place of the old value is open (STO-4).
    if (value === null) continue;
    const found = Object.hasOwn(merged, key) ? merged[key] : undefined;
    if (jsonEqual(found, value)) continue;
    yield {
      clause: isOddKey(key) ? "STO-12" : "STO-4",
      word: `merged ${typeName(value)} as ${typeName(found)}`,
      found: `${JSON.stringify(key)} ${textOfData(found)}`,
      wanted: `${JSON.stringify(key)} replaced by ${textOfData(value)}`,
    };
  }
}

function isMissingTime(options: JsonObject, value: Json | undefined): boolean {
  if (isOn(options["noStore"]) || isOn(options["tag"])) return false;
  return !Number.isSafeInteger(value);
}

function* checkRemove({ exchange, data, meta }: Asked): Generator<Fault> {
  const removed = isJsonObject(data) ? data["removed"] : undefined;
  if (!Number.isSafeInteger(removed) || (removed as number) < 0) {
    yield {
      clause: "STO-8",
      word: `data ${typeName(data)}`,
      found: `data ${textOfData(data)}`,
      wanted: `{"removed": n}, n the number of items removed`,
    };
  }
  if (meta["path"] !== exchange.request.path) {
    yield {
      clause: "STO-8",
      word: "path",
      found: `_meta.path ${JSON.stringify(meta["path"] ?? null)}`,
      wanted: "The path or pattern as requested",
    };
  }
  if (!Number.isSafeInteger(meta["timestamp"])) {
    yield {
      clause: "STO-8",
      word: `timestamp ${typeName(meta["timestamp"])}`,
      found: `_meta.timestamp ${JSON.stringify(meta["timestamp"] ?? null)}`,
      wanted: "A timestamp in epoch milliseconds",
    };
  }
}

function* checkGet(asked: Asked): Generator<Fault> {
  const { exchange, options, data, isList, meta } = asked;
  const { path } = exchange.request;
  if (typeof path !== "string") return;
  if (meta["published"] === true || "_id" in meta) {
    yield {
      clause: "STO-5",
      word: "_id" in meta ? "internal-id" : "published",
      found: "_id" in meta ? "an internal _id" : "published true",
      wanted: "Neither published: true nor an internal _id",
    };
  }
  if (isPattern(path)) {
    if (isList) yield* checkItems(path, asked);
    else {
      yield {
        clause: isPartialRead(options) ? "STO-7" : "STO-6",
        word: `no-list ${typeName(data)}`,
        found: `data ${textOfData(data)}`,
        wanted: "An array of the items that match, then the response's _meta",
      };
    }
  } else if (isList || !isFormOfOne(data, options)) {
    yield {
      clause: isPartialRead(options) ? "STO-7" : "STO-5",
      word: isList ? "list" : `data ${typeName(data)}`,
      found: isList ? "a list" : `data ${textOfData(data)}`,
      wanted: "The stored data, or null where there is none",
    };
  }
}

/** Whether data is of a form that an exact path may be answered with. */
function isFormOfOne(data: Json | undefined, options: JsonObject): boolean {
  if (data === null || isJsonObject(data)) return true;
  // Who asks for paths only is promised no data, in whatever form (STO-7).
  return data === undefined && isOn(readOption(options, "path_only"));
}

function* checkItems(pattern: string, { data, options, profile }: Asked): Generator<Fault> {
  const isPlain = !["fields", "path_only"].some((key) => isOn(readOption(options, key)));
  let before: string | null = null;
  for (const item of data as readonly Json[]) {
    const meta = isJsonObject(item) ? item["_meta"] : undefined;
    const path = isJsonObject(meta) ? meta["path"] : undefined;
    if (typeof path !== "string" || !isJsonObject(meta)) {
      if (!isPlain) continue;
      yield {
        clause: "STO-6",
        word: "item-without-path",
        found: `the item ${textOfData(item)}`,
        wanted: "Items with their own _meta: created, modified and path",
      };
      continue;
    }
    if (path.startsWith("/_SYSTEM") || path.startsWith("/_TAGS")) continue;
    if (match(pattern, path, profile.storeRule) === "never") {
      yield {
        clause: "STO-6",
        word: "item-not-matching",
        found: `the item at ${JSON.stringify(path)}`,
        wanted: "Items whose path matches, and no others",
      };
    }
    if (
      isPlain &&
      !(Number.isSafeInteger(meta["created"]) && Number.isSafeInteger(meta["modified"]))
    ) {
      yield {
        clause: "STO-6",
        word: "item-without-times",
        found: `the item at ${JSON.stringify(path)} without times`,
        wanted: "Items with their own _meta: created, modified and path",
      };
    }
    if (before !== null && !isOn(readOption(options, "sort")) && compareText(before, path) >= 0) {
      yield {
        clause: "STO-6",
        word: before === path ? "item-twice" : "items-unsorted",
        found: `the item at ${JSON.stringify(before)} before that at ${JSON.stringify(path)}`,
        wanted: "Each item once, ascending by path",
      };
    }
    before = path;
  }
}

function* checkDescribe({ data, profile }: Asked): Generator<Fault> {
  for (const key of profile.describeKeys) {
    if (isJsonObject(data) && Object.hasOwn(data, key)) continue;
    yield {
      clause: "SES-2",
      word: `no ${key}`,
      found: `data without "${key}"`,
      wanted: `Data with ${profile.describeKeys.join(", ")}`,
    };
  }
}

/** Requests that must have been published, before their answer. */
function publishedSets(recording: Recording, profile: Profile): ReadonlySet<Exchange> {
  const { writes } = hearingOf(recording, profile);
  return new Set(
    writes
      .filter(({ publishes, options }) => publishes === "must" && isTransactional(options))
      .map(({ exchange }) => exchange),
  );
}

function* publishedFlag(
  { exchange, meta }: Asked,
  published: ReadonlySet<Exchange>,
): Generator<Fault> {
  if (!published.has(exchange) || meta["published"] === true) return;
  yield {
    clause: "PUB-7",
    word: `published ${typeName(meta["published"])}`,
    found: `published ${JSON.stringify(meta["published"] ?? null)}`,
    wanted: "published true: the publication step ran, with or without subscribers",
  };
}

function optionWords(options: JsonObject): readonly string[] {
  return ["noStore", "merge", "set_type", "fields", "sort", "limit"].filter((name) =>
    isOn(options[name]),
  );
}

/** What about the keys of some data is odd, for shapes. */
function oddity(value: Json): string {
  if (hasOddKey(value)) return ", odd-keys";
  return JSON.stringify(value).includes('"__proto__"') ? ", prototype-key" : "";
}

/** A key with `.`, or a leading `$` (STO-12), at any depth. */
function hasOddKey(value: Json): boolean {
  if (Array.isArray(value)) return value.some((item) => hasOddKey(item as Json));
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([key, item]) => isOddKey(key) || hasOddKey(item));
}

function isOddKey(key: string): boolean {
  return key.startsWith("$") || key.includes(".");
}

const QUOTED_MAX = 80;

function textOfData(data: Json | undefined): string {
  if (data === undefined) return "absent";
  const text = JSON.stringify(data);
  return text.length <= QUOTED_MAX ? text : `${text.slice(0, QUOTED_MAX)}…`;
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
