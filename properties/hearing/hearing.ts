/**
 * Who must, may and must not hear of each write (SUB-2): three values, from intervals at the server
 * boundary.
 *
 * A write finds its subscribers at one moment between its arrival and its answer. A subscription
 * that is certainly held through all of that interval must hear; one that is certainly not held at
 * any moment of it must not; else it may.
 *
 * @packageDocumentation
 */
import type { Profile } from "../../models/index.js";
import type { Publication, Recording } from "../../src/history/index.js";
import { authorityOf, type Authority } from "../security/authority.js";
import { workedOutOnce } from "../worked-out.js";
import { Audience } from "./audience.js";
import { settledExchanges, type SettledExchange } from "./exchange-outcome.js";
import { Sources, type Source } from "./source.js";
import { spokenIn, type Spoken } from "./spoken.js";
import { subscriptionsOf, type Subscription } from "./subscription.js";
import { writesOf, type Write } from "./write.js";

/** Why a subscription must not hear a write. */
export type Silence =
  "no-publish" | "other-action" | "no-match" | "not-targeted" | "not-subscribed";

export type Hear =
  { readonly value: "must" | "may" } | { readonly value: "never"; readonly why: Silence };

export class Hearing {
  readonly writes: readonly Write[];
  readonly subscriptions: readonly Subscription[];
  /** Every `off` that reached the server, in the order of arrival. */
  readonly offs: readonly SettledExchange[];
  readonly #recording: Recording;
  readonly #audience: Audience;
  readonly #sources: Sources;
  readonly #spoken: Spoken;
  /** Null where the server was not in secure mode. */
  readonly #authority: Authority | null;
  readonly #byKey = new Map<string, Subscription>();
  readonly #byConnection = new Map<string, Subscription[]>();

  constructor(recording: Recording, profile: Profile) {
    this.#recording = recording;
    this.#audience = new Audience(profile);
    this.#spoken = spokenIn(recording, profile);
    this.#authority = authorityOf(recording, profile);
    this.writes = writesOf(recording, this.#spoken);
    this.subscriptions = subscriptionsOf(recording, this.#spoken);
    this.offs = settledExchanges(recording).filter(
      ({ exchange }) => exchange.request.action === "off",
    );
    this.#sources = new Sources(recording, this.writes, this.#spoken);
    for (const subscription of this.subscriptions) {
      const { connection, channelText } = subscription;
      this.#byKey.set(`${connection}\n${channelText}`, subscription);
      const others = this.#byConnection.get(connection);
      if (others === undefined) this.#byConnection.set(connection, [subscription]);
      else others.push(subscription);
    }
  }

  source(publication: Publication): Source {
    return this.#sources.of(publication);
  }

  /** What anybody was sent of a write, in order. */
  publicationsOf(write: Write): readonly Publication[] {
    return this.#sources.publicationsOf(write);
  }

  /** What a subscription was sent of a write. */
  heard(write: Write, { connection, channelText }: Subscription): readonly Publication[] {
    return this.#sources.heard(write, connection, channelText);
  }

  subscription(connection: string, channelText: string): Subscription | null {
    return this.#byKey.get(`${connection}\n${channelText}`) ?? null;
  }

  subscriptionsOf(connection: string): readonly Subscription[] {
    return this.#byConnection.get(connection) ?? [];
  }

  /** Index of the end of a subscription's connection; null while it lives. */
  endIndexOf({ connection }: Subscription): number | null {
    return this.#recording.connection(connection).endIndex;
  }

  hears(write: Write, subscription: Subscription): Hear {
    if (write.publishes === "never") return { value: "never", why: "no-publish" };
    const matching = this.#audience.match(write, subscription);
    if (matching === "never") {
      const action = subscription.channel?.action ?? "ALL";
      const isOther = action !== "ALL" && action !== write.action;
      return { value: "never", why: isOther ? "other-action" : "no-match" };
    }
    const targeted = this.#isTargeted(write, subscription);
    if (targeted === "never") return { value: "never", why: "not-targeted" };
    const activity = subscription.bounds.activity(write.startIndex, write.endIndex);
    if (activity === "never" && this.#isTold(write, subscription)) {
      return { value: "never", why: "not-subscribed" };
    }
    const isCertain =
      write.publishes === "must" &&
      matching === "must" &&
      targeted === "must" &&
      activity === "always" &&
      !this.#isForeign(write, subscription) &&
      this.#isAllowed(write, subscription);
    return { value: isCertain ? "must" : "may" };
  }

  /** Whether one of the two speaks another protocol by then. */
  #isForeign(write: Write, { connection }: Subscription): boolean {
    const { answerIndex, exchange } = write;
    return [connection, exchange.connection].some((each) =>
      this.#spoken.isForeignAt(each, answerIndex),
    );
  }

  /** Whether the history tells all that ended a subscription, and what it meant. */
  #isTold({ answerIndex }: Write, { connection, dialect }: Subscription): boolean {
    if (this.#recording.connection(connection).isPartial) return false;
    // An `off` ends more, or less, in another dialect.
    const possible = this.#spoken.possible(connection);
    const isOne = possible.every((other) => other.listening === dialect.listening);
    return isOne || !this.#spoken.isForeignAt(connection, answerIndex);
  }

  /**
   * In secure mode, whether the session has been allowed to hear of it ever since it asked (SEC-3):
   * with its permission a subscription may go for good. What it must not hear by that, a property of
   * its own judges.
   */
  #isAllowed({ path, answerIndex }: Write, { connection, requests }: Subscription): boolean {
    if (this.#authority === null) return true;
    const since = requests.find(({ exchange }) => exchange.request.action === "on");
    if (path === null || since === undefined) return false;
    const interval = [since.startIndex, answerIndex] as const;
    return this.#authority.permits(connection, "on", path, interval) === "always";
  }

  #isTargeted({ targets }: Write, { connection }: Subscription): "must" | "may" | "never" {
    if (targets === "all") return "must";
    if (targets === "unclear") return "may";
    if (targets.size === 0) return "never";
    const { sessionId } = this.#recording.connection(connection);
    if (sessionId === null) return "may";
    return targets.has(sessionId) ? "must" : "never";
  }
}

/** The hearing of a recording. */
export const hearingOf = workedOutOnce((recording, profile) => new Hearing(recording, profile));
