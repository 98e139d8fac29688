/**
 * A mesh call reaches its node once, and its response reaches the caller once, and nobody else;
 * events of a node arrive in the order emitted, and before the response that they precede.
 *
 * Nodes and callers are clients here; what is judged is what the server passes on between them.
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import type { Publication, Recording } from "../src/history/index.js";
import { isJsonObject } from "../src/protocol/index.js";
import { append } from "./append.js";
import { hearingOf, type Hearing, type Subscription, type Write } from "./hearing/index.js";
import type { Finding, Property } from "./property.js";
import { Violations } from "./violations.js";
import { kindOfSubscription, naming, timeOf } from "./words.js";

export const meshAnsweredOnce: Property = {
  id: "mesh-answered-once",
  promise: "A mesh call reaches its node once, and its response the caller once, and none other.",
  clauses: ["MSH-4", "MSH-6"],
  severity: "must",
  check(recording, profile) {
    return new Mesh(recording, profile).judge();
  },
};

const REQUESTS = "/_exchange/requests/";
const RESPONSES = "/_exchange/responses/";
const EVENTS = "/_events/";

/** A call, with the responses to its address. */
interface Call {
  readonly call: Write;
  readonly address: string;
  readonly responses: readonly Write[];
}

class Mesh {
  readonly #recording: Recording;
  readonly #hearing: Hearing;
  readonly #byPath = new Map<string, Publication[]>();
  readonly #violations = new Violations();

  constructor(recording: Recording, profile: Profile) {
    this.#recording = recording;
    this.#hearing = hearingOf(recording, profile);
  }

  judge(): Finding {
    for (const call of this.#calls()) {
      for (const subscription of this.#hearing.subscriptions) {
        const channel = subscription.channel?.path ?? "";
        if (channel.startsWith(REQUESTS)) this.#once(call.call, subscription, "request");
      }
      for (const response of call.responses) this.#response(call, response);
    }
    this.#judgeEvents();
    return this.#violations.finding();
  }

  #publicationsOf(path: string): readonly Publication[] {
    if (this.#byPath.size === 0) {
      for (const publication of this.#recording.publications) {
        const written = publication.frame.meta["path"];
        if (typeof written === "string") append(this.#byPath, written, publication);
      }
    }
    return this.#byPath.get(path) ?? [];
  }

