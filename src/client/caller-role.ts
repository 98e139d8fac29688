/**
 * A client that calls methods of mesh nodes (MSH-2).
 *
 * @packageDocumentation
 */
import {
  callRequest,
  responsesChannel,
  subscribeRequest,
  type PatternRule,
} from "../../models/index.js";
import type { PublicationFrame } from "../history/index.js";
import { isJsonObject, type Json } from "../protocol/index.js";
import type { Connection } from "./connection.js";
import { draftOfMesh } from "./request.js";

/** How long a caller waits for the response, in virtual milliseconds. */
const RESPONSE_MS_MAX = 10_000;

export interface Call {
  readonly node: string;
  readonly component: string;
  readonly method: string;
  readonly args: readonly Json[];
}

export class CallerRole {
  readonly #rule: PatternRule;
  #callCount = 0;
  /** Of the present connection; another one starts anew. */
  #subscription: Subscription | null = null;
  /** By channel and path of the publication that answers. */
  readonly #awaited = new Map<string, () => void>();

  /** @param rule how the server reads patterns: decides what takes in all responses */
  constructor(rule: PatternRule) {
    this.#rule = rule;
  }

  /**
   * Calls a method; the first call of a connection subscribes to the responses before. `ended` once
   * the response has come, the request was refused, or patience or the connection ended.
   */
  call(
    operation: string,
    connection: Connection,
    sessionId: string,
    call: Call,
    ended: () => void,
  ): void {
    const { node, component, method, args } = call;
    const subscription = this.#subscribe(operation, connection, sessionId);
    subscription.whenSettled((isReady) => {
      if (!isReady) {
        ended();
        return;
      }
      this.#callCount += 1;
      const request = callRequest(sessionId, node, component, method, this.#callCount, args);
      const answer = keyOf(
        responsesChannel(sessionId, this.#rule),
        callbackAddressOf(request.data),
      );
      const settle = connection.wait<true>(RESPONSE_MS_MAX, () => {
        this.#awaited.delete(answer);
        ended();
      });
      this.#awaited.set(answer, () => settle(true));
      connection.request(operation, draftOfMesh(request), RESPONSE_MS_MAX, (accepted) => {
        if (accepted?.meta["status"] === "error") settle(null);
      });
    });
  }

  /** Ends the call that a publication answers, if it comes by the subscription made for it. */
  hear({ meta }: PublicationFrame): void {
    const { channel, path } = meta;
    if (typeof channel !== "string" || typeof path !== "string") return;
    this.#awaited.get(keyOf(channel, path))?.();
  }

  #subscribe(operation: string, connection: Connection, sessionId: string): Subscription {
    if (this.#subscription?.connection === connection) return this.#subscription;
    const subscription = new Subscription(connection);
    this.#subscription = subscription;
    const draft = draftOfMesh(subscribeRequest(responsesChannel(sessionId, this.#rule), 0));
    connection.request(operation, draft, RESPONSE_MS_MAX, (answer) => {
      subscription.settle(answer?.meta["status"] === "ok");
    });
    return subscription;
  }
}

/** A subscription to the responses, that calls wait for. */
class Subscription {
  readonly connection: Connection;
  #isReady: boolean | null = null;
  readonly #waiting: ((isReady: boolean) => void)[] = [];

  constructor(connection: Connection) {
    this.connection = connection;
  }

  whenSettled(run: (isReady: boolean) => void): void {
    if (this.#isReady === null) this.#waiting.push(run);
    else run(this.#isReady);
  }

  settle(isReady: boolean): void {
    this.#isReady = isReady;
    for (const run of this.#waiting.splice(0)) run(isReady);
  }
}

function keyOf(channel: string, path: string): string {
  return JSON.stringify([channel, path]);
}

function callbackAddressOf(data: Json): string {
  const address = isJsonObject(data) ? data["callbackAddress"] : undefined;
  if (typeof address !== "string") throw new TypeError("a call has a callbackAddress");
  return address;
}
