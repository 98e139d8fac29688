/**
 * Publications: telling everybody who listens, and then or before the one who asked (PROTOCOL.md 5).
 *
 * @packageDocumentation
 */
import {
  isJsonObject,
  publicationIdOf,
  type Json,
  type JsonObject,
  type Request,
} from "../src/protocol/index.js";
import { mayHear } from "./authorisation.js";
import { ACKNOWLEDGE_TIMEOUT_MS, publicationAck, type Awaited } from "./acknowledgement.js";
import { bareAnswer, okAnswer } from "./answer.js";
import type { FrameOutput, ServerOutput } from "./boundary.js";
import type { Session } from "./session.js";
import { saying, type ServerState, type ServerStep } from "./state.js";
import { recipientsOf, type Recipient } from "./subscription.js";

/** A `set` or `remove` that took effect. */
export interface Written {
  readonly connection: string;
  readonly request: Request;
  readonly at: number;
  readonly action: "SET" | "REMOVE";
  /** The path, or the removed pattern as it was asked for. */
  readonly path: string;
  /** Another path by which subscriptions may hear of it: that of the request for a snapshot (STO-9). */
  readonly alias?: string;
  readonly data: JsonObject;
  /** Times in the answer's `_meta`: `created` and `modified`, `timestamp`, or none. */
  readonly times: JsonObject;
  /** False where the clauses leave what was done to the server, in part. */
  readonly isSettled: boolean;
  /** True where who hears of it is the server's choice: nothing changed (PUB-8), or it is a snapshot (STO-9). */
  readonly isIdle: boolean;
}

/** Keys of `options.meta` that a publication does not take over (PUB-3). */
const RESERVED_META = [
  "created",
  "modified",
  "path",
  "action",
  "type",
  "published",
  "status",
  "eventId",
  "sessionId",
];

/** PUB-4. */
export const CONSISTENCY = { QUEUED: 0, DEFERRED: 1, TRANSACTIONAL: 2, ACKNOWLEDGED: 3 } as const;

/** The options of a request; none where they are no object. */
export function optionsOf(request: Request): JsonObject {
  return isJsonObject(request.options) ? request.options : {};
}

/** Answers a write and publishes it, in the order that its consistency asks for (PUB-1, PUB-4). */
export function answeredAndPublished(state: ServerState, written: Written): ServerStep {
  const { connection, request, path, data, times } = written;
  const options = optionsOf(request);
  const session = state.sessions.get(connection) as Session;
  const isBare = session.dialect.knowsNoDataResponse && options["noDataResponse"] === true;
  const answer = (meta: JsonObject, isSettled: boolean): ServerOutput => ({
    ...(isBare && written.action === "SET"
      ? bareAnswer(connection, request, { path, ...meta })
      : okAnswer(connection, request, data, { ...times, path, ...meta })),
    ...(isSettled && written.isSettled ? {} : { unsettled: true }),
  });
  if (options["noPublish"] === true) {
    return saying(state, answer({ published: false }, true));
  }
  const consistency = consistencyOf(options);
  const publicationId = publicationIdOf(session.id, request.eventId);
  const publications = addressedTo(state, written, options).map((recipient) =>
    publicationTo(recipient, state, written, {
      ...metaOf(options),
      consistency,
      publicationId,
      sessionId: session.id,
    }),
  );
  const frames = publications.length;
  const isCertain = publications.every((output) => output.optional !== true);
  if (consistency === CONSISTENCY.TRANSACTIONAL) {
    const results = { successful: frames, failed: 0, skipped: 0, queued: frames };
    const meta = options["publishResults"] === true ? { publishResults: results } : {};
    const last = answer({ published: true, ...meta }, isCertain || !("publishResults" in meta));
    return saying(state, ...publications, last);
  }
  const awaited: Awaited = {
    publicationId,
    publisher: connection,
    eventId: request.eventId,
    waiting: publications.map((output) => output.connection),
    frames,
    dueAt: written.at + ACKNOWLEDGE_TIMEOUT_MS,
  };
  const isCounted = consistency !== CONSISTENCY.QUEUED;
  const first = answer({ published: false }, isCertain || !isCounted);
  const step = saying(state, first, ...publications);
  return afterPublication(step, awaited, consistency);
}

/** The publication-ack, now or once everybody has acknowledged. */
function afterPublication(step: ServerStep, awaited: Awaited, consistency: number): ServerStep {
  const { state, outputs } = step;
  if (consistency === CONSISTENCY.ACKNOWLEDGED) {
    if (awaited.frames === 0) {
      return saying(state, ...outputs, publicationAck(awaited, { acknowledged: 0 }));
    }
    return {
      state: { ...state, acknowledgements: [...state.acknowledgements, awaited] },
      outputs,
    };
  }
  if (consistency === CONSISTENCY.DEFERRED)
    return saying(state, ...outputs, publicationAck(awaited));
  if (!state.profile.acknowledgesQueued) return step;
  return saying(state, ...outputs, { ...publicationAck(awaited), optional: true });
}

function addressedTo(
  state: ServerState,
  { action, path, alias }: Written,
  options: JsonObject,
): readonly Recipient[] {
  const { subscriptionRule } = state.profile;
  const ofPath = recipientsOf(state.subscriptions, action, path, subscriptionRule);
  const ofAlias =
    alias === undefined ? [] : recipientsOf(state.subscriptions, action, alias, subscriptionRule);
  const isNew = ({ connection, channel }: Recipient) =>
    !ofPath.some((each) => each.connection === connection && each.channel === channel);
  const recipients = permitted(state, [...ofPath, ...ofAlias.filter(isNew)], path);
  const targets = options["targetClients"];
  if (!Array.isArray(targets)) return recipients;
  return recipients.filter(({ connection }) => {
    const id = state.sessions.get(connection)?.id;
    return (targets as readonly Json[]).some((target) => target === id);
  });
}

/** In secure mode, those who may hear of it (SEC-3, SEC-4). */
function permitted(
  { security, sessions, profile }: ServerState,
  recipients: readonly Recipient[],
  path: string,
): readonly Recipient[] {
  if (security === null) return recipients;
  return recipients.flatMap((recipient): readonly Recipient[] => {
    const session = sessions.get(recipient.connection) as Session;
    const heard = mayHear(security, session, path, profile);
    if (heard === "never") return [];
    return [heard === "must" ? recipient : { ...recipient, match: "may" }];
  });
}

function publicationTo(
  { connection, channel, match }: Recipient,
  state: ServerState,
  { action, path, data, times, isIdle }: Written,
  meta: JsonObject,
): FrameOutput {
  const timesOf = action === "REMOVE" && !state.profile.publishesRemoveTimestamp ? {} : times;
  const isLeaving = state.sessions.get(connection)?.isLeaving === true;
  return {
    kind: "frame",
    connection,
    frame: {
      data,
      _meta: { ...meta, ...timesOf, path, channel, action: `/${action}@${path}`, type: "data" },
    },
    ...(match === "may" || isIdle || isLeaving ? { optional: true } : {}),
  };
}

function metaOf(options: JsonObject): JsonObject {
  const meta = options["meta"];
  if (!isJsonObject(meta)) return {};
  return Object.fromEntries(Object.entries(meta).filter(([key]) => !RESERVED_META.includes(key)));
}

function consistencyOf(options: JsonObject): number {
  const asked = options["consistency"];
  return Object.values<Json>(CONSISTENCY).includes(asked as Json)
    ? (asked as number)
    : CONSISTENCY.TRANSACTIONAL;
}
