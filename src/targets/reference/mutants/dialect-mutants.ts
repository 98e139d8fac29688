/**
 * Mutants that are wrong about what a session speaks (PROTOCOL.md 9).
 *
 * @packageDocumentation
 */
import { profileOf, type ServerOutput, type ServerState } from "../../../../models/index.js";
import {
  isJsonObject,
  parseClientFrame,
  type Json,
  type JsonObject,
} from "../../../protocol/index.js";
import {
  answerMeta,
  askedBy,
  askedFor,
  misanswering,
  misreading,
  misstoring,
  sessionIdOf,
  textOf,
  without,
  withOutputs,
  withoutOption,
  type Asked,
} from "./deviation.js";
import { everyThird, type Mutant } from "./mutant.js";

export const dialectNotTaken: Mutant = {
  id: "dialect-not-taken",
  clause: "DIA-1",
  properties: ["listener-named"],
  description:
    "Answers who asks for another dialect with ok, and speaks to it as to clients of 1.x.",
  profile: "5.x",
  dialect: "happn_2",
  create: (step) => (before, input) => {
    const next = step(before, input);
    const asked = askedFor(input, "configure-session");
    const session = next.state.sessions.get(asked?.connection ?? "");
    if (asked === null || session === undefined) return next;
    const [dialect] = profileOf("1.x").dialects;
    const sessions = new Map(next.state.sessions).set(asked.connection, { ...session, dialect });
    return { ...next, state: { ...next.state, sessions } };
  },
};

export const listenerUnnamed: Mutant = {
  id: "listener-unnamed",
  clause: "DIA-2",
  properties: ["listener-named"],
  description: "Answers each third on without the name of its listener.",
  profile: "13.x",
  dialect: "happn_3",
  create(step) {
    const isTurn = everyThird();
    return misanswering(step, ({ asked, data }) =>
      asked.request.action === "on" && isJsonObject(data) && isTurn() ? { data: {} } : null,
    );
  },
};

export const listenerNamedAgain: Mutant = {
  id: "listener-named-again",
  clause: "DIA-2",
  properties: ["listener-named"],
  description: "Gives each third listener of a session the name that it gave the one before.",
  profile: "13.x",
  dialect: "happn_4",
  create(step) {
    const isTurn = everyThird();
    const last = new Map<string, Json>();
    return misanswering(step, ({ asked, connection, data }) => {
      const id = isJsonObject(data) ? data["id"] : undefined;
      if (asked.request.action !== "on" || id === undefined) return null;
      const before = last.get(connection);
      last.set(connection, id);
      return before !== undefined && isTurn() ? { data: { id: before } } : null;
    });
  },
};

export const offByNameEndsAll: Mutant = {
  id: "off-by-name-ends-all",
  clause: "DIA-3",
  properties: ["no-missed-publication"],
  description: "Ends all listeners of the channel where an off names one of them.",
  profile: "13.x",
  dialect: "happn_4",
  create: (step) =>
    misreading(step, (asked, state) =>
      isNamed(asked, state) ? withoutOption(asked, "referenceId") : null,
    ),
};

export const offOfNobodyEndsAll: Mutant = {
  id: "off-of-nobody-ends-all",
  clause: "DIA-3",
  properties: ["no-missed-publication"],
  description: "Ends all listeners of the channel where an off names none that there is.",
  profile: "13.x",
  dialect: "happn_3",
  create: (step) =>
    misreading(step, (asked, state) => {
      const hasName = typeof asked.options["referenceId"] === "string";
      const isNobody = asked.request.action === "off" && hasName && !isNamed(asked, state);
      return isNobody ? withoutOption(asked, "referenceId") : null;
    }),
};

export const offOfChannelEndsOne: Mutant = {
  id: "off-of-channel-ends-one",
  clause: "DIA-3",
  properties: ["no-unwanted-publication"],
  description: "Ends one listener of the channel where an off names none of them.",
  profile: "5.x",
  dialect: "happn_2",
  create: (step) =>
    misreading(step, (asked, state) => {
      const [first, second] = listenersOf(asked, state);
      if (asked.request.action !== "off" || first === undefined || second === undefined) {
        return null;
      }
      const hasName = typeof asked.options["referenceId"] === "string";
      return hasName ? null : { options: { ...asked.options, referenceId: first.name } };
    }),
};

export const initialEmitNotAnswered: Mutant = {
  id: "initial-emit-not-answered",
  clause: "DIA-4",
  properties: ["initial-values"],
  description: "Answers an on with initialEmit as if it asked for nothing that is there.",
  profile: "13.x",
  dialect: "happn_3",
  create: (step) =>
    misreading(step, (asked) =>
      asked.request.action === "on" && asked.options["initialEmit"] === true
        ? withoutOption(asked, "initialEmit")
        : null,
    ),
};

export const initialEmitPublished: Mutant = {
  id: "initial-emit-published",
  clause: "DIA-4",
  properties: ["no-unwanted-publication"],
  description: "Publishes what is there to who asked for it with initialEmit, after the answer.",
  profile: "13.x",
  dialect: "happn_4",
  create: (step) =>
    withOutputs(step, (output, state, input) => {
      const asked = askedFor(input, "on");
      const { frame, connection } = output;
      const isAnswer = answerMeta(output) !== null && isJsonObject(frame);
      const items = isAnswer ? frame["data"] : null;
      if (asked?.options["initialEmit"] !== true || !Array.isArray(items)) return [output];
      const emitted = (items as readonly JsonObject[]).map((item): ServerOutput => {
        return { kind: "frame", connection, frame: emission(item, asked, state) };
      });
      return [output, ...emitted];
    }),
};

