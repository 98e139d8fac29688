/**
 * Triggers in the frames themselves: handshakes and malformed input.
 *
 * @packageDocumentation
 */
import { ACTIONS, isJsonObject, parseClientFrame, type Json } from "../../protocol/index.js";
import type { Plan } from "../plan.js";
import { HARMLESS, mapOperations, type Trigger } from "./trigger.js";

/** The plan with a harmless request in place of each raw frame that `isMeant`. */
function withoutFrames(isMeant: (value: Json | undefined) => boolean): Trigger["without"] {
  return (plan) =>
    mapOperations(plan, ({ action }) =>
      action.kind === "raw" && isMeant(valueOf(action.frame)) ? HARMLESS : action,
    );
}

/** Undefined where the frame is no JSON. */
function valueOf(frame: string): Json | undefined {
  try {
    return JSON.parse(frame) as Json;
  } catch {
    return undefined;
  }
}

function actionOf(value: Json | undefined): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, "action") ? value["action"] : undefined;
}

const isKnown = (action: Json | undefined) =>
  typeof action === "string" && (ACTIONS as readonly string[]).includes(action);

/** Whether a request of that action lacks data that is an object. */
const lacksData = (value: Json | undefined, action: string) =>
  actionOf(value) === action && isJsonObject(value) && !isJsonObject(value["data"]);

/** No client library's frame nests that deep. */
const DEPTH_MAX = 16;

/** How deep arrays and objects nest in a frame, well-formed or not. */
function depthOf(frame: string): number {
  let [depth, deepest] = [0, 0];
  for (const mark of frame.replaceAll(/"(?:[^"\\]|\\.)*"/g, "")) {
    if (mark === "[" || mark === "{") deepest = Math.max(deepest, (depth += 1));
    else if (mark === "]" || mark === "}") depth -= 1;
  }
  return deepest;
}

const NEED_PATH: readonly string[] = ["set", "get", "remove", "on", "off"];

function inOneProtocol(plan: Plan): Plan {
  const usual = "happn_1.3.0";
  return mapOperations(plan, ({ action }) => {
    if (action.kind === "configure-session" && action.protocol !== usual) {
      return { ...action, protocol: usual };
    }
    if (action.kind !== "raw") return action;
    return actionOf(valueOf(action.frame)) === "configure-session" ? HARMLESS : action;
  });
}

export const FRAME_TRIGGERS: readonly Trigger[] = [
  {
    id: "odd-protocols",
    sentence:
      "A `configure-session` with a protocol that nobody speaks (SES-8), or a malformed one.",
    without: inOneProtocol,
  },
  {
    id: "raw-frames",
    sentence: "A frame that no client library sends (FRM-5).",
    without: withoutFrames(() => true),
  },
  {
    id: "unknown-actions",
    sentence: "A request whose action is none of the protocol's (COR-5).",
    without: withoutFrames((value) => isJsonObject(value) && !isKnown(actionOf(value))),
  },
  {
    id: "frames-that-are-no-objects",
    sentence: "A frame that is no JSON object (FRM-5).",
    without: (plan) =>
      mapOperations(plan, ({ action }) =>
        action.kind === "raw" && isJsonObject(valueOf(action.frame)) === false ? HARMLESS : action,
      ),
  },
  {
    id: "deep-frames",
    sentence: "A frame that nests deeper than 16 levels (FRM-5).",
    without: (plan) =>
      mapOperations(plan, ({ action }) =>
        action.kind === "raw" && depthOf(action.frame) > DEPTH_MAX ? HARMLESS : action,
      ),
  },
  {
    id: "foreign-ids",
    sentence: "An `on` or `off` with a field `id`, which no request has (COR-3).",
    without: withoutFrames(
      (value) =>
        (actionOf(value) === "on" || actionOf(value) === "off") &&
        isJsonObject(value) &&
        Object.hasOwn(value, "id"),
    ),
  },
  {
    id: "protocols-of-frames",
    sentence: "A frame with a field `protocol`, which no request has.",
    without: withoutFrames((value) => isJsonObject(value) && Object.hasOwn(value, "protocol")),
  },
  {
    id: "session-ids-of-frames",
    sentence: "A frame whose `sessionId` is one that no server has given (COR-3).",
    without: withoutFrames((value) => isJsonObject(value) && Object.hasOwn(value, "sessionId")),
  },
  {
    id: "listening-without-session-id",
    sentence: "A frame of an `on` or `off` without a `sessionId` (COR-3).",
    without: withoutFrames((value) => {
      const action = actionOf(value);
      return (action === "on" || action === "off") && !Object.hasOwn(value as object, "sessionId");
    }),
  },
  {
    id: "clients-without-login",
    sentence: "A client that does not log in, whose requests have no `sessionId` (SES-2).",
    without: (plan) =>
      mapOperations(plan, ({ action }) =>
        action.kind === "connect" && action.handshake === "none"
          ? { ...action, handshake: "full" }
          : action,
      ),
  },
  {
    id: "login-without-data",
    sentence: "A `login` whose data is no object.",
    without: withoutFrames((value) => lacksData(value, "login")),
  },
  {
    id: "configure-without-data",
    sentence: "A `configure-session` whose data is no object.",
    without: withoutFrames((value) => lacksData(value, "configure-session")),
  },
  {
    id: "acks-of-nothing",
    sentence: "An `ack` of what was never published (PUB-4).",
    without: withoutFrames((value) => actionOf(value) === "ack"),
  },
  {
    id: "requests-without-path",
    sentence: "A request that needs a path, and has none that is a text.",
    without: withoutFrames(
      (value) =>
        NEED_PATH.includes(actionOf(value) as string) &&
        isJsonObject(value) &&
        typeof value["path"] !== "string",
    ),
  },
  {
    id: "object-event-ids",
    sentence: "A frame whose eventId is an object or a list (COR-2).",
    without: withoutFrames((value) => {
      const eventId = isJsonObject(value) ? value["eventId"] : undefined;
      return typeof eventId === "object" && eventId !== null;
    }),
  },
  {
    id: "requests-without-event-id",
    sentence: "A request without an eventId.",
    without: (plan) =>
      mapOperations(plan, ({ action }) => {
        if (action.kind !== "raw") return action;
        const value = valueOf(action.frame);
        const isMalformed = parseClientFrame(action.frame).kind === "malformed";
        return isMalformed && isKnown(actionOf(value)) ? HARMLESS : action;
      }),
  },
];
