/**
 * Mutants whose frames are malformed, or that cannot stand those of others (PROTOCOL.md 1).
 *
 * @packageDocumentation
 */
import type { ServerInput } from "../../../../models/index.js";
import { parseClientFrame, type Json } from "../../../protocol/index.js";
import { askedBy, misanswering, withListeners, without, withOutputs } from "./deviation.js";
import type { Mutant, Step } from "./mutant.js";

export const longFrameCut: Mutant = {
  id: "long-frame-cut",
  clause: "FRM-1",
  properties: ["well-formed-frames"],
  description: "Cuts what it writes off after a thousand characters.",
  write: (text) => text.slice(0, 1_000),
  create: (step) => step,
};

export const answerWithoutType: Mutant = {
  id: "answer-without-type",
  clause: "FRM-3",
  properties: ["well-formed-frames"],
  description: "Leaves the type out of the answer to a request that it refuses.",
  create: (step) =>
    misanswering(step, ({ meta }) =>
      meta["status"] === "error" ? { meta: without(meta, "type") } : null,
    ),
};

export const metaBeforeItems: Mutant = {
  id: "meta-before-items",
  clause: "FRM-3",
  properties: ["well-formed-frames"],
  description:
    "Sends the answer's _meta before the items of a pattern get, when there are several.",
  create: (step) =>
    withOutputs(step, (output) => {
      if (!Array.isArray(output.frame) || output.frame.length < 3) return [output];
      const frame = output.frame as readonly Json[];
      return [{ ...output, frame: [...frame.slice(-1), ...frame.slice(0, -1)] }];
    }),
};

export const emptyPublication: Mutant = {
  id: "empty-publication",
  clause: "FRM-3",
  properties: ["well-formed-frames"],
  description: "Publishes the removal of a pattern without any data.",
  create: (step) =>
    withOutputs(step, (output, _state, input) => {
      const asked = askedBy(input);
      const isPublication = JSON.stringify(output.frame).includes('"type":"data"');
      if (asked?.request.action !== "remove" || !asked.path.includes("*") || !isPublication) {
        return [output];
      }
      return [{ ...output, frame: without(output.frame as never, "data") }];
    }),
};

export const crashOnOddPath: Mutant = {
  id: "crash-on-odd-path",
  clause: "FRM-5",
  properties: ["server-survives"],
  description: "Dies of a request whose path is there and is no text.",
  create: (step) => (state, input) => {
    const path = askedBy(input)?.request.path;
    if (path !== undefined && typeof path !== "string") {
      throw new TypeError("path.indexOf is not a function");
    }
    return step(state, input);
  },
};

export const crashOnNoObject: Mutant = {
  id: "crash-on-no-object",
  clause: "FRM-5",
  properties: ["server-survives"],
  description: "Dies of a frame that is JSON and no object.",
  create: (step) => (state, input) => {
    if (malformation(input) === "not a JSON object") {
      throw new TypeError("Cannot read properties of null");
    }
    return step(state, input);
  },
};

export const crashOnPrototypeName: Mutant = {
  id: "crash-on-prototype-name",
  clause: "FRM-5",
  properties: ["server-survives"],
  description: "Looks actions up in a plain object, and dies of those that every object has.",
  create: (step) => (state, input) => {
    const action = askedBy(input)?.request.action;
    if (action !== undefined && action in {}) throw new TypeError("handler is not a function");
    return step(state, input);
  },
};

export const malformedSilences: Mutant = {
  id: "malformed-silences-next",
  clause: "FRM-5",
  properties: ["answered-once"],
  description:
    "Does not answer the request that reaches it next after a malformed frame of another.",
  create(step) {
    let culprit: string | null = null;
    return (state, input) => {
      if (malformation(input) !== null && input.kind === "frame") culprit = input.connection;
      const asked = askedBy(input);
      if (asked === null || culprit === null || culprit === asked.connection) {
        return step(state, input);
      }
      culprit = null;
      return { ...step(state, input), outputs: [] };
    };
  },
};

export const malformedDeafens: Mutant = {
  id: "malformed-deafens-others",
  clause: "FRM-5",
  properties: ["no-missed-publication"],
  description: "Forgets the subscriptions of other connections after a frame that is not JSON.",
  create: (step) => (state, input) => {
    if (input.kind !== "frame" || malformation(input) !== "not JSON") return step(state, input);
    const subscriptions = withListeners(state.subscriptions, (listening) =>
      listening.connection === input.connection ? listening.subscription : null,
    );
    return step({ ...state, subscriptions }, input);
  },
};

export const malformedSpoilsStore: Mutant = {
  id: "malformed-undoes-write",
  clause: "FRM-5",
  properties: ["store-linearizable"],
  description: "Takes back what another connection stored last when a malformed frame comes.",
  create(step: Step): Step {
    let last: { readonly connection: string; readonly store: never } | null = null;
    return (state, input) => {
      const isMalformed = malformation(input) !== null;
      if (isMalformed && input.kind === "frame" && last !== null) {
        const { connection, store } = last;
        last = null;
        if (connection !== input.connection) return step({ ...state, store }, input);
      }
      const next = step(state, input);
      if (next.state.store !== state.store && input.kind === "frame") {
        last = { connection: input.connection, store: state.store as never };
      }
      return next;
    };
  },
};

/** What is wrong with a frame; null for one that is as it should be, and for any other input. */
function malformation(input: ServerInput): string | null {
  if (input.kind !== "frame") return null;
  const frame = parseClientFrame(input.text);
  return frame.kind === "malformed" ? frame.reason : null;
}

export const pongOfLastPing: Mutant = {
  id: "pong-of-last-ping",
  clause: "FRM-2",
  properties: ["heartbeat-answered"],
  description: "Answers a heartbeat with the stamp of the one before.",
  create(step) {
    const last = new Map<string, string>();
    return withOutputs(step, (output) => {
      const { connection, frame } = output;
      if (typeof frame !== "string") return [output];
      const before = last.get(connection) ?? frame;
      last.set(connection, frame);
      return [{ ...output, frame: before }];
    });
  },
};

export const deafToPings: Mutant = {
  id: "deaf-to-pings",
  clause: "FRM-2",
  properties: ["heartbeat-answered"],
  description: "Does not answer the heartbeats of a session that has no subscriptions.",
  create: (step) =>
    withOutputs(step, (output, { subscriptions }) =>
      typeof output.frame === "string" && !subscriptions.has(output.connection) ? [] : [output],
    ),
};

export const malformedUnanswered: Mutant = {
  id: "malformed-unanswered",
  clause: "FRM-5",
  properties: ["malformed-answered"],
  description: "Does not answer a request without a path that needs one.",
  create: (step) => (state, input) => {
    const asked = askedBy(input);
    const needsPath = ["set", "get", "remove", "on", "off"].includes(asked?.request.action ?? "");
    return needsPath && asked?.request.path === undefined
      ? { state, outputs: [] }
      : step(state, input);
  },
};
