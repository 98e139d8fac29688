/**
 * Mutants that are wrong about sessions: who has which, and when it ends (PROTOCOL.md 2).
 *
 * @packageDocumentation
 */
import type { ServerState } from "../../../../models/index.js";
import { isJsonObject } from "../../../protocol/index.js";
import { askedFor, misanswering, withListeners, without } from "./deviation.js";
import { everyThird, type Mutant } from "./mutant.js";

export const newIdOnLogin: Mutant = {
  id: "new-id-on-login",
  clause: "SES-1",
  properties: ["session-identity"],
  description: "Answers a login that is repeated on a connection with another session id.",
  create(step) {
    const known = new Set<string>();
    return misanswering(step, ({ connection, data, asked }) => {
      if (asked.request.action !== "login" || !isJsonObject(data)) return null;
      if (!known.has(connection)) {
        known.add(connection);
        return null;
      }
      const id = data["id"] as string;
      return { data: { ...data, id: `${id.slice(0, -2)}${id.endsWith("00") ? "11" : "00"}` } };
    });
  },
};

export const reusedSessionId: Mutant = {
  id: "reused-session-id",
  clause: "SES-1",
  properties: ["session-identity"],
  description: "Gives a new connection the session id of the one that ended last.",
  create(step) {
    let free: string | null = null;
    return (state, input) => {
      if (input.kind === "end") free = state.sessions.get(input.connection)?.id ?? free;
      if (input.kind !== "open" || free === null) return step(state, input);
      const sessionId = free;
      free = null;
      return step(state, { ...input, sessionId });
    };
  },
};

export const foreignUuidVersion: Mutant = {
  id: "foreign-uuid-version",
  clause: "SES-1",
  properties: ["session-identity"],
  description: "Gives each third connection a session id that is no uuid of version 4.",
  create(step) {
    const isTurn = everyThird();
    return (state, input) => {
      if (input.kind !== "open" || !isTurn()) return step(state, input);
      const { sessionId } = input;
      return step(state, {
        ...input,
        sessionId: `${sessionId.slice(0, 14)}1${sessionId.slice(15)}`,
      });
    };
  },
};

export const describeWithoutSecurity: Mutant = {
  id: "describe-without-security",
  clause: "SES-2",
  properties: ["answer-data"],
  description: "Leaves out of the answer to describe whether it is secure.",
  create: (step) =>
    misanswering(step, ({ data, asked }) =>
      asked.request.action === "describe" && isJsonObject(data)
        ? { data: without(data, "secure") }
        : null,
    ),
};

export const loginForgets: Mutant = {
  id: "login-forgets-subscriptions",
  clause: "SES-4",
  properties: ["no-missed-publication"],
  description: "Ends the subscriptions of a connection that logs in once more.",
  create: (step) => (state, input) => {
    const asked = askedFor(input, "login", "configure-session");
    if (asked === null) return step(state, input);
    const subscriptions = new Map(state.subscriptions);
    subscriptions.delete(asked.connection);
    return step({ ...state, subscriptions }, input);
  },
};

export const publishAfterEnd: Mutant = {
  id: "publish-after-end",
  clause: "SES-5",
  properties: ["silence-after-end"],
  description: "Keeps the subscriptions of a connection that is cut, and publishes to it.",
  create(step) {
    return (state, input) => {
      const next = step(state, input);
      if (input.kind !== "end") return next;
      return { ...next, state: { ...next.state, subscriptions: state.subscriptions } };
    };
  },
};

export const inheritedSubscriptions: Mutant = {
  id: "inherited-subscriptions",
  clause: "SES-5",
  properties: ["no-unwanted-publication"],
  description:
    "Reuses the places of connections after the third that ended, with what is left there.",
  create(step) {
    const leftovers: NonNullable<ReturnType<ServerState["subscriptions"]["get"]>>[] = [];
    let ended = 0;
    return (state, input) => {
      if (input.kind === "end") {
        ended += 1;
        const own = state.subscriptions.get(input.connection);
        if (own !== undefined) leftovers.push(own);
      }
      const next = step(state, input);
      if (input.kind !== "open" || ended < 3) return next;
      const own = leftovers.shift();
      if (own === undefined) return next;
      const subscriptions = new Map(next.state.subscriptions).set(input.connection, own);
      return { ...next, state: { ...next.state, subscriptions } };
    };
  },
};

export const endDeafensOthers: Mutant = {
  id: "end-deafens-others",
  clause: "SES-5",
  properties: ["no-missed-publication"],
  description: "Ends, with a connection, what others have subscribed to on the same channels.",
  create: (step) => (state, input) => {
    if (input.kind !== "end") return step(state, input);
    const own = state.subscriptions.get(input.connection);
    const subscriptions = withListeners(state.subscriptions, ({ channel, subscription }) =>
      own?.has(channel) === true ? null : subscription,
    );
    return step({ ...state, subscriptions }, input);
  },
};

export const crashOnLeaver: Mutant = {
  id: "crash-on-leaver",
  clause: "SES-5",
  properties: ["server-survives"],
  description: "Dies when a connection ends whose publication waits to be acknowledged.",
  create: (step) => (state, input) => {
    if (
      input.kind === "end" &&
      state.acknowledgements.some(({ publisher }) => publisher === input.connection)
    ) {
      throw new TypeError("Cannot read properties of undefined (reading 'write')");
    }
    return step(state, input);
  },
};

export const unansweredDisconnect: Mutant = {
  id: "unanswered-disconnect",
  clause: "SES-6",
  properties: ["answered-once", "lockstep-prediction"],
  description: "Does not answer the disconnect of a session that has subscriptions.",
  create: (step) => (state, input) => {
    const next = step(state, input);
    const asked = askedFor(input, "disconnect");
    if (asked === null || !state.subscriptions.has(asked.connection)) return next;
    return { ...next, outputs: [] };
  },
};

export const unknownProtocolDeafens: Mutant = {
  id: "unknown-protocol-deafens",
  clause: "SES-8",
  properties: ["usable-after-unknown-protocol"],
  description: "Refuses an unknown protocol, and from then on every request of that connection.",
  create(step) {
    const lost = new Set<string>();
    return (state, input) => {
      const asked = askedFor(input, "configure-session", "set", "get", "remove", "on", "off");
      if (asked !== null && lost.has(asked.connection)) return { state, outputs: [] };
      const next = step(state, input);
      const isRefused = JSON.stringify(next.outputs).includes('"status":"error"');
      if (asked?.request.action === "configure-session" && isRefused) lost.add(asked.connection);
      return next;
    };
  },
};

export const stopsWithoutWord: Mutant = {
  id: "stops-without-word",
  clause: "SES-7",
  properties: ["orderly-stop"],
  description: "Closes sessions without subscriptions, when it stops, without telling them.",
  create: (step) => (state, input) => {
    const next = step(state, input);
    if (input.kind !== "stop") return next;
    const outputs = next.outputs.filter(
      ({ kind, connection }) => kind === "close" || state.subscriptions.has(connection),
    );
    return { ...next, outputs };
  },
};

export const leavesOpen: Mutant = {
  id: "leaves-open",
  clause: "SES-7",
  properties: ["orderly-stop"],
  description: "Tells all, when it stops, and closes all but the last connection.",
  create: (step) => (state, input) => {
    const next = step(state, input);
    return input.kind === "stop" ? { ...next, outputs: next.outputs.slice(0, -1) } : next;
  },
};
