/**
 * `on` and `off` (SUB-1, SUB-4, SUB-6, SUB-7).
 *
 * @packageDocumentation
 */
import {
  listenerMeant,
  parseChannel,
  publicationIdOf,
  type Channel,
  type Json,
  type JsonObject,
} from "../src/protocol/index.js";
import { errorAnswer, okAnswer } from "./answer.js";
import { visible } from "./authorisation.js";
import type { ServerOutput } from "./boundary.js";
import type { Dialect } from "./dialect.js";
import { CONSISTENCY, optionsOf } from "./publication.js";
import { listedItem } from "./read-requests.js";
import { pathOf } from "./request-path.js";
import type { Session } from "./session.js";
import { saying, type ServerState, type ServerStep } from "./state.js";
import { find, type Found, type StoredItem } from "./store.js";
import {
  listened,
  subscribed,
  unlistened,
  unsubscribed,
  withoutConnection,
  type Subscriptions,
} from "./subscription.js";
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
  const session = state.sessions.get(connection) as Session;
  const { dialect } = session;
  const id = `reference-${state.idCount}`;
  const next = {
    ...state,
    idCount: state.idCount + 1,
    subscriptions: withListener(state.subscriptions, session, { connection, channel, options, id }),
  };
  const isEmitted = options["initialEmit"] === true;
  if (!isEmitted && options["initialCallback"] !== true) {
    const data = dialect.onAnswer === "reference" ? { id } : {};
    return saying(next, okAnswer(connection, request, data));
  }
  const { items: all, isSettled } = initialItems(state, channel.path);
  const items = visible(state, session, all, ["on", "get"]);
  const meta = dialect.listening === "named" ? { referenceId: id } : {};
  const answer: ServerOutput = {
    ...okAnswer(connection, request, items.map(listedItem), meta),
    ...(isSettled ? {} : { unsettled: true }),
  };
  if (!isEmitted || dialect.initialEmit === "in-answer") return saying(next, answer);
  const emissions = items.map((item) => emission(state, asked, accepted.path, item));
  return dialect.initialEmit === "before-answer"
    ? saying(next, ...emissions, answer)
    : saying(next, answer, ...emissions);
}

interface Listening {
  readonly connection: string;
  readonly channel: Channel;
  readonly options: JsonObject;
  /** By which the server knows it. */
  readonly id: string;
}

/** Once more, or one of its own, as the dialect has it (SUB-4, DIA-2). */
function withListener(
  subscriptions: Subscriptions,
  { dialect }: Session,
  { connection, channel, options, id }: Listening,
): Subscriptions {
  const { depth } = options;
  const reach = typeof depth === "number" ? depth : undefined;
  if (dialect.listening === "named") {
    return listened(subscriptions, connection, channel, { name: id, depth: reach });
  }
  return subscribed(subscriptions, connection, channel, {
    refCount: refCountOf(options),
    ...(reach === undefined ? {} : { depth: reach }),
  });
}

export function off(state: ServerState, { connection, request }: Asked): ServerStep {
  const channel = typeof request.path === "string" ? parseChannel(request.path) : null;
  if (channel === null && request.path !== EVERYTHING) {
    return saying(state, errorAnswer(connection, request, "no /<ACTION>@<path>, and not *"));
  }
  const { dialect } = state.sessions.get(connection) as Session;
  const subscriptions =
    channel === null
      ? withoutConnection(state.subscriptions, connection)
      : ENDINGS[dialect.listening](state.subscriptions, connection, channel, optionsOf(request));
  const data = dialect.offAnswer === "removed" ? { id: false, removed: [] } : {};
  return saying({ ...state, subscriptions }, okAnswer(connection, request, data));
}

type Ending = (
  subscriptions: Subscriptions,
  connection: string,
  channel: Channel,
  options: JsonObject,
) => Subscriptions;

/** What an `off` of a channel ends: so many of the times that it was asked for, or whom it names. */
const ENDINGS: Readonly<Record<Dialect["listening"], Ending>> = {
  counted: (subscriptions, connection, channel, options) =>
    unsubscribed(subscriptions, connection, channel, refCountOf(options)),
  named: (subscriptions, connection, channel, options) =>
    unlistened(subscriptions, connection, channel, nameOf(options)),
};

/** Which listener is meant; null for all of the channel (DIA-3). */
function nameOf({ referenceId }: JsonObject): string | null {
  const meant = listenerMeant(referenceId);
  if (meant === "all") return null;
  return meant === "unclear" ? NOBODY : meant.name;
}

/** A name that no listener has. */
const NOBODY = "nobody";

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
        publicationId: publicationIdOf(sessionId, request.eventId),
      },
    },
  };
}

/** A whole number, or 1 where the options give none (SUB-4). */
function refCountOf(options: JsonObject): number {
  const asked: Json | undefined = options["refCount"];
  return typeof asked === "number" && Number.isSafeInteger(asked) ? asked : 1;
}
