/**
 * Plans in a later dialect: what clients do anyway, as a client of that generation says it.
 *
 * Laid over a plan that was drawn before, so that plans without it stay what they are. Clients ask for
 * their dialect in every handshake; what they listen to is not counted, but ended by name; and they use
 * the options that only this dialect has.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import type { PlannedAction, PlannedClient, PlannedOperation } from "../plan/index.js";
import {
  FIRST_DIALECT,
  MIXED_DIALECTS,
  type DialectId,
  type Json,
  type JsonObject,
} from "../protocol/index.js";
import { listOf, weighted } from "./chance.js";
import { itemAt } from "./names.js";
import type { PlanBody } from "./plan-body.js";

/**
 * Which listener an `off` ends: one of its channel that is left, one that is gone or of another channel,
 * nobody's, or all of the channel, as clients say that.
 */
type Ending = "own" | "any" | "nobody" | "zero" | "none";

const ENDINGS = weighted<Ending>([10, "own"], [2, "any"], [1, "nobody"], [3, "zero"], [4, "none"]);

/** Of a hundred `on`s, how many repeat a channel that the client has. */
const REPEATS = weighted([1, 0], [3, 30], [3, 60]);

/** Of a hundred sets, how many want no data. */
const BARE_PERCENTS = weighted([3, 0], [3, 10], [1, 50]);

/** Of a hundred sets, how many count a gauge, and of as many gets, how many ask for a number. */
const GAUGE_PERCENTS = weighted([3, 0], [2, 10], [1, 40]);
const COUNT_PERCENTS = weighted([3, 0], [2, 10], [1, 30]);

/** Few, so that they meet. */
const GAUGES = ["counter", "counter", "hits"] as const;
const AMOUNTS = [1, 1, 1, 2, -3] as const;

/** Options beside which nobody says what a gauge does. */
const NO_GAUGE = ["noStore", "merge", "tag", "set_type", "nullValue"];

/** Dialects whose clients have methods for both. */
const WITH_NUMBERS: readonly DialectId[] = ["happn_3", "happn_4"];

/** What the first dialect alone counts with. */
const COUNTING = ["refCount", "listenerId"];

/** As the real library says that none is meant. */
const NO_LISTENER: Readonly<Partial<Record<Ending, JsonObject>>> = {
  zero: { referenceId: 0 },
  nobody: { referenceId: "no-listener" },
};

interface Twist {
  readonly ending: Ending;
  /** Which of several. */
  readonly index: number;
  /** Numbers of a hundred. */
  readonly repeats: number;
  readonly bare: number;
  readonly number: number;
}

/** The plan in that dialect; of several, each client speaks one. */
export function spoken(body: PlanBody, dialects: readonly DialectId[]): fc.Arbitrary<PlanBody> {
  const { clients, operations } = body;
  return fc
    .record({
      repeatPercent: REPEATS,
      barePercent: BARE_PERCENTS,
      gaugePercent: GAUGE_PERCENTS,
      countPercent: COUNT_PERCENTS,
      twists: listOf(
        fc.record<Twist>({
          ending: ENDINGS,
          index: fc.nat(20),
          repeats: fc.nat(99),
          bare: fc.nat(99),
          number: fc.nat(99),
        }),
        operations.length,
      ),
      spoken: fc.tuple(...clients.map(() => fc.constantFrom(...dialects))),
    })
    .map(({ twists, spoken, ...shares }) => {
      const byClient = new Map(
        clients.map(({ name }, index) => [name, spoken[index] as DialectId]),
      );
      return {
        ...body,
        features: [
          ...(body.features ?? []),
          `dialect ${dialects.length === 1 ? dialects[0] : MIXED_DIALECTS}`,
        ],
        clients: clients.map((client) => speakingAs(client, byClient.get(client.name))),
        operations: new Translation(byClient, shares).of(operations, twists),
      };
    });
}

function speakingAs(client: PlannedClient, dialect: DialectId = FIRST_DIALECT): PlannedClient {
  return dialect === FIRST_DIALECT ? client : { ...client, dialect };
}

interface Shares {
  readonly repeatPercent: number;
  readonly barePercent: number;
  readonly gaugePercent: number;
  readonly countPercent: number;
}

