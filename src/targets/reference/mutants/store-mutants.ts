/**
 * Mutants whose store is wrong.
 *
 * @packageDocumentation
 */
import type { ServerInput, ServerState } from "../../../../models/index.js";
import { parseClientFrame } from "../../../protocol/index.js";
import { everyThird, type Mutant } from "./mutant.js";

export const loseWrite: Mutant = {
  id: "lose-write",
  clause: "STO-1",
  properties: ["store-linearizable"],
  description: "Answers a set with ok and does not store it.",
  create(step) {
    const isTurn = everyThird();
    return (before, input) => {
      const { state, outputs } = step(before, input);
      const isSet = requested(input, "set") !== null && state.store !== before.store;
      return isSet && isTurn()
        ? { state: { ...state, store: before.store }, outputs }
        : { state, outputs };
    };
  },
};

export const staleRead: Mutant = {
  id: "stale-read",
  clause: "STO-10",
  properties: ["store-linearizable"],
  description: "Answers a get with what was stored before the last write.",
  create(step) {
    const isTurn = everyThird();
    let older: ServerState["store"] = new Map();
    return (before, input) => {
      const path = requested(input, "get");
      const isStale = path !== null && older.get(path)?.data !== before.store.get(path)?.data;
      if (isStale && isTurn()) {
        return { state: before, outputs: step({ ...before, store: older }, input).outputs };
      }
      const next = step(before, input);
      if (next.state.store !== before.store) older = before.store;
      return next;
    };
  },
};

export const changeCreated: Mutant = {
  id: "change-created",
  clause: "STO-2",
  properties: ["write-times"],
  description: "Overwrites a path and gives it a new time of creation.",
  create(step) {
    const isTurn = everyThird();
    return (before, input) => {
      const path = requested(input, "set");
      const item = path === null ? undefined : before.store.get(path);
      const now = before.epochMs + input.at;
      if (path === null || item === undefined || item.created === now || !isTurn()) {
        return step(before, input);
      }
      const store = new Map(before.store).set(path, { ...item, created: now });
      const next = step({ ...before, store }, input);
      return next.state.store === store ? step(before, input) : next;
    };
  },
};

/** The path of a request with that action; null for any other input. */
function requested(input: ServerInput, action: string): string | null {
  if (input.kind !== "frame") return null;
  const frame = parseClientFrame(input.text);
  if (frame.kind !== "request" || frame.request.action !== action) return null;
  return typeof frame.request.path === "string" ? frame.request.path : null;
}
