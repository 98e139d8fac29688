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
] as const;

export type WriteOption = (typeof WRITE_OPTIONS)[number];

/** Options of `on`. */
export const LISTEN_OPTIONS = ["initialCallback", "initialEmit", "refCount", "meta"] as const;

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

/** Options of a write by one of the clients named; only those that are switched on. */
export function writeOptions(
  on: readonly WriteOption[],
  clients: readonly string[],
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
    consistency: fc.constantFrom<Json>(0, 1, 2, 3),
    targetClients: targets,
    publishResults: fc.constant<Json>(true),
  };
  return someOf(on, values, 5);
}

/** Options of `on`, with what the real library always sends (and now and then without). */
export function listenOptions(on: readonly ListenOption[]): fc.Arbitrary<JsonObject> {
  const values: Readonly<Record<ListenOption, fc.Arbitrary<Json>>> = {
    initialCallback: fc.constant<Json>(true),
    initialEmit: fc.constant<Json>(true),
    refCount: fc.constantFrom<Json>(1, 2, 3),
    meta: fc.constant<Json>({ componentVersion: "^1.0.0" }),
  };
  return fc
    .tuple(
      often(9, 10),
      fc.constantFrom("set", "remove", "all"),
      weighted([8, 0], [1, 1], [1, 2]),
      fc.nat(5),
      someOf(on, values, 4),
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

/** Each option that is on, one time in `denominator`; nothing half of the time. */
function someOf<Option extends string>(
  on: readonly Option[],
  values: Readonly<Record<Option, fc.Arbitrary<Json>>>,
  denominator: number,
): fc.Arbitrary<JsonObject> {
  if (on.length === 0) return fc.constant({});
  const option = fc.constantFrom(...on);
  const field = option.chain((name) => values[name].map((value) => [name, value] as const));
  return fc.oneof(
    { weight: denominator, arbitrary: fc.constant<JsonObject>({}) },
    {
      weight: denominator,
      arbitrary: fc
        .array(field, { minLength: 1, maxLength: 3 })
        .map((fields): JsonObject => Object.fromEntries(fields)),
    },
  );
}
