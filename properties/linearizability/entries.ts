/**
 * The calls and returns of operations in the order of their instants, as a doubly linked list from
 * which an operation can be lifted and put back in constant time.
 *
 * @packageDocumentation
 */
import type { Operation } from "./model.js";

/** A call, or a return, of an answered operation. */
export interface Entry {
  /** The operation's place in the list that the entries were made from. */
  readonly operation: number;
  readonly kind: "call" | "return";
  readonly at: number;
  /** The return that belongs to a call; null for a return. */
  readonly match: Entry | null;
  previous: Entry | null;
  next: Entry | null;
}

/** Links the entries of the answered operations; the head stands before the first and is no entry itself. */
export function linkedEntries(operations: readonly Operation<unknown, unknown>[]): Entry {
  const entries: Entry[] = [];
  for (const [operation, { callIndex, returnIndex }] of operations.entries()) {
    if (returnIndex === null) continue;
    const match = entryOf(operation, "return", returnIndex, null);
    entries.push(entryOf(operation, "call", callIndex, match), match);
  }
  // Intervals are closed: of a call and a return at one instant, the call comes first, so that the
  // two operations overlap.
  entries.sort((left, right) => left.at - right.at || rankOf(left) - rankOf(right));
  const head = entryOf(-1, "call", -1, null);
  let last = head;
  for (const entry of entries) {
    last.next = entry;
    entry.previous = last;
    last = entry;
  }
  return head;
}

/** Written out, for every search makes one for each call and each return. */
function entryOf(operation: number, kind: Entry["kind"], at: number, match: Entry | null): Entry {
  return { operation, kind, at, match, previous: null, next: null };
}

/** Takes a call and its return out of the list; they keep their places for `putBack`. */
export function lift(call: Entry): void {
  unlink(call);
  if (call.match !== null) unlink(call.match);
}

/** Undoes the last `lift` that is not undone yet. */
export function putBack(call: Entry): void {
  if (call.match !== null) relink(call.match);
  relink(call);
}

function unlink(entry: Entry): void {
  if (entry.previous !== null) entry.previous.next = entry.next;
  if (entry.next !== null) entry.next.previous = entry.previous;
}

function relink(entry: Entry): void {
  if (entry.previous !== null) entry.previous.next = entry;
  if (entry.next !== null) entry.next.previous = entry;
}

function rankOf(entry: Entry): number {
  return entry.kind === "call" ? 0 : 1;
}
