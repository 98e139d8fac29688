/**
 * Options of requests.
 *
 * A plan switches some of them off (swarm): what is always on hides what only shows without it.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import type { Json, JsonObject } from "../protocol/index.js";
import { often, weighted } from "./chance.js";

/** Options of `set`, and those of `remove` among them. */
export const WRITE_OPTIONS = [
  "noStore",
  "noPublish",
  "merge",
  "meta",
  "consistency",
  "targetClients",
  "publishResults",
  "tag",
  "set_type",
] as const;

export type WriteOption = (typeof WRITE_OPTIONS)[number];

/** Options of `set` alone. */
export const SET_ONLY_OPTIONS: readonly WriteOption[] = ["noStore", "merge", "tag", "set_type"];

/** Options of `get` (STO-7). */
export const READ_OPTIONS = ["criteria", "fields", "sort", "limit", "skip", "path_only"] as const;

export type ReadOption = (typeof READ_OPTIONS)[number];

/** Options of `on`. */
export const LISTEN_OPTIONS = [
  "initialCallback",
  "initialEmit",
  "refCount",
  "meta",
  "depth",
] as const;

export type ListenOption = (typeof LISTEN_OPTIONS)[number];

/** Meta as users give it, and meta whose keys are the server's own (PUB-3). */
const META_TEXTS = [
  '{"componentVersion":"1.0.0"}',
  '{"mine":1,"other":{"a":[1,null]}}',
  "{}",
  '{"created":1,"modified":2,"path":"/mine","action":"mine"}',
  '{"type":"response","published":false,"status":"error"}',
  '{"eventId":77,"sessionId":"mine"}',
  '{"channel":"/SET@/mine"}',
  '{"consistency":7}',
  '{"publicationId":"mine"}',
  '{"__proto__":{"polluted":true},"constructor":1}',
  '{"acknowledged":true,"mine":null}',
];

const METAS = fc.constantFrom(...META_TEXTS.map((text) => JSON.parse(text) as JsonObject));

const CONSISTENCIES = [0, 1, 2, 3];

/** Options of a write by one of the clients named; only those that are switched on. `consistencies` are drawn alike. */
export function writeOptions(
  on: readonly WriteOption[],
  clients: readonly string[],
  consistencies: readonly number[] = CONSISTENCIES,
): fc.Arbitrary<JsonObject> {
  const targets: fc.Arbitrary<Json> = fc.oneof(
    { weight: 6, arbitrary: fc.subarray([...clients]) },
    { weight: 1, arbitrary: fc.constant(["nobody"]) },
  );
  const values: Readonly<Record<WriteOption, fc.Arbitrary<Json>>> = {
    noStore: weighted<Json>([6, true], [1, false]),
    noPublish: weighted<Json>([6, true], [1, false]),
    merge: weighted<Json>([6, true], [1, false]),
    meta: METAS,
    consistency: fc.constantFrom<Json>(...consistencies),
    targetClients: targets,
    publishResults: fc.constant<Json>(true),
    tag: fc.constantFrom<Json>("tag", "v1.0"),
    set_type: fc.constant<Json>("sibling"),
  };
  return someOf(on, values);
}

/** Fields that writes have, some of the time, and one that none has. */
const FIELD_NAMES = ["a", "b", "c", "can", "key", "nested.n", "none"] as const;

const fieldName = fc.constantFrom(...FIELD_NAMES);

/** Fresh data counts up from 1 with the operations of the plan. */
const fieldValue: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -5, max: 150 }) },
  { weight: 1, arbitrary: fc.constantFrom<Json>("text", "", true, 0) },
);

const condition: fc.Arbitrary<Json> = fc.oneof(
  fieldValue,
  fc
    .tuple(fc.constantFrom("$gt", "$gte", "$lt", "$lte", "$ne"), fieldValue)
    .map(([operator, value]): Json => ({ [operator]: value })),
  fc
    .tuple(fc.constantFrom("$in", "$nin"), fc.array(fieldValue, { maxLength: 4 }))
    .map(([operator, values]): Json => ({ [operator]: values })),
  fc.boolean().map((isThere): Json => ({ $exists: isThere })),
  fc.tuple(fieldValue, fieldValue).map(([low, high]): Json => ({ $gte: low, $lte: high })),
);

