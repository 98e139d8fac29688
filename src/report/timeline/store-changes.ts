/**
 * What the store holds while a case runs, as changes.
 *
 * By the model, which takes every request as it arrives: what a server without fault and without
 * haste would hold. Where the judgement found an order of operations, by that order as well: it is
 * the one that explains most of what clients were told.
 *
 * @packageDocumentation
 */
import { initialServer, profileOf, step, type ProfileId } from "../../../models/index.js";
import type { Recording } from "../../history/index.js";
import { canonical } from "../../protocol/index.js";
import { printable, shortened } from "../printable.js";
import type { LinearOrder, StoreChange } from "./model.js";

/** Characters kept of a document. */
const VALUE_MAX = 1_000;

/** A document's text as it is shown. */
export function shownValue(text: string): string {
  return shortened(printable(text), VALUE_MAX);
}

/** The model's view. */
export function modelChanges(recording: Recording): readonly StoreChange[] {
  const { profile, epochMs } = recording.header;
  const fresh = () =>
    initialServer({
      profile: profileOf(profile as ProfileId),
      epochMs: epochMs ?? 0,
      name: "",
    });
  let state = fresh();
  const changes: StoreChange[] = [];
  recording.events.forEach((event, index) => {
    const before = state.store;
    const { at } = event;
    switch (event.kind) {
      case "started":
        // A new process: what was in memory is gone, what was in a file is there.
        state = recording.header.store === "file" ? { ...fresh(), store: before } : fresh();
        break;
      case "open": {
        const { connection } = event;
        const sessionId = recording.connection(connection).sessionId ?? connection;
        state = step(state, { at, kind: "open", connection, sessionId }).state;
        break;
      }
      case "arrive": {
        const sent = recording.event(event.of);
        if (sent.kind !== "send") break;
        const { connection } = event;
        state = step(state, { at, kind: "frame", connection, text: sent.frame }).state;
        break;
      }
      case "end":
        state = step(state, { at, kind: "end", connection: event.connection }).state;
        break;
      default:
        return;
    }
    const after = state.store;
    if (after === before) return;
    for (const [path, item] of after) {
      if (before.get(path)?.data === item.data) continue;
      const value = shownValue(canonical(item.data));
      changes.push({ index, path: printable(path), value, by: "model" });
    }
    for (const path of before.keys()) {
      if (after.has(path)) continue;
      changes.push({ index, path: printable(path), value: null, by: "model" });
    }
  });
  return changes;
}

/**
 * The order's view. A step takes effect at one moment between its arrival and its answer: at the
 * first that leaves the steps before it where they are.
 */
export function orderChanges({ initial, steps }: LinearOrder): readonly StoreChange[] {
  const changes: StoreChange[] = initial.map((entry) => ({ ...entry, index: 0, by: "order" }));
  let index = 0;
  for (const { from, changes: entries } of steps) {
    index = Math.max(index, from);
    for (const entry of entries) changes.push({ ...entry, index, by: "order" });
  }
  return changes;
}
