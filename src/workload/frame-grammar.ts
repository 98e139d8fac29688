/**
 * The grammar of a client's frames: the fields of each action, and its options (PROTOCOL.md 2 to 6).
 *
 * Frames are kept as JSON texts by field, so that they can be broken one part at a time.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import { ACTIONS, type Action } from "../protocol/index.js";
import type { NamePool } from "./names.js";

/** JSON texts by key, in the order in which they are written. */
export type Texts = Readonly<Record<string, string>>;

export interface Template {
  readonly action: Action;
  /** Top-level fields but `data` and `options`. */
  readonly head: Texts;
  /** Null: the action's data is no object. */
  readonly data: Texts | null;
  readonly options: Texts;
}

/** The fields of every request. */
export const FIELDS = ["action", "eventId", "path", "data", "sessionId", "options"] as const;

/** Options of each action, those of newer protocols among them, with a right value each. */
const OPTIONS: Readonly<Record<Action, Texts>> = {
  "configure-session": {},
  describe: {},
  login: { timeout: "60000" },
  set: {
    timeout: "60000",
    noStore: "true",
    noPublish: "true",
    merge: "true",
    meta: '{"mine":1}',
    consistency: "2",
    targetClients: "[]",
    publishResults: "true",
    nullValue: "true",
    tag: '"tag"',
    set_type: '"sibling"',
    onPublished: "true",
    upsertType: "1",
    increment: "1",
    noCluster: "true",
    archiveId: "1",
  },
  get: {
    timeout: "60000",
    criteria: '{"a":{"$gt":1}}',
    fields: '{"a":1}',
    sort: '{"a":1}',
    limit: "1",
    skip: "1",
    path_only: "true",
    options: '{"sort":{"a":1},"limit":1}',
    aggregate: "[]",
    collation: "{}",
    archiveId: "1",
  },
  remove: {
    timeout: "60000",
    noPublish: "true",
    meta: '{"mine":1}',
    consistency: "2",
    targetClients: "[]",
    publishResults: "true",
    criteria: '{"a":1}',
    noCluster: "true",
    archiveId: "1",
  },
  on: {
    timeout: "60000",
    event_type: '"set"',
    count: "0",
    listenerId: "1",
    refCount: "1",
    initialCallback: "true",
    initialEmit: "true",
    depth: "3",
    meta: '{"componentVersion":"^1.0.0"}',
  },
  off: { timeout: "60000", refCount: "1", listenerId: "1", referenceId: '"1"' },
  ack: { timeout: "60000" },
  disconnect: { timeout: "60000", reconnect: "false" },
};

const DATA: Readonly<Record<Action, Texts | null>> = {
  "configure-session": { protocol: '"happn_1.3.0"', version: '"1.3.0"', browser: "false" },
  describe: null,
  login: {
    info: '{"_browser":false,"_local":false}',
    protocol: '"happn_1.3.0"',
    username: '"name"',
    password: '"word"',
    token: '"token"',
  },
  set: { can: '"can"', a: "1", nested: '{"n":1}' },
  get: null,
  remove: null,
  on: null,
  off: null,
  ack: null,
  disconnect: null,
};

/** Those that are sent well-formed: the others are there to be broken. */
const USUAL_OPTIONS = ["timeout", "event_type", "count", "listenerId", "refCount"];
const USUAL_DATA = ["info", "protocol", "can"];

/** Above the eventIds that clients count up to. */
const eventIds = fc.integer({ min: 900_001, max: 909_999 });

/** A request of every action as often as of any other; on the names of the plan. */
export function templates({ paths, patterns }: NamePool): fc.Arbitrary<Template> {
  return fc
    .tuple(fc.constantFrom(...ACTIONS), eventIds, fc.constantFrom(...paths, ...patterns))
    .map(([action, eventId, name]): Template => {
      const path = action === "on" || action === "off" ? `/ALL@${name}` : name;
      const data = DATA[action];
      return {
        action,
        head: {
          action: JSON.stringify(action),
          eventId: String(eventId),
          ...(HAS_PATH.includes(action) ? { path: JSON.stringify(path) } : {}),
        },
        data: data === null ? null : only(data, USUAL_DATA),
        options: only(OPTIONS[action], USUAL_OPTIONS),
      };
    });
}

const HAS_PATH: readonly Action[] = ["set", "get", "remove", "on", "off"];

/** All options that an action has. */
export function optionsOf(action: Action): Texts {
  return OPTIONS[action];
}

/** All keys that the data of an action has; none where it is not an object. */
export function dataOf(action: Action): Texts {
  return DATA[action] ?? {};
}

/** The frame's fields, with data and options written out. */
export function fieldsOf({ head, data, options }: Template): Texts {
  return {
    ...head,
    data: data === null ? "null" : textOf(data),
    options: textOf(options),
  };
}

/** An object of these texts. Keys are written as they are, so that any name can be one. */
export function textOf(texts: Texts): string {
  return textOfEntries(Object.entries(texts));
}

/** The same for keys that come twice, or that an object can't hold as its own. */
export function textOfEntries(entries: readonly (readonly [string, string])[]): string {
  return `{${entries.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",")}}`;
}

function only(texts: Texts, keys: readonly string[]): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([key]) => keys.includes(key)));
}
