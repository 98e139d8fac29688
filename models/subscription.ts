/**
 * Subscriptions: who hears what (PROTOCOL.md 6).
 *
 * @packageDocumentation
 */
import { formatChannel, type Channel, type ChannelAction } from "../src/protocol/index.js";
import { match, type Match } from "./pattern.js";
import type { PatternRule } from "./profile.js";

export interface Subscription {
  readonly channel: Channel;
  /** How often it was subscribed and not yet unsubscribed; above zero (SUB-4). */
  readonly refCount: number;
  /** Segments that a trailing `/**` stands for at most; undefined: the default. */
  readonly depth: number | undefined;
  /** Where each is ended by its name, those that are left (DIA-2); `refCount` is how many. */
  readonly listeners?: readonly Listener[];
}

/** One `on` of a channel, under the name that its answer gave it. */
export interface Listener {
  readonly name: string;
  readonly depth: number | undefined;
}

/** By connection, then by channel text; in the order in which they were made. */
export type Subscriptions = ReadonlyMap<string, ReadonlyMap<string, Subscription>>;

export interface Recipient {
  readonly connection: string;
  /** The channel it subscribed, which its frame names (PUB-2). */
  readonly channel: string;
  readonly match: Exclude<Match, "never">;
}

/** Adds `refCount` to the connection's subscription of the channel, which begins at zero (SUB-3, SUB-4). */
export function subscribed(
  subscriptions: Subscriptions,
  connection: string,
  channel: Channel,
  { refCount, depth }: { readonly refCount: number; readonly depth?: number },
): Subscriptions {
  const present = subscriptions.get(connection)?.get(formatChannel(channel));
  return counted(subscriptions, connection, {
    channel,
    refCount: (present?.refCount ?? 0) + refCount,
    depth: depth ?? present?.depth,
  });
}

/** Subtracts `refCount`; what is at zero or below is gone, and what never was changes nothing (SUB-4). */
export function unsubscribed(
  subscriptions: Subscriptions,
  connection: string,
  channel: Channel,
  refCount: number,
): Subscriptions {
  const present = subscriptions.get(connection)?.get(formatChannel(channel));
  if (present === undefined) return subscriptions;
  return counted(subscriptions, connection, {
    ...present,
    refCount: present.refCount - refCount,
  });
}

/** Adds a listener to those that the connection has of the channel (DIA-2). */
export function listened(
  subscriptions: Subscriptions,
  connection: string,
  channel: Channel,
  listener: Listener,
): Subscriptions {
  const present = subscriptions.get(connection)?.get(formatChannel(channel));
  const listeners = [...(present?.listeners ?? []), listener];
  return counted(subscriptions, connection, ofListeners(channel, listeners));
}

/** Without the listener of that name, or without any of the channel where the name is null (DIA-3). */
export function unlistened(
  subscriptions: Subscriptions,
  connection: string,
  channel: Channel,
  name: string | null,
): Subscriptions {
  const present = subscriptions.get(connection)?.get(formatChannel(channel));
  if (present === undefined) return subscriptions;
  const listeners = present.listeners ?? [];
  const left = name === null ? [] : listeners.filter((listener) => listener.name !== name);
  return counted(subscriptions, connection, ofListeners(channel, left));
}

/** Gives a listener of the channel, by its place among those, another name. */
export function namedAnew(
  subscriptions: Subscriptions,
  connection: string,
  channel: Channel,
  index: number,
  name: string,
): Subscriptions {
  const present = subscriptions.get(connection)?.get(formatChannel(channel));
  const listener = present?.listeners?.[index];
  if (present?.listeners === undefined || listener === undefined) return subscriptions;
  const listeners = present.listeners.with(index, { ...listener, name });
  return counted(subscriptions, connection, { ...present, listeners });
}

function ofListeners(channel: Channel, listeners: readonly Listener[]): Subscription {
  return { channel, refCount: listeners.length, depth: undefined, listeners };
}

/** Without any subscription of the connection (SUB-7, SES-5). */
export function withoutConnection(subscriptions: Subscriptions, connection: string): Subscriptions {
  if (!subscriptions.has(connection)) return subscriptions;
  const left = new Map(subscriptions);
  left.delete(connection);
  return left;
}

/**
 * Every (connection, channel) that a write on a path is published to, once each (SUB-3).
 *
 * A removed pattern is compared as the text that it is (PUB-8).
 */
export function recipientsOf(
  subscriptions: Subscriptions,
  action: Exclude<ChannelAction, "ALL">,
  path: string,
  rule: PatternRule,
): readonly Recipient[] {
  const recipients: Recipient[] = [];
  for (const [connection, own] of subscriptions) {
    for (const [text, subscription] of own) {
      const { channel } = subscription;
      if (channel.action !== action && channel.action !== "ALL") continue;
      const matched = matchOf(subscription, path, rule);
      if (matched !== "never") recipients.push({ connection, channel: text, match: matched });
    }
  }
  return recipients;
}

/** Of listeners with another reach each, the one that takes in most. */
function matchOf({ channel, depth, listeners }: Subscription, path: string, rule: PatternRule) {
  const depths = listeners === undefined ? [depth] : listeners.map((listener) => listener.depth);
  const matches = depths.map((each) => match(channel.path, path, rule, each));
  return (["must", "may"] as const).find((value) => matches.includes(value)) ?? "never";
}

function counted(
  subscriptions: Subscriptions,
  connection: string,
  subscription: Subscription,
): Subscriptions {
  const own = new Map(subscriptions.get(connection));
  const text = formatChannel(subscription.channel);
  if (subscription.refCount > 0) own.set(text, subscription);
  else own.delete(text);
  if (own.size === 0) return withoutConnection(subscriptions, connection);
  return new Map(subscriptions).set(connection, own);
}
