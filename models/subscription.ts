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
    for (const [text, { channel, depth }] of own) {
      if (channel.action !== action && channel.action !== "ALL") continue;
      const matched = match(channel.path, path, rule, depth);
      if (matched !== "never") recipients.push({ connection, channel: text, match: matched });
    }
  }
  return recipients;
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
