/**
 * Profiles: what differs between generations of servers, as data.
 *
 * What differs is declared here, once per profile, and nowhere else in code (docs/PROTOCOL.md,
 * "Profiles"). Everything that is not here is promised by every server.
 *
 * @packageDocumentation
 */

import type { Dialect } from "./dialect.js";

/** Oldest first. */
export const PROFILE_IDS = [
  "1.x",
  "5.x",
  "7.x",
  "8.x",
  "9.x",
  "10.x",
  "11.x",
  "12.x",
  "13.x",
] as const;

export type ProfileId = (typeof PROFILE_IDS)[number];

/** How a pattern is read: see `match`. */
export type PatternRule = "crossing" | "segments" | "crossing-anchored";

export interface Profile {
  readonly id: ProfileId;
  /** What its sessions can ask to speak; the first is what they speak until then (DIA-1). */
  readonly dialects: readonly [Dialect, ...Dialect[]];
  /** Rule of subscription patterns, and of pattern `get` and `remove` (SUB-5). */
  readonly subscriptionRule: PatternRule;
  readonly storeRule: PatternRule;
  /** How a permission's pattern is read (SEC-2). */
  readonly permissionRule: PatternRule;
  /** By which action a session ends itself for good (SEC-4). */
  readonly revokeAction: "revoke-session" | "revoke-token";
  /** Signs that paths of `set`, `on` and `remove` may have beside letters, digits and white space; null: any. */
  readonly pathSigns: string | null;
  /** Whether `set` on a path with `*` is refused (STO-13). */
  readonly refusesSetOnPattern: boolean;
  /** Actions beyond the protocol's that these servers know, whatever they do with them (COR-5). */
  readonly furtherActions: readonly string[];
  /** Whether an orderly stop sends the system frame (SES-7). */
  readonly sendsStopFrame: boolean;
  /** Keys of `describe`'s data (SES-2). */
  readonly describeKeys: readonly string[];
  /** Whether an explicit `null` in a merge takes the place of the old value, or leaves it (STO-4). */
  readonly mergeOfNull: "keeps" | "replaces";
  /** Whether `tag` keeps a snapshot under /_TAGS, or is ignored (STO-9). */
  readonly tag: "snapshot" | "ignored";
  /** Whether `get` takes `skip` (STO-7). */
  readonly knowsSkip: boolean;
  /** Whether the publication of a `remove` has `_meta.timestamp`, as its answer has (PUB-8). */
  readonly publishesRemoveTimestamp: boolean;
  /** Whether consistency 0 is followed by a publication-ack too (PUB-4). */
  readonly acknowledgesQueued: boolean;
  /** Virtual milliseconds of silence after which the server closes a connection of a 1.3.0 client (FRM-2). */
  readonly idleCloseMs: number;
}

/** What happn-3 1 to 3 make of the first dialect. */
const FIRST: Dialect = {
  id: "happn_1.3.0",
  listening: "counted",
  onAnswer: "empty",
  offAnswer: "empty",
  initialEmit: "before-answer",
  answersDisconnect: true,
  mayNameSession: false,
  heartbeats: "from-client",
  knowsNoDataResponse: false,
  knowsGauges: false,
  knowsCount: false,
};
const FIRST_OF_5: Dialect = { ...FIRST, onAnswer: "reference", offAnswer: "removed" };
const FIRST_OF_8: Dialect = { ...FIRST_OF_5, answersDisconnect: false };
const FIRST_OF_9: Dialect = { ...FIRST_OF_8, initialEmit: "after-answer" };

/** What servers make of the dialects after the first; `disconnect` and some options apart. */
const NAMED = {
  listening: "named",
  onAnswer: "reference",
  offAnswer: "removed",
  initialEmit: "in-answer",
  answersDisconnect: false,
  mayNameSession: false,
  heartbeats: "from-client",
  knowsNoDataResponse: false,
  knowsGauges: true,
  knowsCount: true,
} as const satisfies Omit<Dialect, "id">;

const SECOND: Dialect = { ...NAMED, id: "happn_2", answersDisconnect: true };
const THIRD: Dialect = { ...NAMED, id: "happn_3" };
const FOURTH: Dialect = {
  ...NAMED,
  id: "happn_4",
  mayNameSession: true,
  heartbeats: "from-server",
  knowsNoDataResponse: true,
};

