/**
 * Listeners of one channel over a history, where each `on` is one by itself and `off` ends it by the
 * name that its answer gave it (DIA-2, DIA-3), as bounds.
 *
 * A request takes effect at one moment between its arrival and its answer, or at any time from its
 * arrival on, or never, where it stays unanswered. The channel is held while any listener is.
 *
 * @packageDocumentation
 */
import { listenerMeant, listenerNameOf } from "../../src/protocol/index.js";
import { optionsOf, type SettledExchange } from "./exchange-outcome.js";
import type { Activity } from "./reference-count.js";

/** Indices: it may be held from `mayFrom` up to `mayUntil`, and is, for certain, from `surelyFrom` up to `surelyUntil`. */
interface Listener {
  readonly mayFrom: number;
  readonly mayUntil: number;
  readonly surelyFrom: number;
  readonly surelyUntil: number;
}

export class ListenerBounds {
  readonly #listeners: readonly Listener[];

  /** @param requests every `on`, `off` and `disconnect` of the connection, in the order of arrival */
  constructor(channelText: string, requests: readonly SettledExchange[], endIndex: number | null) {
    this.#listeners = requests
      .filter(
        ({ exchange: { request } }) => request.action === "on" && request.path === channelText,
      )
      // What was refused left no trace (COR-4).
      .filter(({ outcome }) => outcome !== "error")
      .map((on) => listenerOf(on, requests, endIndex));
  }

  /** Whether the channel is held at every, some or no moment from one index to another. */
  activity(startIndex: number, endIndex: number): Activity {
    if (this.#holdsThrough(startIndex, endIndex)) return "always";
    const isHeld = this.#listeners.some(
      ({ mayFrom, mayUntil }) => mayFrom <= endIndex && mayUntil > startIndex,
    );
    return isHeld ? "sometimes" : "never";
  }

  /** Whether at each moment some listener is held for certain. */
  #holdsThrough(startIndex: number, endIndex: number): boolean {
    const inOrder = this.#listeners.toSorted((left, right) => left.surelyFrom - right.surelyFrom);
    let heldUntil = startIndex;
    for (const { surelyFrom, surelyUntil } of inOrder) {
      if (surelyFrom > heldUntil) return false;
      heldUntil = Math.max(heldUntil, surelyUntil);
      if (heldUntil > endIndex) return true;
    }
    return false;
  }
}

function listenerOf(
  on: SettledExchange,
  requests: readonly SettledExchange[],
  endIndex: number | null,
): Listener {
  let [mayUntil, surelyUntil] = [endIndex ?? Infinity, endIndex ?? Infinity];
  for (const request of requests) {
    const ending = endingOf(request, on);
    // Who said goodbye may be told nothing from then on, whatever it asks for (SES-6).
    const isFarewell = request.exchange.request.action === "disconnect";
    // What was over before the listener was asked for did nothing to it.
    const isOver = request.answerIndex < on.startIndex && !isFarewell;
    if (ending === "no" || isOver) continue;
    surelyUntil = Math.min(surelyUntil, request.startIndex);
    const isCertain = ending === "yes" && request.outcome === "ok";
    if (isCertain && request.startIndex > on.answerIndex) {
      mayUntil = Math.min(mayUntil, request.answerIndex);
    }
  }
  return { mayFrom: on.startIndex, mayUntil, surelyFrom: on.answerIndex, surelyUntil };
}

/** Whether a request ends the listener, if it has its effect after the listener's own. */
function endingOf(
  { exchange, outcome }: SettledExchange,
  { exchange: on }: SettledExchange,
): "yes" | "maybe" | "no" {
  const { action, path } = exchange.request;
  if (outcome === "error" || action === "on") return "no";
  if (action === "disconnect") return "maybe";
  const meant = listenerMeant(optionsOf(exchange)["referenceId"]);
  const isOfChannel = path === on.request.path;
  if (meant === "all") return isOfChannel || path === "*" ? "yes" : "no";
  if (meant === "unclear" || path === "*") return isOfChannel || path === "*" ? "maybe" : "no";
  const name = listenerNameOf(on.answers[0]?.frame);
  if (name !== meant.name) return name === null && isOfChannel ? "maybe" : "no";
  // Whether a name counts under another channel is open.
  return isOfChannel ? "yes" : "maybe";
}
