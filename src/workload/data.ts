/**
 * What clients write: every shape that JSON has.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import type { Json, JsonObject } from "../protocol/index.js";
import { weighted } from "./chance.js";

/**
 * The data of a write. `fresh`: an object whose values no other write has, so that readers can tell
 * writes apart.
 */
export type Content =
  | { readonly kind: "fresh"; readonly keys: readonly string[]; readonly isNested: boolean }
  | { readonly kind: "fixed"; readonly data: Json }
  | { readonly kind: "absent" };

/** Shapes that have gone wrong somewhere before: as texts, since literals can't have all of them. */
const ODD_TEXTS = [
  "null",
  "true",
  "false",
  "0",
  "-1",
  "1.5",
  "9007199254740991",
  "9007199254740993",
  "1e308",
  "5e-324",
  '""',
  '"text"',
  '"é 日本 👍 \\u0000 \\ud83d"',
  '"line\\nbreak \\u2028"',
  "{}",
  "[]",
  "[1,2,3]",
  "[[],[[]],{}]",
  "[null]",
  '[{"a":1},{"b":[2,{"c":null}]}]',
  '{"a":null}',
  '{"a":{"b":{"c":{"d":[1,{"e":"deep"}]}}}}',
  '{"a.b":1}',
  '{"a":{"b.c":1}}',
  '{".":1,"a.":2,".b":3}',
  '{"$set":{"a":1}}',
  '{"$id":1,"a$":2}',
  '{"a":{"$in":[1]}}',
  '{"_meta":{"path":"/x","type":"mine"}}',
  '{"a":1,"_meta":1}',
  '{"a":{"_meta":{"created":1}}}',
  '{"_id":"mine"}',
  '{"path":"/x","data":{"a":1},"created":1,"modified":2}',
  '{"value":1}',
  '{"value":{"value":[]}}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"a":{"__proto__":null}}',
  '{"hasOwnProperty":1,"toString":2,"length":3}',
  '{"1":"one","0":"zero","a":"after"}',
  '{"":"empty","a b":1,"é":2}',
  '{"status":"error","error":{"name":"mine"}}',
  '{"removed":7}',
];

const ODD = fc.constantFrom(...ODD_TEXTS.map((text) => JSON.parse(text) as Json));

const KEYS = ["a", "b", "c", "can", "key"] as const;

const FRESH = fc
  .tuple(fc.subarray([...KEYS], { minLength: 1, maxLength: 3 }), weighted([5, false], [1, true]))
  .map(([keys, isNested]): Content => ({ kind: "fresh", keys, isNested }));

const TREE: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.oneof(
      // Below 0: fresh data has the numbers above.
      fc.integer({ min: -50, max: -1 }),
      fc.constantFrom<Json>(null, true, false, "", "x", "text"),
    ),
    fc.array(tie("value"), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom(...KEYS), tie("value")), { maxLength: 3 })
      .map((fields) => Object.fromEntries(fields)),
  ),
})).value;

/** Mostly objects that tell writes apart; the other shapes of JSON, and none, now and then. */
export const CONTENTS: fc.Arbitrary<Content> = fc.oneof(
  { weight: 14, arbitrary: FRESH },
  { weight: 3, arbitrary: ODD.map((data): Content => ({ kind: "fixed", data })) },
  { weight: 2, arbitrary: TREE.map((data): Content => ({ kind: "fixed", data })) },
  { weight: 1, arbitrary: fc.constant<Content>({ kind: "absent" }) },
);

/** Small data where its shape is not what matters: arguments of calls, events. */
export const SMALL_DATA: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Json>({ key: "value" }) },
  { weight: 2, arbitrary: TREE },
  { weight: 1, arbitrary: ODD },
);

/** The data of a content; `number` is one that no other write of the plan has. Undefined: absent. */
export function dataOf(content: Content, number: number): Json | undefined {
  switch (content.kind) {
    case "absent":
      return undefined;
    case "fixed":
      return content.data;
    case "fresh": {
      const object: JsonObject = Object.fromEntries(content.keys.map((key) => [key, number]));
      return content.isNested ? { ...object, nested: { list: [number, null], n: number } } : object;
    }
  }
}
