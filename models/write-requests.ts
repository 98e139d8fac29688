/**
 * `set` and `remove` (STO-1 to STO-4, STO-8, STO-9).
 *
 * @packageDocumentation
 */
import { isPattern, type Json, type JsonObject, type Request } from "../src/protocol/index.js";
import { errorAnswer } from "./answer.js";
import { answeredAndPublished, optionsOf } from "./publication.js";
import { counted, gaugeOf, type Gauge } from "./gauge.js";
import { pathOf } from "./request-path.js";
import type { Session } from "./session.js";
import { saying, type ServerState, type ServerStep } from "./state.js";
import {
  documentOf,
  find,
  mergedOf,
  withItem,
  withoutPaths,
  writtenItem,
  type StoredItem,
} from "./store.js";

/** A request that reached the server on a connection, at a time. */
export interface Asked {
  readonly connection: string;
  readonly request: Request;
  /** Virtual milliseconds. */
  readonly at: number;
}

export function set(state: ServerState, asked: Asked): ServerStep {
  const { connection, request, at } = asked;
  const accepted = pathOf(request, state.profile);
  if ("refusal" in accepted) {
    return saying(state, errorAnswer(connection, request, accepted.refusal));
  }
  const { path } = accepted;
  const { data } = request;
  if (state.profile.refusesSetOnPattern && isPattern(path)) {
    return saying(state, errorAnswer(connection, request, "a path to set has no *"));
  }
  const options = optionsOf(request);
  if (options["noStore"] === true) {
    return answeredAndPublished(state, writtenOf(asked, path, documentOf(data), {}));
  }
  const gauge = gaugeOf(request, (state.sessions.get(connection) as Session).dialect);
  if (gauge !== null) return incremented(state, asked, path, gauge);
  if (options["tag"] !== undefined && state.profile.tag === "snapshot") {
    return tagged(state, asked, path, options["tag"]);
  }
  const isSibling = options["set_type"] === "sibling";
  const target = isSibling ? `${path}/${idOf(state, at)}` : path;
  const present = state.store.get(target);
  const added = documentOf(data);
  const stored =
    options["merge"] === true && present !== undefined
      ? mergedOf(present.data, added, state.profile.mergeOfNull)
      : added;
  const item = writtenItem(state.store, target, stored, state.epochMs + at);
  return wrote(isSibling ? { ...state, idCount: state.idCount + 1 } : state, asked, item);
}

/** Counts a gauge, and tells its value; of the document nothing else (DIA-7). */
function incremented(state: ServerState, asked: Asked, path: string, gauge: Gauge): ServerStep {
  const { connection, request, at } = asked;
  const after = counted(state.store.get(path)?.data ?? {}, gauge);
  if (after === null) {
    return saying(state, errorAnswer(connection, request, "what is there is no gauge"));
  }
  const item = writtenItem(state.store, path, after.document, state.epochMs + at);
  const data = { value: after.value, gauge: gauge.name };
  const next = { ...state, store: withItem(state.store, item) };
  return answeredAndPublished(next, writtenOf(asked, path, data, {}));
}

/** Removes what matches, and says how much that was. */
export function remove(state: ServerState, asked: Asked): ServerStep {
  const { connection, request, at } = asked;
  const accepted = pathOf(request, state.profile);
  if ("refusal" in accepted) {
    return saying(state, errorAnswer(connection, request, accepted.refusal));
  }
  const { path } = accepted;
  const { items, isSettled } = find(state.store, path, state.profile.storeRule);
  const removed = items.length;
  const left =
    removed === 0
      ? state
      : {
          ...state,
          store: withoutPaths(
            state.store,
            items.map((item) => item.path),
          ),
        };
  return answeredAndPublished(left, {
    ...writtenOf(asked, path, { removed }, { timestamp: state.epochMs + at }),
    action: "REMOVE",
    isSettled,
    isIdle: removed === 0,
  });
}

/** Keeps a snapshot of what is at the path, under /_TAGS (STO-9). */
function tagged(state: ServerState, asked: Asked, path: string, tag: Json): ServerStep {
  const { connection, request, at } = asked;
  const present = state.store.get(path);
  if (present === undefined) {
    return saying(state, errorAnswer(connection, request, "there is nothing to tag"));
  }
  if (request.data !== undefined && request.data !== null) {
    return saying(state, errorAnswer(connection, request, "a tag takes no new data"));
  }
  const separator = path.startsWith("/") ? "" : "/";
  const target = `/_TAGS${separator}${path}/${idOf(state, at)}`;
  const data = { data: present.data, _tag: tag, path: target };
  const item = writtenItem(state.store, target, data, state.epochMs + at);
  return answeredAndPublished(
    { ...state, store: withItem(state.store, item), idCount: state.idCount + 1 },
    {
      ...writtenOf(asked, target, data, { created: item.created, modified: item.modified }),
      alias: path,
      isSettled: false,
      isIdle: true,
    },
  );
}

function wrote(state: ServerState, asked: Asked, item: StoredItem): ServerStep {
  const { path, data, created, modified } = item;
  return answeredAndPublished(
    { ...state, store: withItem(state.store, item) },
    writtenOf(asked, path, data, { created, modified }),
  );
}

function writtenOf(asked: Asked, path: string, data: JsonObject, times: JsonObject) {
  return { ...asked, action: "SET" as const, path, data, times, isSettled: true, isIdle: false };
}

function idOf(state: ServerState, at: number): string {
  return `${state.epochMs + at}_${state.idCount}`;
}
