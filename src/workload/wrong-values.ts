/**
 * JSON values that do not belong where they are put, as texts (FRM-5).
 *
 * Texts, since values can't have all of what a text can: numbers too large, keys twice, prototypes.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

/** What every object has without having been given it. */
export const PROTOTYPE_NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "toJSON",
  "length",
  "then",
] as const;

/** What strings and lists have: a server that asks a value for one of these takes it for such. */
export const METHOD_NAMES = [
  "indexOf",
  "forEach",
  "map",
  "filter",
  "push",
  "slice",
  "split",
  "replace",
  "match",
  "substring",
  "toUpperCase",
  "call",
  "apply",
  "on",
] as const;

const NULLS = ["null"];
const BOOLEANS = ["true", "false"];
const NUMBERS = [
  "0",
  "-0",
  "1",
  "-1",
  "7",
  "1.5",
  "100000",
  "1e21",
  "9007199254740993",
  "-9007199254740993",
  "1e308",
  "1e400",
  "-1e400",
  "5e-324",
  `1${"0".repeat(400)}`,
];
const ARRAYS = ["[]", "[1]", "[null]", "[[]]", '["a"]', '[{"a":1}]', "[[[[[]]]]]", '["__proto__"]'];
const OBJECTS = [
  "{}",
  '{"a":1}',
  '{"a":null}',
  '{"":1}',
  '{"length":7}',
  '{"length":-1}',
  '{"length":4294967296}',
  '{"toString":1}',
  '{"toJSON":1}',
  '{"valueOf":null,"toString":null}',
  '{"__proto__":{"a":1}}',
  '{"__proto__":null}',
  '{"constructor":{"prototype":{"a":1}}}',
  '{"hasOwnProperty":1}',
  '{"then":1}',
  '{"$gt":1}',
  '{"a.b":1}',
  '{"$set":{"a":1}}',
  '{"bsonid":"a"}',
  '{"type":"Buffer","data":[1,2,3]}',
  '{"_meta":{"path":"/a"}}',
];
/** Queries that mean something to stores, for documents and for single fields: right ones and broken ones. */
const QUERIES = [
  '{"$ne":null}',
  '{"a":{"$ne":null}}',
  '{"$exists":true}',
  '{"$in":1}',
  '{"a":{"$in":{}}}',
  '{"$or":{}}',
  '{"$and":[null]}',
  '{"$not":1}',
  '{"$regex":1}',
  '{"a":{"$regex":7}}',
  '{"a":{"$regex":"("}}',
  '{"$regex":[".*","z"]}',
  '{"$elemMatch":null}',
  '{"$nothing":1}',
  // Ends a server that takes what a client says for code.
  '{"$where":"process.exit(86)"}',
  '{"a":{"$where":"process.exit(86)"}}',
];
const METHODS = METHOD_NAMES.map((name) => `{"${name}":1}`);
const STRINGS = [
  '""',
  '" "',
  '"text"',
  '"1"',
  '"null"',
  '"undefined"',
  '"NaN"',
  '"/"',
  '"//"',
  '"."',
  '".."',
  '"$"',
  '"*"',
  '"**"',
  '"@"',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u2028\\u2029"',
  '"\\ufeff"',
  '"é 日本 👍"',
  '"\\n\\r\\t"',
  '"%"',
  '"%00"',
  '"\\\\"',
  '"1970-01-01T00:00:00.000Z"',
  ...PROTOTYPE_NAMES.map((name) => `"${name}"`),
];

/** Texts that mean something in a regular expression, alone and between others. */
export const REGEX_TEXTS = [
  "(",
  ")",
  "[",
  "]",
  "{",
  "+",
  "?",
  "^",
  "$",
  "|",
  "\\",
  "(?",
  "[^",
  "a{2,1}",
  "(a+)+",
  "[z-a]",
  "\\1",
  "(?:",
] as const;

/** One value of each JSON type as often as of any other. */
export const WRONG_VALUES: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NULLS),
  fc.constantFrom(...BOOLEANS),
  fc.constantFrom(...NUMBERS),
  fc.constantFrom(...STRINGS),
  fc.constantFrom(...ARRAYS),
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...OBJECTS) },
    { weight: 2, arbitrary: fc.constantFrom(...QUERIES) },
    { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
  ),
);

/** Deeper than anybody writes by hand, and large: made when drawn, since they are long. */
export const EXCESSIVE_VALUES: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(10, 100, 1_000, 2_500), fc.constantFrom("array", "object", "both"))
      .map(([depth, of]) => nested(depth, of)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom(1_000, 20_000, 100_000),
        fc.constantFrom("x", "*", "/", "é", "\\u0000"),
      )
      .map(([length, text]) => `"${text.repeat(Math.floor(length / text.length))}"`),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(100, 2_000)
      .map((count) => `[${Array<string>(count).fill('{"a":[]}').join(",")}]`),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(100, 2_000)
      .map((count) => `{${Array.from({ length: count }, (_, at) => `"k${at}":${at}`).join(",")}}`),
  },
);

function nested(depth: number, of: "array" | "object" | "both"): string {
  switch (of) {
    case "array":
      return `${"[".repeat(depth)}1${"]".repeat(depth)}`;
    case "object":
      return `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    case "both":
      return `${'{"a":['.repeat(depth / 2)}1${"]}".repeat(depth / 2)}`;
  }
}
