/**
 * Frames that no client library sends (FRM-5): those of the grammar, systematically broken.
 *
 * Every field, option and key of data of every action is broken in every general way; nothing here
 * is made for one server.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import { itemAt, type NamePool } from "./names.js";
import {
  dataOf,
  FIELDS,
  fieldsOf,
  optionsOf,
  templates,
  textOf,
  textOfEntries,
  type Template,
  type Texts,
} from "./frame-grammar.js";
import {
  EXCESSIVE_VALUES,
  METHOD_NAMES,
  PROTOTYPE_NAMES,
  REGEX_TEXTS,
  WRONG_VALUES,
} from "./wrong-values.js";

/** Frames that are no requests at all. */
const STRAYS = [
  "",
  " ",
  "\n",
  "\u0000",
  "\ufeff{}",
  "{",
  "}",
  "[",
  '"',
  "nonsense",
  "undefined",
  "NaN",
  "Infinity",
  "null",
  "true",
  "42",
  "-0",
  "1e400",
  '"text"',
  "[]",
  "{}",
  "[null]",
  "[[[[]]]]",
  '[{"action":"describe","eventId":1}]',
  '{"__proto__":null}',
  '{"constructor":1}',
  '{"toJSON":1}',
  '"primus::ping::"',
  '"primus::ping::x"',
  '"primus::pong::1"',
  '"primus::unknown::1"',
  '"primus::id::1"',
  '"primus::"',
  "primus::ping::1",
  '{"action":"ack"}',
  '{"action":"ack","data":null}',
  '{"action":"ack","data":{"a":1},"sessionId":7}',
  '{"action":"ack","data":"__proto__"}',
  '{"action":"publication-ack","id":"a"}',
  '{"_meta":{"type":"system"},"eventKey":"server-side-disconnect","data":"server-side-disconnect"}',
  '{"_meta":{"type":"response","eventId":1,"status":"ok"},"data":null}',
] as const;

const UNKNOWN_ACTIONS = ["nothing", "SET", "get ", "", " ", "*", "request-nonce", "\u0000"];
const UNKNOWN_PROTOCOLS = [
  "happn_0",
  "happn_99.0.0",
  "nonsense",
  "",
  " ",
  "1.3.0.0",
  "*",
  "\u0000",
];

/** Fields that no request has, or that a server keeps for itself. */
const STRANGE_FIELDS = [
  "_meta",
  "protocol",
  "session",
  "request",
  "response",
  "raw",
  "status",
  "id",
  "info",
  "user",
  "token",
  ...METHOD_NAMES,
];

/** Keys of data that mean something to stores, or to no one. */
const STRANGE_KEYS = [".", "a.b", ".a", "a.", "$", "$set", "$gt", "a$", "", " ", "_id", "\u0000"];

/** Stars in a row, alone and by segments. */
const STAR_TEXTS = ["**", "***", "*/*", "**/**", "**/".repeat(9) + "**", "*/".repeat(40) + "*"];

/** Channels that are none, with the path between. */
const CHANNELS = ["", "@", "/@", "SET@", "/SET", "/set@", "/SET@@", "//SET@", "/NONE@", "/*@"];

/** One malformed frame; the names are those of the plan, so that it may hit what others use. */
export function malformedFrames(names: NamePool): fc.Arbitrary<string> {
  const template = templates(names);
  return fc.oneof(
    { weight: 8, arbitrary: wrongFields(template) },
    { weight: 6, arbitrary: missingFields(template) },
    { weight: 8, arbitrary: wrongOptions(template) },
    { weight: 4, arbitrary: wrongData(template) },
    { weight: 5, arbitrary: wrongNames(template, names) },
    { weight: 3, arbitrary: strangeFields(template) },
    { weight: 3, arbitrary: prototypeNames(template) },
    { weight: 2, arbitrary: excessiveFields(template) },
    { weight: 3, arbitrary: brokenTexts(template) },
    { weight: 3, arbitrary: fc.constantFrom(...STRAYS) },
  );
}

/** A field of the wrong type, or two. */
function wrongFields(template: fc.Arbitrary<Template>): fc.Arbitrary<string> {
  const broken = fc.array(fc.tuple(fc.constantFrom(...FIELDS), WRONG_VALUES), {
    minLength: 1,
    maxLength: 2,
  });
  return fc
    .tuple(template, broken)
    .map(([drawn, fields]) => textOf({ ...fieldsOf(drawn), ...Object.fromEntries(fields) }));
}

function missingFields(template: fc.Arbitrary<Template>): fc.Arbitrary<string> {
  const missing = fc.array(fc.constantFrom(...FIELDS), { minLength: 1, maxLength: 3 });
  return fc
    .tuple(template, missing)
    .map(([drawn, names]) =>
      textOfEntries(
        Object.entries(fieldsOf(drawn)).filter(([key]) => !names.some((name) => name === key)),
      ),
    );
}

/** Names that every object knows, in two places where a server looks something up by what it finds. */
function prototypeNames(template: fc.Arbitrary<Template>): fc.Arbitrary<string> {
  const name = fc.constantFrom(...PROTOTYPE_NAMES).map(quoted);
  const places = fc.array(fc.tuple(fc.nat(99), name), { minLength: 1, maxLength: 2 });
  return fc.tuple(template, places).map(([drawn, drawnPlaces]) => {
    let fields = fieldsOf(drawn);
    let options: Texts = drawn.options;
    const names = ["data", "sessionId", "eventId", ...Object.keys(optionsOf(drawn.action))];
    for (const [at, text] of drawnPlaces) {
      const place = itemAt(names, at);
      if (["data", "sessionId", "eventId"].includes(place)) fields = { ...fields, [place]: text };
      else options = { ...options, [place]: text };
    }
    return textOf({ ...fields, options: textOf(options) });
  });
}