function emission(item: JsonObject, asked: Asked, state: ServerState): JsonObject {
  const meta = isJsonObject(item["_meta"]) ? item["_meta"] : {};
  const sessionId = sessionIdOf(state, asked.connection);
  const _meta = {
    ...meta,
    channel: asked.path,
    action: `/SET@${textOf(meta["path"])}`,
    type: "data",
    sessionId,
    consistency: 2,
    publicationId: `${sessionId}-${JSON.stringify(asked.request.eventId)}`,
  };
  return { data: without(item, "_meta"), _meta };
}

export const bareSetNotStored: Mutant = {
  id: "bare-set-not-stored",
  clause: "DIA-5",
  properties: ["store-linearizable"],
  description: "Answers and publishes what is set with noDataResponse, and does not store it.",
  profile: "13.x",
  dialect: "happn_4",
  create(step) {
    const isTurn = everyThird();
    return misstoring(step, ({ options }, before) =>
      options["noDataResponse"] === true && isTurn() ? before.store : null,
    );
  },
};

export const bareAnswerOfAnotherPath: Mutant = {
  id: "bare-answer-of-another-path",
  clause: "DIA-5",
  properties: ["answer-data"],
  description: "Names in each third answer without data the path of the one before.",
  profile: "13.x",
  dialect: "happn_4",
  create(step) {
    const isTurn = everyThird();
    let last: Json | undefined;
    return misanswering(step, ({ meta, data }) => {
      if (data !== undefined) return null;
      const path = last ?? meta["path"];
      last = meta["path"];
      return isTurn() ? { meta: { ...meta, path: path ?? null } } : null;
    });
  },
};

export const pongEndsSession: Mutant = {
  id: "pong-ends-session",
  clause: "DIA-6",
  properties: ["heartbeat-answered"],
  description: "Closes each third connection that answers its heartbeat.",
  profile: "13.x",
  dialect: "happn_4",
  create(step) {
    const isTurn = everyThird();
    return (state, input) => {
      if (input.kind !== "frame" || askedBy(input) !== null) return step(state, input);
      if (parseClientFrame(input.text).kind !== "pong" || !isTurn()) return step(state, input);
      const { at, connection } = input;
      const { state: left } = step(state, { at, kind: "end", connection });
      return { state: left, outputs: [{ kind: "close", connection }] };
    };
  },
};

function listenersOf({ connection, path }: Asked, { subscriptions }: ServerState) {
  return subscriptions.get(connection)?.get(path)?.listeners ?? [];
}

/** Whether an off names a listener that there is. */
function isNamed(asked: Asked, state: ServerState): boolean {
  const { referenceId } = asked.options;
  if (asked.request.action !== "off") return false;
  return listenersOf(asked, state).some(({ name }) => name === referenceId);
}

export const gaugeCountsTwice: Mutant = {
  id: "gauge-counts-twice",
  clause: "DIA-7",
  properties: ["store-linearizable"],
  description: "Tells what each third increment comes to, and stores it counted twice.",
  profile: "13.x",
  dialect: "happn_3",
  create(step) {
    const isTurn = everyThird();
    return misstoring(step, ({ request, options, path }, before, after) => {
      const { data } = request;
      const { increment } = options;
      if (typeof increment !== "number" || typeof data !== "string") return null;
      const item = after.store.get(path);
      const gauge = item?.data[data];
      const value = isJsonObject(gauge) ? gauge["value"] : undefined;
      if (item === undefined || typeof value !== "number" || !isTurn()) return null;
      const doubled = { ...item.data, [data]: { value: value + increment } };
      return new Map(after.store).set(path, { ...item, data: doubled });
    });
  },
};

export const gaugeToldBefore: Mutant = {
  id: "gauge-told-before",
  clause: "DIA-7",
  properties: ["store-linearizable"],
  description: "Answers each third increment with the value that the gauge had before.",
  profile: "13.x",
  dialect: "happn_4",
  create(step) {
    const isTurn = everyThird();
    return misanswering(step, ({ asked, data }) => {
      const { increment } = asked.options;
      const value = isJsonObject(data) ? data["value"] : undefined;
      if (typeof increment !== "number" || typeof value !== "number" || !isTurn()) return null;
      return { data: { ...(data as JsonObject), value: value - increment } };
    });
  },
};

export const gaugeNotNamed: Mutant = {
  id: "gauge-not-named",
  clause: "DIA-7",
  properties: ["answer-data"],
  description: "Answers an increment without the name of the gauge.",
  profile: "13.x",
  dialect: "happn_3",
  create: (step) =>
    misanswering(step, ({ asked, data }) =>
      isJsonObject(data) && typeof asked.options["increment"] === "number" && "gauge" in data
        ? { data: without(data, "gauge") }
        : null,
    ),
};

export const countOneTooMany: Mutant = {
  id: "count-one-too-many",
  clause: "DIA-8",
  properties: ["store-linearizable"],
  description: "Counts one item more than there is, each third time.",
  profile: "13.x",
  dialect: "happn_4",
  create(step) {
    const isTurn = everyThird();
    return misanswering(step, ({ asked, data }) => {
      const value = isJsonObject(data) ? data["value"] : undefined;
      if (asked.request.action !== "count" || typeof value !== "number" || !isTurn()) return null;
      return { data: { value: value + 1 } };
    });
  },
};