const simpleCriteria = fc
  .array(fc.tuple(fieldName, condition), { minLength: 1, maxLength: 2 })
  .map((entries): JsonObject => Object.fromEntries(entries));

const criteria: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 3, arbitrary: simpleCriteria },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom("$or", "$and"),
        fc.array(simpleCriteria, { minLength: 1, maxLength: 3 }),
        fc.option(simpleCriteria, { nil: {} }),
      )
      .map(([operator, parts, beside]): JsonObject => ({ [operator]: parts, ...beside })),
  },
);

const projection = fc
  .array(fieldName, { minLength: 1, maxLength: 2 })
  .map((names): JsonObject => Object.fromEntries(names.map((name) => [name, 1])));

const sorting = fc
  .array(fc.tuple(fc.constantFrom(...FIELD_NAMES, "_meta.created"), fc.constantFrom(1, -1)), {
    minLength: 1,
    maxLength: 2,
  })
  .map((keys): JsonObject => Object.fromEntries(keys));

/** Options of which the real library's users put into `options.options` (STO-7). */
const INNER_OPTIONS: readonly string[] = ["fields", "sort", "limit", "skip", "path_only"];

/** Options of a `get`, where the packages' documentation puts them; only those that are switched on. */
export function readOptions(on: readonly ReadOption[]): fc.Arbitrary<JsonObject> {
  const values: Readonly<Record<ReadOption, fc.Arbitrary<Json>>> = {
    criteria,
    fields: projection,
    sort: sorting,
    limit: fc.constantFrom<Json>(1, 2, 3, 50),
    skip: fc.constantFrom<Json>(0, 1, 2),
    path_only: fc.constant<Json>(true),
  };
  return fc.tuple(someOf(on, values), often(1, 3)).map(([options, isFlat]): JsonObject => {
    const isInner = (key: string) =>
      key === "limit" || key === "skip" || (!isFlat && INNER_OPTIONS.includes(key));
    const entries = Object.entries(options);
    const inner = entries.filter(([key]) => isInner(key));
    const outer = entries.filter(([key]) => !isInner(key));
    return {
      ...Object.fromEntries(outer),
      ...(inner.length === 0 ? {} : { options: Object.fromEntries(inner) }),
    };
  });
}

/** Options of `on`, with what the real library always sends (and now and then without). */
export function listenOptions(on: readonly ListenOption[]): fc.Arbitrary<JsonObject> {
  const values: Readonly<Record<ListenOption, fc.Arbitrary<Json>>> = {
    initialCallback: fc.constant<Json>(true),
    initialEmit: fc.constant<Json>(true),
    refCount: fc.constantFrom<Json>(1, 2, 3),
    meta: fc.constant<Json>({ componentVersion: "^1.0.0" }),
    depth: fc.constantFrom<Json>(1, 2, 3, 8),
  };
  return fc
    .tuple(
      often(9, 10),
      fc.constantFrom("set", "remove", "all"),
      weighted([8, 0], [1, 1], [1, 2]),
      fc.nat(5),
      someOf(on, values),
    )
    .map(([isComplete, event_type, count, listenerId, extra]): JsonObject => {
      return isComplete ? { event_type, count, listenerId, refCount: 1, ...extra } : extra;
    });
}

/** Options of `off`: the real library says how many of its listeners go. */
export const UNLISTEN_OPTIONS: fc.Arbitrary<JsonObject> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(weighted([6, 1], [2, 2], [1, 3], [1, 100]), fc.integer({ min: -1, max: 5 }))
      .map(([refCount, listenerId]) => ({ refCount, listenerId })),
  },
  { weight: 1, arbitrary: fc.constant({}) },
);

/** Nothing half of the time, else one to three of the options that are on. */
function someOf<Option extends string>(
  on: readonly Option[],
  values: Readonly<Record<Option, fc.Arbitrary<Json>>>,
): fc.Arbitrary<JsonObject> {
  if (on.length === 0) return fc.constant({});
  const option = fc.constantFrom(...on);
  const field = option.chain((name) => values[name].map((value) => [name, value] as const));
  return fc.oneof(
    fc.constant<JsonObject>({}),
    fc
      .array(field, { minLength: 1, maxLength: 3 })
      .map((fields): JsonObject => Object.fromEntries(fields)),
  );
}
