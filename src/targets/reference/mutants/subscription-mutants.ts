/**
 * Mutants that are wrong about who has subscribed to what (PROTOCOL.md 6).
 *
 * @packageDocumentation
 */
import type { ServerState } from "../../../../models/index.js";
import { isJsonObject, type Json } from "../../../protocol/index.js";
import {
  askedFor,
  mishearing,
  misreading,
  misremembering,
  publicationMeta,
  textOf,
  withListeners,
  withOutputs,
  type Asked,
} from "./deviation.js";
import { everyThird, type Mutant } from "./mutant.js";

export const misroutePublication: Mutant = {
  id: "misroute-publication",
  clause: "SUB-2",
  properties: ["no-unwanted-publication"],
  description: "Sends a publication to a session that did not subscribe its channel, too.",
  create(step) {
    const isTurn = everyThird();
    return withOutputs(step, (output, { sessions, subscriptions }) => {
      const channel = publicationMeta(output)?.["channel"];
      if (typeof channel !== "string") return [output];
      const other = [...sessions.keys()].find(
        (connection) => subscriptions.get(connection)?.has(channel) !== true,
      );
      return other === undefined || !isTurn()
        ? [output]
        : [output, { ...output, connection: other }];
    });
  },
};

export const keepSubscription: Mutant = {
  id: "keep-subscription",
  clause: "SUB-4",
  properties: ["no-unwanted-publication"],
  description: "Answers an off, and goes on publishing.",
  create(step) {
    const isTurn = everyThird();
    return (before, input) => {
      const { state, outputs } = step(before, input);
      const { connection } = input.kind === "frame" ? input : { connection: "" };
      const had = before.subscriptions.get(connection)?.size ?? 0;
      const has = state.subscriptions.get(connection)?.size ?? 0;
      if (has >= had || !isTurn()) return { state, outputs };
      return { state: { ...state, subscriptions: before.subscriptions }, outputs };
    };
  },
};

export const catchAllHearsAll: Mutant = {
  id: "catch-all-hears-all",
  clause: "SUB-1",
  properties: ["no-unwanted-publication"],
  description: "Tells catch-alls of every kind of event.",
  create: (step) =>
    mishearing(step, ({ subscription }) => {
      const { channel } = subscription;
      if (channel.path !== "*") return subscription;
      return { ...subscription, channel: { ...channel, action: "ALL" } };
    }),
};

export const setHearsRemove: Mutant = {
  id: "set-hears-remove",
  clause: "SUB-1",
  properties: ["no-unwanted-publication"],
  description: "Tells SET subscriptions on exact paths of removals.",
  create: (step) =>
    mishearing(step, ({ subscription }, { request }) => {
      const { channel } = subscription;
      const isExact = channel.action === "SET" && !channel.path.includes("*");
      if (request.action !== "remove" || !isExact) return subscription;
      return { ...subscription, channel: { ...channel, action: "ALL" } };
    }),
};

export const offRacesWrite: Mutant = {
  id: "off-races-write",
  clause: "SUB-2",
  properties: ["no-unwanted-publication"],
  description: "Loses an off that comes within a moment of a write that its subscription hears.",
  create(step) {
    const heardAt = new Map<string, number>();
    return (state, input) => {
      const next = step(state, input);
      for (const output of next.outputs) {
        const meta = output.kind === "frame" ? publicationMeta(output) : null;
        if (meta !== null) heardAt.set(keyOf(output.connection, meta["channel"]), input.at);
      }
      const asked = askedFor(input, "off");
      const at = asked === null ? undefined : heardAt.get(keyOf(asked.connection, asked.path));
      if (at === undefined || input.at - at > 5) return next;
      return { ...next, state: { ...next.state, subscriptions: state.subscriptions } };
    };
  },
};

export const onTooLate: Mutant = {
  id: "on-too-late",
  clause: "SUB-2",
  properties: ["no-missed-publication"],
  description: "Does not tell a session of the write that comes first after its second on.",
  create(step) {
    const fresh = new Map<string, Asked>();
    return mishearing(
      (state, input) => {
        const asked = askedFor(input, "on");
        if (asked !== null && state.subscriptions.has(asked.connection)) {
          fresh.set(keyOf(asked.connection, asked.path), asked);
        }
        return step(state, input);
      },
      ({ connection, channel, subscription }) =>
        fresh.delete(keyOf(connection, channel)) ? null : subscription,
    );
  },
};