/** The profile of a target or recording. */
export function profileOf(id: ProfileId): Profile {
  return PROFILES[id];
}

/** happn-3 1 to 3, and what those up to 7 are made of. */
const OLDEST: Profile = {
  id: "1.x",
  dialects: [FIRST],
  subscriptionRule: "crossing",
  storeRule: "crossing",
  permissionRule: "crossing",
  revokeAction: "revoke-session",
  pathSigns: null,
  refusesSetOnPattern: false,
  furtherActions: ["request-nonce", "revoke-session"],
  sendsStopFrame: true,
  describeKeys: ["name", "secure", "encryptPayloads", "publicKey"],
  mergeOfNull: "keeps",
  tag: "snapshot",
  knowsSkip: false,
  publishesRemoveTimestamp: true,
  acknowledgesQueued: false,
  idleCloseMs: 35_000,
};

/** Also 6. */
const FIVE: Profile = {
  ...OLDEST,
  id: "5.x",
  dialects: [FIRST_OF_5, { ...SECOND, knowsGauges: false, knowsCount: false }],
};

/** Of `set`, `on` and `remove`, before braces came in. */
const SIGNS_OF_7 = "/()+=&:%@._*-";

const SEVEN: Profile = { ...FIVE, id: "7.x", pathSigns: SIGNS_OF_7, refusesSetOnPattern: true };

/** happn-3 13, and what those from 8 on are made of. */
const NEWEST: Profile = {
  id: "13.x",
  dialects: [FIRST_OF_9, SECOND, THIRD, FOURTH],
  subscriptionRule: "segments",
  storeRule: "crossing-anchored",
  permissionRule: "crossing-anchored",
  revokeAction: "revoke-token",
  pathSigns: "/(){}+=&:%@._*-",
  refusesSetOnPattern: true,
  furtherActions: ["count", "request-nonce", "revoke-token", "change-password"],
  sendsStopFrame: false,
  describeKeys: ["name", "secure"],
  mergeOfNull: "replaces",
  tag: "ignored",
  knowsSkip: true,
  publishesRemoveTimestamp: false,
  acknowledgesQueued: true,
  idleCloseMs: 210_000,
};

/** From 11.11.0 on. */
const TWELVE: Profile = {
  ...NEWEST,
  id: "12.x",
  furtherActions: ["count", "request-nonce", "revoke-token"],
  tag: "snapshot",
  idleCloseMs: 90_000,
};

const ELEVEN: Profile = {
  ...TWELVE,
  id: "11.x",
  dialects: [FIRST_OF_9, SECOND, THIRD, { ...FOURTH, knowsNoDataResponse: false }],
  describeKeys: OLDEST.describeKeys,
  mergeOfNull: "keeps",
};

const TEN: Profile = {
  ...ELEVEN,
  id: "10.x",
  furtherActions: ["count", "request-nonce", "revoke-session"],
  revokeAction: "revoke-session",
};

/** The second and the third before they had a count. */
const UNCOUNTED = [
  { ...SECOND, knowsCount: false },
  { ...THIRD, knowsCount: false },
] as const;

const NINE: Profile = {
  ...TEN,
  id: "9.x",
  dialects: [
    FIRST_OF_9,
    ...UNCOUNTED,
    { ...FOURTH, knowsNoDataResponse: false, knowsCount: false },
  ],
  furtherActions: ["request-nonce", "revoke-session"],
  knowsSkip: false,
};

const EIGHT: Profile = {
  ...NINE,
  id: "8.x",
  dialects: [FIRST_OF_8, ...UNCOUNTED],
  pathSigns: SIGNS_OF_7,
  acknowledgesQueued: false,
  idleCloseMs: 35_000,
};

const PROFILES: Readonly<Record<ProfileId, Profile>> = {
  "1.x": OLDEST,
  "5.x": FIVE,
  "7.x": SEVEN,
  "8.x": EIGHT,
  "9.x": NINE,
  "10.x": TEN,
  "11.x": ELEVEN,
  "12.x": TWELVE,
  "13.x": NEWEST,
};
