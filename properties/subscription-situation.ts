/**
 * What happened to a subscription before it missed a write: tells bugs apart, for shapes.
 *
 * @packageDocumentation
 */
import { isPattern, parseChannel, type Json } from "../src/protocol/index.js";
import {
  optionsOf,
  type Hearing,
  type SettledExchange,
  type Subscription,
  type Write,
} from "./hearing/index.js";

/** The first that applies; `plain` where nothing does. */
export function situationOf(hearing: Hearing, write: Write, subscription: Subscription): string {
  const { bounds, connection, channelText, dialect } = subscription;
  const before = subscription.requests.filter(({ startIndex }) => startIndex < write.startIndex);
  const lastEnd = before.findLastIndex(
    ({ answerIndex }) =>
      answerIndex !== Infinity && bounds.activity(answerIndex, answerIndex) === "never",
  );
  const held = before.slice(lastEnd + 1);
  const [first] = held;
  const heldSince = first?.startIndex ?? write.startIndex;
  if (held.some(({ exchange, outcome }) => isOff(exchange) && outcome === "error")) {
    return "after-refused-off";
  }
  if (dialect.listening === "named" && held.some(({ exchange }) => isOff(exchange))) {
    return "after-off-of-another-listener";
  }
  if (held.some(({ exchange }) => isOff(exchange))) return `after-partial-off${refCountWord(held)}`;
  const channel = parseChannel(channelText);
  // Catch-alls are kept apart from patterns.
  if (channel !== null && channel.path !== "*" && isPattern(channel.path)) {
    if (isPrefixEnded(hearing, write, subscription)) return "after-end-of-same-prefix";
  }
  const others = hearing.offs.filter(
    ({ exchange, startIndex }) =>
      startIndex > heldSince &&
      startIndex < write.startIndex &&
      exchange.request.path !== channelText,
  );
  const own = others
    .filter(({ exchange }) => exchange.connection === connection)
    .map(({ exchange }) => pathOf(exchange.request.path));
  if (own.includes(channel?.path ?? null)) return "after-off-of-same-path";
  if (own.includes("*")) return "after-off-of-catch-all";
  if (held.filter(({ exchange }) => exchange.request.action === "on").length > 1) {
    return "on-repeated";
  }
  if (before.some(({ exchange }) => isOff(exchange))) return "on-again-after-off";
  if (isEndedByAnother(hearing, write, subscription)) return "after-off-of-another";
  const isHeardElsewhere = hearing
    .subscriptionsOf(connection)
    .some((other) => other !== subscription && hearing.heard(write, other).length > 0);
  return isHeardElsewhere ? "heard-on-another-channel" : "plain";
}

/** Whether nothing that happened to a subscription explains that it missed a write. */
export function isUnexplained(situation: string): boolean {
  return situation === "plain" || situation === "heard-on-another-channel";
}

/**
 * Whether a subscription, anybody's, ended before a write whose pattern begins with the same
 * characters up to its first `*`: servers keep patterns in trees of such beginnings.
 */
function isPrefixEnded(hearing: Hearing, write: Write, subscription: Subscription): boolean {
  const prefix = prefixOf(parseChannel(subscription.channelText)?.path);
  const isAlike = (channelText: Json | undefined) => prefixOf(pathOf(channelText)) === prefix;
  const isOffAlike = hearing.offs.some(
    ({ exchange, startIndex }) => startIndex < write.startIndex && isAlike(exchange.request.path),
  );
  return (
    isOffAlike ||
    hearing.subscriptions.some(
      (other) =>
        other.connection !== subscription.connection &&
        isAlike(other.channelText) &&
        (hearing.endIndexOf(other) ?? Infinity) < write.answerIndex,
    )
  );
}

function prefixOf(path: string | null | undefined): string | null {
  return path === null || path === undefined ? null : (path.split("*")[0] as string);
}

function isOff({ request }: SettledExchange["exchange"]): boolean {
  return request.action === "off";
}

/** An `on` for several at once is another way to count than several `on`s. */
function refCountWord(held: readonly SettledExchange[]): string {
  const counts = held.map(({ exchange }) => optionsOf(exchange)["refCount"] ?? 1);
  return counts.every((count) => count === 1) ? "" : "-by-refCount";
}

function pathOf(channelText: Json | undefined): string | null {
  return typeof channelText === "string" ? (parseChannel(channelText)?.path ?? null) : null;
}

/** Whether another session ended its own subscription of the same channel. */
function isEndedByAnother(hearing: Hearing, write: Write, subscription: Subscription): boolean {
  return hearing.offs.some(
    ({ exchange, startIndex }) =>
      exchange.connection !== subscription.connection &&
      exchange.request.path === subscription.channelText &&
      startIndex < write.startIndex,
  );
}
