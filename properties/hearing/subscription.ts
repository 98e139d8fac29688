/**
 * Subscriptions: what each connection asked for with `on`, and when it may have held it.
 *
 * @packageDocumentation
 */
import { DEFAULT_DEPTH, type Dialect } from "../../models/index.js";
import type { Recording } from "../../src/history/index.js";
import {
  listenerMeant,
  listenerNameOf,
  parseChannel,
  type Channel,
  type Json,
} from "../../src/protocol/index.js";
import { optionsOf, settledExchanges, type SettledExchange } from "./exchange-outcome.js";
import { ListenerBounds } from "./listener-bounds.js";
import { CountBounds, type Activity, type CountChange } from "./reference-count.js";
import type { Spoken } from "./spoken.js";

/** When a channel is held. */
export interface Bounds {
  /** Whether it is at every, some or no moment from one index to another. */
  activity(startIndex: number, endIndex: number): Activity;
}

/** One channel of one connection; repeated `on` and `off` of it change how it is held (SUB-3, SUB-4, DIA-3). */
export interface Subscription {
  readonly connection: string;
  readonly client: string;
  readonly channelText: string;
  /** Null where the text names no channel (SUB-1), and the server took it all the same. */
  readonly channel: Channel | null;
  /** Bounds of `options.depth` over its `on`s; undefined where none says (SUB-5, profile 13.x). */
  readonly depthMin: number | undefined;
  readonly depthMax: number | undefined;
  readonly bounds: Bounds;
  readonly dialect: Dialect;
  /** Its `on` and `off` requests, and `off` of everything, in the order of arrival; those refused included. */
  readonly requests: readonly SettledExchange[];
}

/** Every subscription that was ever asked for, in the order of the first request for it. */
export function subscriptionsOf(recording: Recording, spoken: Spoken): readonly Subscription[] {
  const byConnection = new Map<string, SettledExchange[]>();
  for (const settled of settledExchanges(recording)) {
    const { action } = settled.exchange.request;
    if (action !== "on" && action !== "off" && action !== "disconnect") continue;
    const { connection } = settled.exchange;
    const requests = byConnection.get(connection);
    if (requests === undefined) byConnection.set(connection, [settled]);
    else requests.push(settled);
  }
  const subscriptions: Subscription[] = [];
  for (const [connection, requests] of byConnection) {
    const { client, endIndex } = recording.connection(connection);
    const dialect = spoken.of(connection);
    for (const channelText of channelsIn(requests)) {
      const own = requestsFor(channelText, requests, dialect);
      const depths = own.flatMap(depthOf);
      subscriptions.push({
        connection,
        client,
        channelText,
        channel: parseChannel(channelText),
        depthMin: depths.length === 0 ? undefined : Math.min(...depths),
        depthMax: depths.length === 0 ? undefined : Math.max(...depths),
        bounds: boundsOf({ dialect, channelText, requests: own }, endIndex),
        dialect,
        requests: own,
      });
    }
  }
  return subscriptions;
}

/**
 * The bounds of a subscription as they are where each request has its effect when it arrives: what
 * one connection sends without waiting should take effect in that order (COR-6).
 */
export function boundsInOrder(subscription: Held): Bounds {
  const requests = subscription.requests.map((settled) => ({
    ...settled,
    answerIndex: settled.startIndex,
  }));
  return boundsOf({ ...subscription, requests }, null);
}

type Held = Pick<Subscription, "dialect" | "channelText" | "requests">;

/** By how often it was asked for, or by who is left, as the dialect has it. */
function boundsOf({ dialect, channelText, requests }: Held, endIndex: number | null): Bounds {
  if (dialect.listening === "named") return new ListenerBounds(channelText, requests, endIndex);
  return new CountBounds(changesOf(requests, endIndex));
}

/** Those of a connection that say something of the channel. */
function requestsFor(
  channelText: string,
  requests: readonly SettledExchange[],
  { listening }: Dialect,
): readonly SettledExchange[] {
  const own = requests.filter(({ exchange: { request } }) => concerns(request, channelText));
  if (listening === "counted") return own;
  const names = new Set(own.map(({ exchange }) => listenerNameOf(exchange.answers[0]?.frame)));
  return requests.filter((request) => {
    const { exchange } = request;
    if (own.includes(request)) return true;
    const meant = listenerMeant(optionsOf(exchange)["referenceId"]);
    return exchange.request.action === "off" && typeof meant === "object" && names.has(meant.name);
  });
}

function channelsIn(requests: readonly SettledExchange[]): ReadonlySet<string> {
  const channels = new Set<string>();
  for (const { exchange } of requests) {
    const { action, path } = exchange.request;
    if (action === "on" && typeof path === "string") channels.add(path);
  }
  return channels;
}

function concerns(request: { action: string; path?: Json }, channelText: string): boolean {
  if (request.action === "disconnect") return true;
  return request.path === channelText || (request.action === "off" && request.path === "*");
}

function changesOf(
  requests: readonly SettledExchange[],
  endIndex: number | null,
): readonly CountChange[] {
  const changes: CountChange[] = [];
  for (const { exchange, outcome, startIndex, answerIndex } of requests) {
    // What was refused left no trace (COR-4).
    if (outcome === "error") continue;
    const { action, path } = exchange.request;
    const interval = { fromIndex: startIndex, byIndex: answerIndex };
    if (action === "disconnect") {
      // It may hear on until its connection is closed (SES-6).
      changes.push({ ...interval, byIndex: Infinity, kind: "clear", amounts: [] });
    } else if (action === "off" && path === "*") {
      changes.push({ ...interval, kind: "clear", amounts: [] });
    } else {
      const amounts = amountsOf(optionsOf(exchange)["refCount"]);
      changes.push({ ...interval, kind: action === "on" ? "add" : "subtract", amounts });
    }
  }
  if (endIndex !== null) {
    changes.push({ fromIndex: endIndex, byIndex: endIndex, kind: "clear", amounts: [] });
  }
  return changes;
}

/** What no whole number above zero may count for is open: nothing, one, or what it says. */
function amountsOf(refCount: Json | undefined): readonly number[] {
  if (refCount === undefined || refCount === null) return [1];
  if (typeof refCount !== "number") return [0, 1];
  if (Number.isSafeInteger(refCount) && refCount > 0) return [refCount];
  return [0, 1, Math.max(0, Math.floor(refCount))];
}

/** An `on` that says nothing of it reaches as deep as is usual. */
function depthOf({ exchange }: SettledExchange): readonly number[] {
  const { depth } = optionsOf(exchange);
  if (typeof depth === "number" && depth > 0) return [depth];
  return exchange.request.action === "on" ? [DEFAULT_DEPTH] : [];
}