/** Options of the action, or of no action, with wrong values; one of them may sit one level deeper. */
function wrongOptions(template: fc.Arbitrary<Template>): fc.Arbitrary<string> {
  const broken = fc.array(fc.tuple(fc.nat(99), WRONG_VALUES), { minLength: 1, maxLength: 2 });
  return fc.tuple(template, broken, fc.nat(9)).map(([drawn, drawnOptions, how]) => {
    const known = Object.keys(optionsOf(drawn.action));
    const names = how === 0 || known.length === 0 ? [...known, ...PROTOTYPE_NAMES] : known;
    const wrong = drawnOptions.map(([at, text]) => [itemAt(names, at), text] as const);
    const options = textOfEntries([...Object.entries(drawn.options), ...wrong]);
    const text = how === 1 ? `{"options":${options}}` : options;
    return textOf({ ...fieldsOf(drawn), options: text });
  });
}

/** Keys of the action's data with wrong values, and keys that are hard to store. */
function wrongData(template: fc.Arbitrary<Template>): fc.Arbitrary<string> {
  return fc
    .tuple(
      template,
      fc.nat(99),
      fc.oneof(WRONG_VALUES, fc.constantFrom(...UNKNOWN_PROTOCOLS.map(quoted))),
      fc.nat(3),
    )
    .map(([drawn, at, text, how]) => {
      const known = Object.keys(dataOf(drawn.action));
      const names = how > 0 && known.length > 0 ? known : [...STRANGE_KEYS, ...PROTOTYPE_NAMES];
      const key = itemAt(names, at);
      const data = textOfEntries([...Object.entries(drawn.data ?? {}), [key, text]]);
      return textOf({ ...fieldsOf(drawn), data });
    });
}

/** Actions, paths and channels of no good form: other names, and characters that mean something. */
function wrongNames(
  template: fc.Arbitrary<Template>,
  { paths, patterns }: NamePool,
): fc.Arbitrary<string> {
  const name = fc.constantFrom(...paths, ...patterns);
  const word = fc.constantFrom(...PROTOTYPE_NAMES, ...REGEX_TEXTS, ...STAR_TEXTS);
  const path = fc.tuple(name, word, fc.nat(6)).map(([base, text, how]) => {
    switch (how) {
      case 0:
        return text;
      case 1:
        return `/${text}`;
      case 2:
        return `${base}/${text}`;
      case 3:
        return `${base}${text}*`;
      case 4:
        return `*${text}`;
      case 5:
        return `${text}*${base}`;
      default:
        return `/a/${text}/*/${text}`;
    }
  });
  const channel = fc
    .tuple(fc.constantFrom("/ALL@", "/SET@", "/REMOVE@", ...CHANNELS), fc.oneof(path, name))
    .map(([before, after]) => `${before}${after}`);
  const prototypeChannel = fc
    .tuple(fc.constantFrom(...PROTOTYPE_NAMES), name)
    .map(([action, target]) => `/${action}@${target}`);
  const actions = fc
    .tuple(template, fc.constantFrom(...UNKNOWN_ACTIONS, ...PROTOTYPE_NAMES))
    .map(([drawn, action]) => textOf({ ...fieldsOf(drawn), action: quoted(action) }));
  const named = fc
    .tuple(template, path, fc.oneof(channel, prototypeChannel))
    .map(([drawn, plain, listened]) => {
      const isChannel = drawn.action === "on" || drawn.action === "off";
      return textOf({ ...fieldsOf(drawn), path: quoted(isChannel ? listened : plain) });
    });
  return fc.oneof({ weight: 1, arbitrary: actions }, { weight: 2, arbitrary: named });
}

/** A well-formed request with fields that it should not have, before or after its own. */
function strangeFields(template: fc.Arbitrary<Template>): fc.Arbitrary<string> {
  return fc
    .tuple(
      template,
      fc.constantFrom(...STRANGE_FIELDS, ...PROTOTYPE_NAMES, ...FIELDS),
      WRONG_VALUES,
      fc.boolean(),
    )
    .map(([drawn, key, text, isFirst]) => {
      const own = Object.entries(fieldsOf(drawn));
      return textOfEntries(isFirst ? [[key, text], ...own] : [...own, [key, text]]);
    });
}

/** Depth and length, wherever they are put. */
function excessiveFields(template: fc.Arbitrary<Template>): fc.Arbitrary<string> {
  return fc
    .tuple(template, fc.constantFrom(...FIELDS), EXCESSIVE_VALUES, fc.nat(3))
    .map(([drawn, field, text, how]) => {
      const fields: Texts = fieldsOf(drawn);
      if (how > 0) return textOf({ ...fields, [how === 1 ? field : "data"]: text });
      const names = Object.keys(optionsOf(drawn.action));
      const name = names.at(-1) ?? "a";
      return textOf({ ...fields, options: `{${quoted(name)}:${text}}` });
    });
}

/** Texts that are no one JSON document: cut short, or more than one. */
function brokenTexts(template: fc.Arbitrary<Template>): fc.Arbitrary<string> {
  return fc.tuple(template, template, fc.nat(400), fc.nat(7)).map(([drawn, other, at, how]) => {
    const [text, next] = [textOf(fieldsOf(drawn)), textOf(fieldsOf(other))];
    switch (how) {
      case 0:
        return `${text}${next}`;
      case 1:
        return `${text}\n${next}`;
      case 2:
        return `[${text},${next}]`;
      case 3:
        return `${text},`;
      case 4:
        return quoted(text);
      case 5:
        return `${text.slice(0, at % text.length)}\u0000${text.slice(at % text.length)}`;
      default:
        return text.slice(0, at % text.length);
    }
  });
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
