/**
 * Mutants that are wrong in what the mesh layer relies on (PROTOCOL.md 7).
 *
 * @packageDocumentation
 */
import type { FrameOutput } from "../../../../models/index.js";
import { isJsonObject } from "../../../protocol/index.js";
import {
  askedFor,
  mishearing,
  othersIn,
  publicationMeta,
  withListeners,
  withOutputs,
  type Asked,
} from "./deviation.js";
import { everyThird, type Mutant } from "./mutant.js";

const REQUESTS = "/_exchange/requests/";
const RESPONSES = "/_exchange/responses/";
const EVENTS = "/_events/";

export const responseToAnotherCaller: Mutant = {
  id: "response-to-another-caller",
  clause: "MSH-4",
  properties: ["mesh-answered-once"],
  description: "Sends a response to another caller of the mesh, too.",
  create: (step) =>
    withOutputs(step, (output, state) => {
      if (!pathOf(output).startsWith(RESPONSES)) return [output];
      const other = othersIn(state, output.connection).find((connection) =>
        [...(state.subscriptions.get(connection)?.keys() ?? [])].some((channel) =>
          channel.includes(RESPONSES),
        ),
      );
      return other === undefined ? [output] : [output, { ...output, connection: other }];
    }),
};

export const responseTwice: Mutant = {
  id: "response-twice",
  clause: "MSH-4",
  properties: ["mesh-answered-once"],
  description: "Publishes the response of a method that failed twice.",
  create: (step) =>
    withOutputs(step, (output) => {
      const { frame } = output;
      const data = isJsonObject(frame) ? frame["data"] : undefined;
      const isFailure = isJsonObject(data) && data["status"] !== "ok";
      return isFailure && pathOf(output).startsWith(RESPONSES) ? [output, output] : [output];
    }),
};

export const callLost: Mutant = {
  id: "call-lost",
  clause: "MSH-4",
  properties: ["mesh-answered-once"],
  description: "Does not pass on a call while another one of the same caller is unanswered.",
  create(step) {
    const open = new Map<string, string>();
    return mishearing(
      (state, input) => {
        const asked = askedFor(input, "set");
        if (asked?.path.startsWith(RESPONSES) === true) open.delete(asked.path.split("/")[3] ?? "");
        return step(state, input);
      },
      ({ subscription }, asked, { sessions }) => {
        const address = addressOf(asked);
        const caller = sessions.get(asked.connection)?.id ?? "";
        if (address === null || !subscription.channel.path.startsWith(REQUESTS)) {
          return subscription;
        }
        const isBusy = open.has(caller) && open.get(caller) !== address;
        if (!isBusy) open.set(caller, address);
        return isBusy ? null : subscription;
      },
    );
  },
};

export const eventAfterResponse: Mutant = {
  id: "event-after-response",
  clause: "MSH-6",
  properties: ["mesh-answered-once"],
  description: "Holds what a method emits back until its response has been published.",
  create: (step) => holdingBack(step, (held, next) => next.startsWith(RESPONSES) && held !== next),
};

export const eventsSwapped: Mutant = {
  id: "events-swapped",
  clause: "MSH-6",
  properties: ["mesh-answered-once"],
  description: "Holds an event back until another one of the node has been published.",
  create: (step) => holdingBack(step, (held, next) => next.startsWith(EVENTS) && held !== next),
};

export const leaverDeafensNode: Mutant = {
  id: "leaver-deafens-node",
  clause: "MSH-8",
  properties: ["no-missed-publication", "mesh-answered-once"],
  description: "Ends the node's subscriptions when its response finds nobody any more.",
  create: (step) => (state, input) => {
    const next = step(state, input);
    const asked = askedFor(input, "set");
    const isResponse = asked?.path.startsWith(RESPONSES) === true;
    if (asked === null || !isResponse || next.outputs.length > 1) return next;
    const subscriptions = withListeners(
      next.state.subscriptions,
      ({ connection, channel, subscription }) =>
        connection === asked.connection && channel.includes(REQUESTS) ? null : subscription,
    );
    return { ...next, state: { ...next.state, subscriptions } };
  },
};

export const crashOnMalformedCall: Mutant = {
  id: "crash-on-malformed-call",
  clause: "MSH-8",
  properties: ["server-survives"],
  description: "Dies of a call without an address for its response.",
  create: (step) => (state, input) => {
    const asked = askedFor(input, "set");
    if (asked?.path.startsWith(REQUESTS) === true && addressOf(asked) === null) {
      throw new TypeError("callbackAddress.split is not a function");
    }
    return step(state, input);
  },
};

/**
 * A step that writes each third event to a session only after the next publication to it that
 * `isAwaited`.
 */
function holdingBack(
  step: Parameters<Mutant["create"]>[0],
  isAwaited: (held: string, next: string) => boolean,
): ReturnType<Mutant["create"]> {
  const isTurn = everyThird();
  const held = new Map<string, FrameOutput>();
  return withOutputs(step, (output) => {
    const path = pathOf(output);
    const key = JSON.stringify([output.connection]);
    const earlier = held.get(key);
    if (earlier !== undefined && isAwaited(pathOf(earlier), path)) {
      held.delete(key);
      return [output, earlier];
    }
    if (earlier !== undefined || !path.startsWith(EVENTS) || !isTurn()) return [output];
    held.set(key, output);
    return [];
  });
}

/** The path that a publication tells of; empty for any other frame. */
function pathOf(output: FrameOutput): string {
  const path = publicationMeta(output)?.["path"];
  return typeof path === "string" ? path : "";
}

/** Where a call wants its response; null where it does not say. */
function addressOf({ request, path }: Asked): string | null {
  const { data } = request;
  const address = isJsonObject(data) ? data["callbackAddress"] : undefined;
  return path.startsWith(REQUESTS) && typeof address === "string" ? address : null;
}
