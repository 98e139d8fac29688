/**
 * `get` (STO-5, STO-6).
 *
 * @packageDocumentation
 */
import { isPattern, type JsonObject } from "../src/protocol/index.js";
import { errorAnswer, listAnswer, okAnswer } from "./answer.js";
import type { FrameOutput } from "./boundary.js";
import { optionsOf } from "./publication.js";
import { saying, type ServerState, type ServerStep } from "./state.js";
import { find, type StoredItem } from "./store.js";
import type { Asked } from "./write-requests.js";

/** Options that choose or cut what is answered (STO-7). The model answers as if they were absent, and says that this is not settled. */
const UNMODELLED_OPTIONS = [
  "fields",
  "criteria",
  "sort",
  "limit",
  "path_only",
  "aggregate",
  "skip",
];

export function get(state: ServerState, { connection, request }: Asked): ServerStep {
  const { path } = request;
  if (typeof path !== "string" || path === "") {
    return saying(state, errorAnswer(connection, request, "the path is no string, or empty"));
  }
  const options = optionsOf(request);
  const isPlain = UNMODELLED_OPTIONS.every((key) => options[key] === undefined);
  const settling = (isSettled: boolean): Pick<FrameOutput, "unsettled"> =>
    isSettled && isPlain ? {} : { unsettled: true };
  if (isPattern(path)) {
    const { items, isSettled } = find(state.store, path, state.profile.storeRule);
    const answer = listAnswer(connection, request, items.map(listedItem));
    return saying(state, { ...answer, ...settling(isSettled) });
  }
  const item = state.store.get(path);
  const answer =
    item === undefined
      ? okAnswer(connection, request, null)
      : okAnswer(connection, request, item.data, {
          created: item.created,
          modified: item.modified,
          path,
        });
  return saying(state, { ...answer, ...settling(true) });
}

/** An item among others: its data, with a `_meta` of its own. */
export function listedItem({ path, data, created, modified }: StoredItem): JsonObject {
  return { ...data, _meta: { created, modified, path } };
}