export const repeatedOnDoubles: Mutant = {
  id: "repeated-on-doubles",
  clause: "SUB-3",
  properties: ["no-duplicate-publication"],
  description: "Publishes once for each time that a channel was subscribed.",
  create: (step) =>
    withOutputs(step, (output, { subscriptions }) => {
      const channel = publicationMeta(output)?.["channel"];
      const own = subscriptions.get(output.connection)?.get(textOf(channel));
      return own !== undefined && own.refCount > 1 ? [output, output] : [output];
    }),
};

export const overlapHeardTwice: Mutant = {
  id: "overlap-heard-twice",
  clause: "SUB-3",
  properties: ["no-duplicate-publication"],
  description: "Publishes to a pattern twice where the session has subscribed to the path itself.",
  create: (step) =>
    withOutputs(step, (output, { subscriptions }) => {
      const meta = publicationMeta(output);
      const channel = textOf(meta?.["channel"]);
      const own = subscriptions.get(output.connection);
      const hasExact = own?.has(textOf(meta?.["action"])) === true;
      return channel.includes("*") && hasExact ? [output, output] : [output];
    }),
};

export const overlapHeardOnce: Mutant = {
  id: "overlap-heard-once",
  clause: "SUB-3",
  properties: ["no-missed-publication"],
  description: "Publishes once to a session of which two subscriptions match.",
  create(step) {
    let heard = new Set<string>();
    let heardBy: unknown = null;
    return withOutputs(step, (output, _state, input) => {
      if (publicationMeta(output) === null) return [output];
      if (heardBy !== input) heard = new Set();
      heardBy = input;
      if (heard.has(output.connection)) return [];
      heard.add(output.connection);
      return [output];
    });
  },
};

export const repeatedOnCountsOne: Mutant = {
  id: "repeated-on-counts-one",
  clause: "SUB-4",
  properties: ["no-missed-publication"],
  description: "Counts a channel as subscribed once, however often it was.",
  create: (step) => (state, input) => {
    const next = step(state, input);
    if (askedFor(input, "on") === null) return next;
    const subscriptions = withListeners(next.state.subscriptions, ({ subscription }) => ({
      ...subscription,
      refCount: 1,
    }));
    return { ...next, state: { ...next.state, subscriptions } };
  },
};

export const refCountIgnored: Mutant = {
  id: "ref-count-ignored",
  clause: "SUB-4",
  properties: ["no-missed-publication"],
  description: "Counts one on for each request, whatever its refCount.",
  create: (step) =>
    misreading(step, ({ request, options }) =>
      request.action === "on" ? { options: { ...options, refCount: 1 } } : null,
    ),
};

export const offCountsOne: Mutant = {
  id: "off-counts-one",
  clause: "SUB-4",
  properties: ["no-unwanted-publication"],
  description: "Subtracts one for each off, whatever its refCount.",
  create: (step) =>
    misreading(step, ({ request, options, path }) =>
      request.action === "off" && path !== "*" ? { options: { ...options, refCount: 1 } } : null,
    ),
};

export const offEndsOthers: Mutant = {
  id: "off-ends-others",
  clause: "SUB-4",
  properties: ["no-missed-publication"],
  description: "Ends, with the last count of a session's subscription, those of others to it.",
  create: (step) => (state, input) => {
    const next = step(state, input);
    const asked = askedFor(input, "off");
    if (asked === null || !isGone(asked, state, next.state)) return next;
    const subscriptions = withListeners(next.state.subscriptions, ({ channel, subscription }) =>
      channel === asked.path ? null : subscription,
    );
    return { ...next, state: { ...next.state, subscriptions } };
  },
};

export const strayOffEndsOther: Mutant = {
  id: "stray-off-ends-other",
  clause: "SUB-4",
  properties: ["no-missed-publication"],
  description: "Ends the session's first subscription by an off of what it never subscribed to.",
  create: (step) =>
    misreading(step, ({ request, connection, path }, { subscriptions }) => {
      const own = subscriptions.get(connection);
      const isStray = request.action === "off" && path !== "*" && own?.has(path) === false;
      return isStray ? { path: [...own.keys()][0] } : null;
    }),
};