class Translation {
  readonly #byClient: ReadonlyMap<string, DialectId>;
  readonly #shares: Shares;
  /** By client: its `on`s since it connected, with their channels; `ended` are those that it took back. */
  readonly #listening = new Map<string, { id: string; channel: string; isEnded: boolean }[]>();

  constructor(byClient: ReadonlyMap<string, DialectId>, shares: Shares) {
    this.#byClient = byClient;
    this.#shares = shares;
  }

  of(operations: readonly PlannedOperation[], twists: readonly Twist[]) {
    return operations.map((operation, index): PlannedOperation => {
      const action = this.#said(operation, twists[index] as Twist);
      return action === operation.action ? operation : { ...operation, action };
    });
  }

  #said({ id, client, action }: PlannedOperation, twist: Twist): PlannedAction {
    const dialect = this.#byClient.get(client) ?? FIRST_DIALECT;
    if (dialect === FIRST_DIALECT) return action;
    const hasNumbers = WITH_NUMBERS.includes(dialect);
    switch (action.kind) {
      case "connect":
        this.#listening.set(client, []);
        return action;
      case "configure-session":
        return action.protocol === FIRST_DIALECT ? { ...action, protocol: dialect } : action;
      case "set":
        return this.#bare(hasNumbers ? this.#gauged(action, twist) : action, twist);
      case "get": {
        const { countPercent } = this.#shares;
        if (!hasNumbers || twist.number >= countPercent) return action;
        return { kind: "count", path: action.path, options: {} };
      }
      case "on": {
        const own = this.#of(client).filter(({ isEnded }) => !isEnded);
        const repeats = own.length > 0 && twist.repeats < this.#shares.repeatPercent;
        const channel = repeats ? itemAt(own, twist.index).channel : action.channel;
        this.#of(client).push({ id, channel, isEnded: false });
        return { ...action, channel, options: withReach(channel, uncounted(action.options)) };
      }
      case "off":
        return this.#ending(client, action, twist);
      default:
        return action;
    }
  }

  #bare(action: Extract<PlannedAction, { kind: "set" }>, { bare }: Twist): PlannedAction {
    if (bare >= this.#shares.barePercent) return action;
    return { ...action, options: { ...action.options, noDataResponse: true } };
  }

  #gauged(action: Extract<PlannedAction, { kind: "set" }>, { number, index }: Twist) {
    if (number >= this.#shares.gaugePercent) return action;
    const kept = Object.entries(action.options).filter(([name]) => !NO_GAUGE.includes(name));
    const increment = itemAt(AMOUNTS, index + number);
    const options: JsonObject = { ...Object.fromEntries(kept), increment };
    return { ...action, data: itemAt(GAUGES, index), options };
  }

  #ending(
    client: string,
    action: Extract<PlannedAction, { kind: "off" }>,
    { ending, index }: Twist,
  ): PlannedAction {
    const { channel } = action;
    const options = uncounted(action.options);
    if (channel === "*") {
      for (const listener of this.#of(client)) listener.isEnded = true;
      return { ...action, options: { ...options, referenceId: 0 } };
    }
    const own = this.#of(client);
    const left = own.filter(({ isEnded }) => !isEnded);
    const here = left.filter((listener) => listener.channel === channel);
    if (ending === "own" && left.length > 0) {
      // What the plan ends was perhaps another channel before it was drawn into this dialect.
      const listener = itemAt(here.length > 0 ? here : left, index);
      listener.isEnded = true;
      return { ...action, channel: listener.channel, options, listener: listener.id };
    }
    if (ending === "any" && own.length > 0) {
      const listener = itemAt(own, index);
      if (listener.channel === channel) listener.isEnded = true;
      return { ...action, options, listener: listener.id };
    }
    if (ending !== "nobody") for (const listener of here) listener.isEnded = true;
    return { ...action, options: { ...options, ...NO_LISTENER[ending] } };
  }

  #of(client: string) {
    const known = this.#listening.get(client) ?? [];
    this.#listening.set(client, known);
    return known;
  }
}

function uncounted(options: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !COUNTING.includes(name)));
}

/** How deep a pattern of any depth reaches is the client's to say; the real library always does. */
const DEPTH: Json = 5;

function withReach(channel: string, options: JsonObject): JsonObject {
  return channel.endsWith("/**") && !("depth" in options) ? { ...options, depth: DEPTH } : options;
}
