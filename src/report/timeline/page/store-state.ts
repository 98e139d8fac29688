/**
 * What the store holds at a moment.
 *
 * @packageDocumentation
 */
import type { StoreChange, TimelineModel } from "../model.js";

export interface StoredAt {
  readonly path: string;
  /** Null: removed; undefined: not known. */
  readonly value: string | null | undefined;
  /** Whether it has changed with this very event. */
  readonly isNew: boolean;
  readonly by: StoreChange["by"];
}

/**
 * By path, ascending. What an order of operations tells of a path comes before what the model does;
 * what was removed is listed only at the moment of its removal.
 */
export function storeAt({ store }: TimelineModel, index: number): readonly StoredAt[] {
  const latest = new Map<string, StoreChange>();
  for (const change of store) {
    if (change.index > index) continue;
    const present = latest.get(change.path);
    if (present?.by === "order" && change.by === "model") continue;
    latest.set(change.path, change);
  }
  return [...latest.values()]
    .map(({ path, value, by, index: since }) => ({ path, value, by, isNew: since === index }))
    .filter(({ value, isNew }) => value !== null || isNew)
    .sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
}