export const offOfStranger: Mutant = {
  id: "off-of-stranger",
  clause: "SUB-4",
  properties: ["no-missed-publication"],
  description: "Ends another session's subscription by an off of what only that one subscribed to.",
  create: (step) => (state, input) => {
    const next = step(state, input);
    const asked = askedFor(input, "off");
    const isOwn = asked !== null && state.subscriptions.get(asked.connection)?.has(asked.path);
    if (asked === null || isOwn === true) return next;
    const subscriptions = withListeners(next.state.subscriptions, ({ channel, subscription }) =>
      channel === asked.path ? null : subscription,
    );
    return { ...next, state: { ...next.state, subscriptions } };
  },
};

export const initialGap: Mutant = {
  id: "initial-gap",
  clause: "SUB-6",
  properties: ["no-missed-publication"],
  description: "Does not publish the first write after an on that asked for initial values.",
  create(step) {
    const fresh = new Set<string>();
    return mishearing(
      (state, input) => {
        const asked = askedFor(input, "on");
        const isInitial =
          asked?.options["initialCallback"] === true || asked?.options["initialEmit"] === true;
        if (asked !== null && isInitial) fresh.add(keyOf(asked.connection, asked.path));
        return step(state, input);
      },
      ({ connection, channel, subscription }) =>
        fresh.delete(keyOf(connection, channel)) ? null : subscription,
    );
  },
};

export const initialMissesItem: Mutant = {
  id: "initial-misses-item",
  clause: "SUB-6",
  properties: ["initial-values", "lockstep-prediction"],
  description: "Leaves the item that was created last out of the initial values of a pattern.",
  create: (step) =>
    misremembering(step, ({ request, path }, { store }) => {
      if (request.action !== "on" || !path.includes("*") || store.size < 2) return null;
      return new Map([...store].slice(0, -1));
    }),
};

export const offAllForgetsExact: Mutant = {
  id: "off-all-keeps-exact",
  clause: "SUB-7",
  properties: ["no-unwanted-publication"],
  description: "Ends, by an off of everything, a session's patterns and leaves the exact paths.",
  create: (step) => (state, input) => {
    const next = step(state, input);
    const asked = askedFor(input, "off");
    const own = asked === null ? undefined : state.subscriptions.get(asked.connection);
    if (asked?.path !== "*" || own === undefined) return next;
    const kept = new Map([...own].filter(([channel]) => !channel.includes("*")));
    const subscriptions = new Map(next.state.subscriptions).set(asked.connection, kept);
    return { ...next, state: { ...next.state, subscriptions } };
  },
};

export const offAllEndsOthers: Mutant = {
  id: "off-all-ends-others",
  clause: "SUB-7",
  properties: ["no-missed-publication"],
  description: "Ends the subscriptions of every session by one session's off of everything.",
  create: (step) => (state, input) => {
    const next = step(state, input);
    if (askedFor(input, "off")?.path !== "*") return next;
    return { ...next, state: { ...next.state, subscriptions: new Map() } };
  },
};

/** Whether an off has ended the subscription that it names. */
function isGone(
  { connection, path }: Asked,
  ...[before, after]: readonly [ServerState, ServerState]
): boolean {
  const isThere = ({ subscriptions }: ServerState) =>
    subscriptions.get(connection)?.has(path) === true;
  return isThere(before) && !isThere(after);
}

function keyOf(connection: string, channel: unknown): string {
  return JSON.stringify([connection, channel]);
}

export const initialNewestFirst: Mutant = {
  id: "initial-newest-first",
  clause: "SUB-6",
  properties: ["initial-values"],
  description: "Answers initial values with what was modified last at the beginning.",
  create: (step) =>
    withOutputs(step, (output, _state, input) => {
      const frame = isJsonObject(output.frame) ? output.frame : {};
      const { data } = frame;
      if (askedFor(input, "on") === null || !Array.isArray(data)) return [output];
      return [{ ...output, frame: { ...frame, data: data.toReversed() as Json[] } }];
    }),
};
