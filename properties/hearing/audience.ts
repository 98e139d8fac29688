/**
 * Whether a subscription's channel takes in what a write publishes (SUB-1, SUB-5, PUB-8).
 *
 * @packageDocumentation
 */
import { DEFAULT_DEPTH, match, type Match, type Profile } from "../../models/index.js";
import { isPattern, type Channel } from "../../src/protocol/index.js";
import type { Subscription } from "./subscription.js";
import type { Write } from "./write.js";

/** Remembers what it has compared: one case compares few channels with few paths, many times. */
export class Audience {
  readonly #profile: Profile;
  readonly #known = new Map<Subscription, Map<string, Match>>();

  constructor(profile: Profile) {
    this.#profile = profile;
  }

  match(write: Write, subscription: Subscription): Match {
    const { alias } = write;
    if (alias === null) return this.#matchOf(write, subscription);
    const isMatch = [write.path, alias].some(
      (path) => this.#matchOf({ ...write, path }, subscription) !== "never",
    );
    return isMatch ? "may" : "never";
  }

  #matchOf(write: Write, subscription: Subscription): Match {
    const { channel } = subscription;
    if (channel === null || write.path === null) return "may";
    if (channel.action !== "ALL" && channel.action !== write.action) return "never";
    // Nothing removed may be told to anyone (PUB-8).
    if (write.action === "REMOVE" && write.removedCount === 0) return "may";
    let byPath = this.#known.get(subscription);
    if (byPath === undefined) {
      byPath = new Map();
      this.#known.set(subscription, byPath);
    }
    const key = `${write.action}@${write.path}`;
    let known = byPath.get(key);
    if (known === undefined) {
      known = this.#compare(write, channel, subscription);
      byPath.set(key, known);
    }
    return known;
  }

  #compare(write: Write, channel: Channel, subscription: Subscription): Match {
    const path = write.path as string;
    const { depthMin = DEFAULT_DEPTH, depthMax = DEFAULT_DEPTH } = subscription;
    const { subscriptionRule, storeRule } = this.#profile;
    const narrow = match(channel.path, path, subscriptionRule, depthMin);
    const wide = match(channel.path, path, subscriptionRule, depthMax);
    const literal = narrow === wide ? narrow : "may";
    if (write.action === "SET") {
      if (!isPattern(path)) return literal;
      // A path with `*` may be a name or a pattern to the server (STO-13).
      return literal !== "never" || canMeet(channel.path, path) ? "may" : "never";
    }
    if (literal !== "never" || !isPattern(path)) return literal;
    if (isPattern(channel.path)) return canMeet(channel.path, path) ? "may" : "never";
    return match(path, channel.path, storeRule) === "never" ? "never" : "may";
  }
}

/** Whether two patterns may have a path in common: their beginnings up to the first `*` agree. */
function canMeet(left: string, right: string): boolean {
  const [leftPrefix, rightPrefix] = [prefixOf(left), prefixOf(right)];
  return leftPrefix.startsWith(rightPrefix) || rightPrefix.startsWith(leftPrefix);
}

function prefixOf(pattern: string): string {
  const star = pattern.indexOf("*");
  return star < 0 ? pattern : pattern.slice(0, star);
}