  /** Calls whose address no other call has: of others it can't be told whose a response is. */
  #calls(): readonly Call[] {
    const byAddress = new Map<string, Write[]>();
    const responses = new Map<string, Write[]>();
    for (const write of this.#hearing.writes) {
      const { path, action, exchange } = write;
      if (action !== "SET" || path === null) continue;
      if (path.startsWith(RESPONSES)) append(responses, path, write);
      const { data } = exchange.request;
      const address = isJsonObject(data) ? data["callbackAddress"] : undefined;
      if (!path.startsWith(REQUESTS) || typeof address !== "string") continue;
      append(byAddress, address, write);
    }
    const calls: Call[] = [];
    for (const [address, writes] of byAddress) {
      const [call] = writes;
      if (call === undefined || writes.length > 1) continue;
      calls.push({ call, address, responses: responses.get(address) ?? [] });
    }
    return calls;
  }

  /** One frame of a request to its node, or of a response to its caller, where one must come. */
  #once(write: Write, subscription: Subscription, what: "request" | "response"): void {
    if (this.#hearing.hears(write, subscription).value !== "must") return;
    const { vantage } = this.#recording;
    if (!vantage.showsAllBefore(subscription.connection, write.answerIndex)) return;
    this.#violations.exercised += 1;
    const heard = this.#hearing.heard(write, subscription);
    if (heard.length === 1) return;
    const hearer = what === "request" ? "node" : "caller";
    this.#violations.add({
      clause: "MSH-4",
      message: `${subscription.client} was sent ${heard.length} times the ${what} that ${naming(write)} makes, which arrived at ${timeOf(this.#recording, write.startIndex)}`,
      expected: `One ${what} publication to the session of the ${hearer} (MSH-4).`,
      shape: [what, heard.length === 0 ? "missing" : "repeated"],
      evidence: [write.startIndex, write.answerIndex, ...heard.map(({ writeIndex }) => writeIndex)],
    });
  }

  #response({ call, address }: Call, response: Write): void {
    const caller = call.exchange.connection;
    for (const subscription of this.#hearing.subscriptionsOf(caller)) {
      const channel = subscription.channel?.path ?? "";
      if (channel.startsWith(RESPONSES)) this.#once(response, subscription, "response");
    }
    for (const publication of this.#publicationsOf(address)) {
      const { connection, client, frame, writeIndex } = publication;
      if (connection === caller || this.#recording.connection(connection).isPartial) continue;
      const channel = typeof frame.meta["channel"] === "string" ? frame.meta["channel"] : "";
      const subscription = this.#hearing.subscription(connection, channel);
      // By a subscription of its own that isn't one to responses: see no-unwanted-publication.
      if (subscription?.channel?.path.startsWith(RESPONSES) === false) continue;
      const mayHear = this.#hearing
        .subscriptionsOf(connection)
        .some((own) => this.#hearing.hears(response, own).value !== "never");
      if (mayHear) continue;
      this.#violations.add({
        clause: "MSH-4",
        message: `${client} was sent the response to a call of ${call.exchange.client}'s, ${naming(response)}, at ${timeOf(this.#recording, writeIndex)}`,
        expected: `Only the session that subscribed to that address, ${caller}, is sent it (MSH-4).`,
        shape: ["response", "misdirected"],
        evidence: [call.startIndex, response.startIndex, writeIndex],
      });
    }
    const event = this.#eventBefore(response);
    if (event !== null) this.#judgeEventFirst(caller, event, response);
  }

  /** The event that the method emitted just before it called back: the node's request before, at the same time. */
  #eventBefore(response: Write): Write | null {
    const { connection } = response.exchange;
    const before = this.#hearing.writes
      .filter(({ exchange, order }) => exchange.connection === connection && order < response.order)
      .at(-1);
    if (before === undefined || !isEvent(before)) return null;
    const isTogether =
      this.#recording.event(before.exchange.sendIndex).at ===
      this.#recording.event(response.exchange.sendIndex).at;
    // /_exchange/responses/<session>/<node>/<component>/… and /_events/<node>/<component>/…
    const callee = (response.path ?? "").split("/").slice(4, 6).join("/");
    const isOfComponent = (before.path ?? "").split("/").slice(2, 4).join("/") === callee;
    return isTogether && isOfComponent ? before : null;
  }

  #judgeEventFirst(caller: string, event: Write, response: Write): void {
    const heardOf = (write: Write) =>
      this.#hearing
        .subscriptionsOf(caller)
        .flatMap((subscription) => this.#hearing.heard(write, subscription))
        .map(({ writeIndex }) => writeIndex);
    const events = heardOf(event);
    const responses = heardOf(response);
    if (events.length === 0 || responses.length === 0) return;
    this.#violations.exercised += 1;
    const [late, early] = [Math.max(...events), Math.min(...responses)];
    if (late < early) return;
    const { client } = this.#recording.connection(caller);
    this.#violations.add({
      clause: "MSH-6",
      message: `${client} was sent the response to its call at ${timeOf(this.#recording, early)}, before ${naming(event)}, which the method emitted first, at ${timeOf(this.#recording, late)}`,
      expected:
        "The event first: what a method emits before it calls back reaches the caller before the response (MSH-6).",
      shape: ["response-before-event"],
      evidence: [event.startIndex, response.startIndex, early, late],
    });
  }

  /** Events of one node reach each subscription in the order in which they arrived at the server. */
  #judgeEvents(): void {
    const latest = new Map<string, { write: Write; writeIndex: number }>();
    for (const publication of this.#recording.publications) {
      const { channel } = publication.frame.meta;
      const source = this.#hearing.source(publication);
      if (source.how !== "id" || source.candidates.length > 1) continue;
      const { write } = source;
      if (!isEvent(write) || typeof channel !== "string") continue;
      const subscription = this.#hearing.subscription(publication.connection, channel);
      if (subscription === null) continue;
      const node = (write.path as string).split("/")[2] ?? "";
      const key = JSON.stringify([
        publication.connection,
        channel,
        write.exchange.connection,
        node,
      ]);
      const { writeIndex } = publication;
      const before = latest.get(key);
      if (before === undefined || before.write.order < write.order) {
        latest.set(key, { write, writeIndex });
      }
      if (before === undefined || before.write === write) continue;
      this.#violations.exercised += 1;
      if (before.write.order > write.order) {
        this.#eventsSwapped(subscription, before, { write, writeIndex });
      }
    }
  }

  #eventsSwapped(
    subscription: Subscription,
    first: { write: Write; writeIndex: number },
    second: { write: Write; writeIndex: number },
  ): void {
    // A second frame of an event that was heard in its place is one too many, not out of order.
    const [heardFirst] = this.#hearing.heard(second.write, subscription);
    if (heardFirst?.writeIndex !== second.writeIndex) return;
    this.#violations.add({
      clause: "MSH-6",
      message: `${subscription.client} was sent ${naming(first.write)} at ${timeOf(this.#recording, first.writeIndex)}, before ${naming(second.write)} at ${timeOf(this.#recording, second.writeIndex)}, which was emitted first`,
      expected: "Events of one node reach every subscription in the order emitted (MSH-6).",
      shape: ["events-swapped", kindOfSubscription(subscription)],
      evidence: [
        second.write.startIndex,
        first.write.startIndex,
        first.writeIndex,
        second.writeIndex,
      ],
    });
  }
}

/** An event of a node's: it is set with `noStore` (MSH-5), and a write there that is stored is none. */
function isEvent({ action, path, options }: Write): boolean {
  return (
    action === "SET" && options["noStore"] === true && path !== null && path.startsWith(EVENTS)
  );
}
