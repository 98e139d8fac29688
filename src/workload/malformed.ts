/**
 * Frames that no client library sends (FRM-5): well-formed ones, broken in general ways.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import { ACTIONS } from "../protocol/index.js";
import type { NamePool } from "./names.js";

const FIELDS = ["action", "eventId", "path", "data", "sessionId", "options"] as const;

/** A value in the wrong place, as JSON text. */
const WRONG = [
  "null",
  "true",
  "0",
  "-1",
  "1.5",
  "1e400",
  '""',
  '"text"',
  "[]",
  "[1]",
  "[[]]",
  "{}",
  '{"a":1}',
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '{"__proto__":{"a":1}}',
  '{"length":7}',
  '{"toString":1}',
  '"\\u0000"',
  '"\\ud800"',
  '"/"',
  '"*"',
  '"/ALL@"',
  '"@"',
  '"/SET@["',
  '"/NONE@/a"',
] as const;

/** Option names whose values matter to a server. */
const OPTION_NAMES = [
  "consistency",
  "meta",
  "targetClients",
  "refCount",
  "merge",
  "noStore",
  "noPublish",
  "initialCallback",
  "timeout",
  "__proto__",
  "listenerId",
] as const;

/** Frames that are no requests at all. */
const STRAYS = [
  "",
  " ",
  "{",
  "[",
  '"',
  "nonsense",
  "undefined",
  "NaN",
  "null",
  "true",
  "42",
  '"text"',
  "[]",
  "{}",
  "[null]",
  "[[[[]]]]",
  '{"__proto__":null}',
  '"primus::ping::"',
  '"primus::ping::x"',
  '"primus::pong::1"',
  '"primus::unknown::1"',
  '"primus::id::1"',
  '{"action":"ack"}',
  '{"action":"ack","data":null}',
  '{"action":"ack","data":{"a":1},"sessionId":7}',
] as const;

/** A request as fields of JSON text, so that they can be broken one by one. */
type Fields = Partial<Record<(typeof FIELDS)[number], string>>;

function requests({ paths, patterns }: NamePool): fc.Arbitrary<Fields> {
  return fc
    .tuple(
      fc.constantFrom(...ACTIONS),
      fc.integer({ min: 900_001, max: 900_400 }),
      fc.constantFrom(...paths, ...patterns),
    )
    .map(([action, eventId, path]) => ({
      action: JSON.stringify(action),
      eventId: String(eventId),
      path: JSON.stringify(action === "on" || action === "off" ? `/ALL@${path}` : path),
      data: '{"can":"can"}',
      options: '{"timeout":60000}',
    }));
}

function textOf(fields: Fields): string {
  return `{${FIELDS.flatMap((name) =>
    fields[name] === undefined ? [] : [`"${name}":${fields[name]}`],
  ).join(",")}}`;
}

/** One malformed frame; the names are those of the plan, so that it may hit what others use. */
export function malformedFrames(names: NamePool): fc.Arbitrary<string> {
  const request = requests(names);
  const field = fc.constantFrom(...FIELDS);
  const wrong = fc.constantFrom(...WRONG);
  return fc.oneof(
    // A field of the wrong type, or two.
    {
      weight: 6,
      arbitrary: fc
        .tuple(request, fc.array(fc.tuple(field, wrong), { minLength: 1, maxLength: 2 }))
        .map(([fields, broken]) => textOf({ ...fields, ...Object.fromEntries(broken) })),
    },
    // A field missing.
    {
      weight: 3,
      arbitrary: fc.tuple(request, field).map(([fields, name]) => {
        const rest = { ...fields };
        delete rest[name];
        return textOf(rest);
      }),
    },
    // An option of the wrong type.
    {
      weight: 3,
      arbitrary: fc
        .tuple(request, fc.constantFrom(...OPTION_NAMES), wrong)
        .map(([fields, name, value]) => textOf({ ...fields, options: `{"${name}":${value}}` })),
    },
    // An action that nobody knows.
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          request,
          fc.constantFrom("nothing", "SET", "", "__proto__", "constructor", "toString"),
        )
        .map(([fields, action]) => textOf({ ...fields, action: JSON.stringify(action) })),
    },
    // Cut short.
    {
      weight: 2,
      arbitrary: fc.tuple(request, fc.nat(60)).map(([fields, length]) => {
        return textOf(fields).slice(0, length + 1);
      }),
    },
    // Twice the same key: the last one counts.
    {
      weight: 1,
      arbitrary: fc
        .tuple(request, field, wrong)
        .map(([fields, name, value]) => `${textOf(fields).slice(0, -1)},"${name}":${value}}`),
    },
    { weight: 3, arbitrary: fc.constantFrom(...STRAYS) },
    // Deep, and large.
    {
      weight: 1,
      arbitrary: fc
        .tuple(request, fc.constantFrom(10, 100, 1_000))
        .map(([fields, depth]) =>
          textOf({ ...fields, data: `${'{"a":['.repeat(depth)}1${"]}".repeat(depth)}` }),
        ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(request, fc.constantFrom(1_000, 20_000))
        .map(([fields, length]) => textOf({ ...fields, data: `"${"x".repeat(length)}"` })),
    },
  );
}
