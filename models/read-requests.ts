/**
 * `get` (STO-5 to STO-7).
 *
 * @packageDocumentation
 */
import { isPattern, type JsonObject } from "../src/protocol/index.js";
import { errorAnswer, listAnswer, okAnswer } from "./answer.js";
import { visible } from "./authorisation.js";
import { projectionOf } from "./document-field.js";
import { optionsOf } from "./publication.js";
import { chosenBy, readQueryOf, type ReadQuery } from "./read-query.js";
import type { Session } from "./session.js";
import { saying, type ServerState, type ServerStep } from "./state.js";
import { find, mayReachOwn, type StoredItem } from "./store.js";
import type { Asked } from "./write-requests.js";

export function get(state: ServerState, asked: Asked): ServerStep {
  const { connection, request } = asked;
  const { path } = request;
  if (typeof path !== "string" || path === "") {
    return saying(state, errorAnswer(connection, request, "the path is no string, or empty"));
  }
  const query = readQueryOf(optionsOf(request), state.profile);
  if ("refusal" in query) return saying(state, errorAnswer(connection, request, query.refusal));
  return isPattern(path) ? list(state, asked, path, query) : one(state, asked, path, query);
}

/** How many items there are at a path, or by a pattern (DIA-8). */
export function count(state: ServerState, { connection, request }: Asked): ServerStep {
  const { path } = request;
  if (typeof path !== "string" || path === "") {
    return saying(state, errorAnswer(connection, request, "the path is no string, or empty"));
  }
  const { items, isSettled } = find(state.store, path, state.profile.storeRule);
  const answer = okAnswer(connection, request, { value: items.length });
  const isKnown = isSettled && !mayReachOwn(path) && !("criteria" in optionsOf(request));
  return saying(state, isKnown ? answer : { ...answer, unsettled: true });
}

function list(
  state: ServerState,
  { connection, request }: Asked,
  pattern: string,
  query: ReadQuery,
): ServerStep {
  const found = find(state.store, pattern, state.profile.storeRule);
  const session = state.sessions.get(connection) as Session;
  const chosen = chosenBy(query, visible(state, session, found.items, ["get"]));
  const shown = chosen.items.map((item) => shownItem(item, query));
  // What the server has for itself takes places that are counted.
  const isCounted = query.limit !== null || query.skip > 0;
  const isSettled =
    found.isSettled &&
    chosen.isSettled &&
    shown.every((item) => item.isSettled) &&
    !(isCounted && mayReachOwn(pattern));
  const answer = listAnswer(
    connection,
    request,
    shown.map((item) => item.data),
  );
  return saying(state, isSettled ? answer : { ...answer, unsettled: true });
}

function one(
  state: ServerState,
  { connection, request }: Asked,
  path: string,
  query: ReadQuery,
): ServerStep {
  const stored = state.store.get(path);
  if (stored === undefined) return saying(state, okAnswer(connection, request, null));
  const ofOne = { ...query, sort: [], skip: 0, limit: null };
  const { items, isSettled } = chosenBy(ofOne, [{ path, ...stored }]);
  const [item] = items;
  if (item === undefined) {
    const answer = okAnswer(connection, request, null);
    return saying(state, isSettled ? answer : { ...answer, unsettled: true });
  }
  const { created, modified } = item;
  const part = query.fields === null ? null : projectionOf(item.data, query.fields);
  const data = query.isPathOnly ? {} : (part?.data ?? item.data);
  const answer = okAnswer(connection, request, data, { created, modified, path });
  // No data of what is there: an empty object, null or nothing.
  const isEmptied = query.isPathOnly || (part !== null && Object.keys(part.data).length === 0);
  // Whether the only item there is can be skipped is open.
  const isKnown = isSettled && !isEmptied && query.skip === 0 && part?.isSettled !== false;
  return saying(state, isKnown ? answer : { ...answer, unsettled: true });
}

function shownItem(
  item: StoredItem,
  { fields, isPathOnly }: ReadQuery,
): { readonly data: JsonObject; readonly isSettled: boolean } {
  if (isPathOnly) return { data: { _meta: { path: item.path } }, isSettled: true };
  if (fields === null) return { data: listedItem(item), isSettled: true };
  const { data, isSettled } = projectionOf(item.data, fields);
  return { data: listedItem({ ...item, data }), isSettled };
}

/** An item among others: its data, with a `_meta` of its own. */
export function listedItem({ path, data, created, modified }: StoredItem): JsonObject {
  return { ...data, _meta: { created, modified, path } };
}
