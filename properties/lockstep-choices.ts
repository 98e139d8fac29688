/**
 * What the model takes over where the choice is the server's: the path of a sibling, the name of a
 * listener.
 *
 * @packageDocumentation
 */
import { namedAnew, type Dialect, type ServerState } from "../models/index.js";
import type { Exchange } from "../src/history/index.js";
import {
  formatChannel,
  listenerMeant,
  listenerNameOf,
  parseChannel,
} from "../src/protocol/index.js";
import { optionsOf } from "./hearing/index.js";

/** The sibling that was added is at the path that the server chose (STO-9). */
export function withSiblingAt(after: ServerState, before: ServerState, path: string): ServerState {
  const store = new Map(after.store);
  for (const [chosen, item] of after.store) {
    if (before.store.has(chosen)) continue;
    store.delete(chosen);
    store.set(path, item);
  }
  return { ...after, store };
}

/** For a listener whose name the server did not tell (DIA-2): no `off` can say it. */
const UNTOLD = "";

/** The listener that an `on` added has the name that the answer told (DIA-2). */
export function withListenerNamed(
  after: ServerState,
  before: ServerState,
  { connection, request, answers }: Exchange,
): ServerState {
  const channel = typeof request.path === "string" ? parseChannel(request.path) : null;
  const answer = answers[0]?.frame;
  if (request.action !== "on" || channel === null || answer?.meta["status"] !== "ok") return after;
  const present = before.subscriptions.get(connection)?.get(formatChannel(channel));
  const name = listenerNameOf(answer) ?? UNTOLD;
  const index = present?.listeners?.length ?? 0;
  return {
    ...after,
    subscriptions: namedAnew(after.subscriptions, connection, channel, index, name),
  };
}

/**
 * Whether it is the server's to say what an `off` ends (DIA-3): one with a name that is no text, with that
 * of a listener of another channel or of everything, or of a channel with a listener whose name was not told.
 */
export function isOpenOff(
  { subscriptions }: ServerState,
  exchange: Exchange,
  { listening }: Dialect,
): boolean {
  const { connection, request } = exchange;
  if (request.action !== "off" || listening !== "named") return false;
  const meant = listenerMeant(optionsOf(exchange)["referenceId"]);
  if (meant === "all") return false;
  if (meant === "unclear" || request.path === "*") return true;
  return [...(subscriptions.get(connection) ?? [])].some(([channel, { listeners = [] }]) => {
    const looked = channel === request.path ? UNTOLD : meant.name;
    return listeners.some(({ name }) => name === looked);
  });
}
