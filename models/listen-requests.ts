/**
 * `on` and `off` (SUB-1, SUB-4, SUB-6, SUB-7).
 *
 * @packageDocumentation
 */
import { parseChannel, type Json, type JsonObject } from "../src/protocol/index.js";
import { errorAnswer, okAnswer } from "./answer.js";
import { visible } from "./authorisation.js";
import type { ServerOutput } from "./boundary.js";
import { CONSISTENCY, optionsOf, publicationIdOf } from "./publication.js";
import { listedItem } from "./read-requests.js";
import { pathOf } from "./request-path.js";
import type { Session } from "./session.js";
import { saying, type ServerState, type ServerStep } from "./state.js";
import { find, type Found, type StoredItem } from "./store.js";
import { subscribed, unsubscribed, withoutConnection } from "./subscription.js";
import type { Asked } from "./write-requests.js";

const EVERYTHING = "*";

export function on(state: ServerState, asked: Asked): ServerStep {
  const { connection, request } = asked;
  const accepted = pathOf(request, state.profile);
  if ("refusal" in accepted) {
    return saying(state, errorAnswer(connection, request, accepted.refusal));
  }
  const channel = parseChannel(accepted.path);
  if (channel === null) {
    return saying(state, errorAnswer(connection, request, "no /<ACTION>@<path>"));
  }
  const options = optionsOf(request);
  const depth = options["depth"];
  const next = {
    ...state,
    idCount: state.idCount + 1,
    subscriptions: subscribed(state.subscriptions, connection, channel, {
      refCount: refCountOf(options),
      ...(typeof depth === "number" ? { depth } : {}),
    }),
  };
  const isEmitted = options["initialEmit"] === true;
  if (!isEmitted && options["initialCallback"] !== true) {
    const reference = { id: `reference-${state.idCount}` };
    const data = state.profile.onAnswer === "reference" ? reference : {};
    return saying(next, okAnswer(connection, request, data));
  }
  const { items: all, isSettled } = initialItems(state, channel.path);
  const session = state.sessions.get(connection) as Session;
  const items = visible(state, session, all, ["on", "get"]);
  const answer: ServerOutput = {
    ...okAnswer(connection, request, items.map(listedItem)),
    ...(isSettled ? {} : { unsettled: true }),
  };
  const emissions = isEmitted
    ? items.map((item) => emission(state, asked, accepted.path, item))
    : [];
  return state.profile.initialEmit === "before-answer"
    ? saying(next, ...emissions, answer)
    : saying(next, answer, ...emissions);
}

export function off(state: ServerState, { connection, request }: Asked): ServerStep {
  const channel = typeof request.path === "string" ? parseChannel(request.path) : null;
  if (channel === null && request.path !== EVERYTHING) {
    return saying(state, errorAnswer(connection, request, "no /<ACTION>@<path>, and not *"));
  }
  const refCount = refCountOf(optionsOf(request));
  const subscriptions =
    channel === null
      ? withoutConnection(state.subscriptions, connection)
      : unsubscribed(state.subscriptions, connection, channel, refCount);
  const data = state.profile.offAnswer === "removed" ? { id: false, removed: [] } : {};
  return saying({ ...state, subscriptions }, okAnswer(connection, request, data));
}

/** What is there at this moment, oldest `modified` first (SUB-6). */
function initialItems({ store, profile }: ServerState, pattern: string): Found {
  const { items, isSettled } = find(store, pattern, profile.subscriptionRule);
  const asStored = find(store, pattern, profile.storeRule);
  return {
    items: items.toSorted((left, right) => left.modified - right.modified),
    isSettled: isSettled && asStored.items.length === items.length,
  };
}

function emission(
  state: ServerState,
  { connection, request }: Asked,
  channel: string,
  { path, data, created, modified }: StoredItem,
): ServerOutput {
  const { id: sessionId } = state.sessions.get(connection) as Session;
  return {
    kind: "frame",
    connection,
    frame: {
      data,
      _meta: {
        created,
        modified,
        path,
        channel,
        action: `/ON@${channel}`,
        type: "data",
        sessionId,
        consistency: CONSISTENCY.TRANSACTIONAL,
        publicationId: publicationIdOf(sessionId, request),
      },
    },
  };
}

/** A whole number, or 1 where the options give none (SUB-4). */
function refCountOf(options: JsonObject): number {
  const asked: Json | undefined = options["refCount"];
  return typeof asked === "number" && Number.isSafeInteger(asked) ? asked : 1;
}
