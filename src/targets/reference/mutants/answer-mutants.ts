/**
 * Mutants whose answers are wrong: to whom, to what, and whether they are true (PROTOCOL.md 3).
 *
 * @packageDocumentation
 */
import type { ServerState } from "../../../../models/index.js";
import { ACTIONS, type JsonObject } from "../../../protocol/index.js";
import {
  answerMeta,
  askedBy,
  askedFor,
  misanswering,
  misremembering,
  misstoring,
  publicationMeta,
  refusing,
  sessionIdOf,
  without,
  withOutputs,
  type Asked,
} from "./deviation.js";
import { every, everyThird, type Mutant } from "./mutant.js";

export const answerTwice: Mutant = {
  id: "answer-twice",
  clause: "COR-1",
  properties: ["answered-once"],
  description: "Answers a request a second time.",
  create(step) {
    const isTurn = everyThird();
    return withOutputs(step, (output) =>
      answerMeta(output) !== null && isTurn() ? [output, output] : [output],
    );
  },
};

export const wrongEventId: Mutant = {
  id: "wrong-event-id",
  clause: "COR-2",
  properties: ["answered-once", "answer-echoes-request"],
  description: "Answers with the eventId of another request.",
  create(step) {
    const isTurn = everyThird();
    return withOutputs(step, (output) => {
      const meta = answerMeta(output);
      // Never the login: a client without a session id would only stand still.
      if (meta === null || typeof meta["eventId"] !== "number" || meta["action"] === "login") {
        return [output];
      }
      if (!isTurn()) return [output];
      const wrong = { ...meta, eventId: meta["eventId"] + 1000 };
      return [{ ...output, frame: { ...(output.frame as JsonObject), _meta: wrong } }];
    });
  },
};

export const answerElsewhere: Mutant = {
  id: "answer-elsewhere",
  clause: "COR-1",
  properties: ["answered-once"],
  description: "Sends the answer to another connection that has just asked, too.",
  create(step) {
    let before: { readonly connection: string; readonly at: number } | null = null;
    return withOutputs(step, (output, { sessions }, input) => {
      const meta = answerMeta(output);
      if (meta === null || meta["action"] === "login") return [output];
      const other = before;
      before = { connection: output.connection, at: input.at };
      if (other === null || other.connection === output.connection) return [output];
      if (input.at - other.at > 2 || !sessions.has(other.connection)) return [output];
      return [{ ...output, connection: other.connection }];
    });
  },
};

export const refusalUnanswered: Mutant = {
  id: "refusal-unanswered",
  clause: "COR-1",
  properties: ["answered-once"],
  description: "Does not answer a request that it refuses for its path.",
  create: (step) => (state, input) => {
    const next = step(state, input);
    const asked = askedFor(input, "set", "get", "remove", "on", "off");
    const isRefused = asked !== null && JSON.stringify(next.outputs).includes('"status":"error"');
    return isRefused ? { state, outputs: [] } : next;
  },
};

export const sameEventIdLost: Mutant = {
  id: "same-event-id-lost",
  clause: "COR-2",
  properties: ["answered-once"],
  description:
    "Takes a request for a repetition when another connection has just used its eventId.",
  create(step) {
    let last: Asked | null = null;
    return (state, input) => {
      const asked = askedFor(input, "set", "get", "remove", "on", "off");
      const isTaken =
        asked !== null &&
        last !== null &&
        asked.connection !== last.connection &&
        asked.request.eventId === last.request.eventId;
      last = asked ?? last;
      const next = step(state, input);
      return isTaken ? { state: next.state, outputs: [] } : next;
    };
  },
};

export const textEventId: Mutant = {
  id: "text-event-id",
  clause: "COR-2",
  properties: ["answered-once", "answer-echoes-request"],
  description: "Answers a pattern get with its eventId as a text.",
  create: (step) =>
    withOutputs(step, (output) => {
      if (!Array.isArray(output.frame)) return [output];
      const frame = output.frame as readonly JsonObject[];
      const meta = frame.at(-1) as JsonObject;
      const wrong = { ...meta, eventId: JSON.stringify(meta["eventId"]) };
      return [{ ...output, frame: [...frame.slice(0, -1), wrong] }];
    }),
};

export const actionOfLastRequest: Mutant = {
  id: "action-of-last-request",
  clause: "COR-2",
  properties: ["answered-once", "answer-echoes-request"],
  description: "Answers an off as the on that the session asked for last.",
  create(step) {
    const listening = new Set<string>();
    return misanswering(step, ({ connection, meta, asked }) => {
      if (asked.request.action === "on") listening.add(connection);
      if (asked.request.action !== "off" || !listening.delete(connection)) return null;
      return { meta: { ...meta, action: "on" } };
    });
  },
};

export const describeWithSessionId: Mutant = {
  id: "describe-with-session-id",
  clause: "COR-3",
  properties: ["answer-echoes-request"],
  description: "Puts the session id into the answer to a describe that came after the login.",
  create: (step) =>
    misanswering(step, ({ meta, asked }) => {
      const { action, sessionId } = asked.request;
      if (action !== "describe" || sessionId === undefined) return null;
      return { meta: { ...meta, sessionId } };
    }),
};

export const ownSessionId: Mutant = {
  id: "own-session-id",
  clause: "COR-3",
  properties: ["answer-echoes-request"],
  description: "Answers with the connection's session id where the request had none.",
  create: (step) =>
    misanswering(step, ({ connection, meta, asked }, before) => {
      const { action, sessionId } = asked.request;
      if (sessionId !== undefined || !["set", "get", "remove"].includes(action)) return null;
      return { meta: { ...meta, sessionId: sessionIdOf(before, connection) } };
    }),
};

export const errorWithoutName: Mutant = {
  id: "error-without-name",
  clause: "COR-4",
  properties: ["answer-echoes-request"],
  description: "Answers an error whose name is missing.",
  create: (step) =>
    misanswering(step, ({ meta }) =>
      meta["status"] === "error" ? { meta: { ...meta, error: { message: "refused" } } } : null,
    ),
};

export const errorButStored: Mutant = {
  id: "error-but-stored",
  clause: "COR-4",
  properties: ["store-linearizable"],
  description: "Answers each third overwrite with an error, and stores it.",
  create(step) {
    const isTurn = everyThird();
    return (state, input) => {
      const next = step(state, input);
      const asked = askedFor(input, "set");
      if (asked === null || next.state.store === state.store || !state.store.has(asked.path)) {
        return next;
      }
      return isTurn() ? { state: next.state, outputs: refusing(state, asked).outputs } : next;
    };
  },
};

export const errorButPublished: Mutant = {
  id: "error-but-published",
  clause: "COR-4",
  properties: ["refusal-leaves-no-trace"],
  description: "Answers each third write with an error, does not store it, and publishes it.",
  create(step) {
    const isTurn = everyThird();
    return (state, input) => {
      const next = step(state, input);
      const asked = askedFor(input, "set");
      if (asked === null || next.outputs.length < 2 || !isTurn()) return next;
      const published = next.outputs.filter(
        (output) => output.kind === "frame" && publicationMeta(output) !== null,
      );
      return { state, outputs: [...published, ...refusing(state, asked).outputs] };
    };
  },
};

export const okButNotRemoved: Mutant = {
  id: "ok-but-not-removed",
  clause: "COR-4",
  properties: ["store-linearizable"],
  description: "Answers the removal of a single path with ok, and leaves it.",
  create(step) {
    const isTurn = every(2);
    return misstoring(step, ({ request, path }, before) =>
      request.action === "remove" && !path.includes("*") && isTurn() ? before.store : null,
    );
  },
};

export const okForNothing: Mutant = {
  id: "ok-for-nothing",
  clause: "COR-4",
  properties: ["no-missed-publication"],
  description: "Answers an on with ok and does not subscribe, when the session has many already.",
  create: (step) => (state, input) => {
    const next = step(state, input);
    const asked = askedFor(input, "on");
    const count = asked === null ? 0 : (state.subscriptions.get(asked.connection)?.size ?? 0);
    if (count < 4) return next;
    return { ...next, state: { ...next.state, subscriptions: state.subscriptions } };
  },
};

export const pipelinedReadFirst: Mutant = {
  id: "pipelined-read-first",
  clause: "COR-6",
  properties: ["effects-in-order", "store-linearizable"],
  description: "Does a get that comes right behind a set of the same connection before that set.",
  create(step) {
    let last: { readonly asked: Asked; readonly store: ServerState["store"] } | null = null;
    return misremembering(
      (state, input) => {
        const next = step(state, input);
        const asked = askedFor(input, "set");
        if (asked !== null) {
          last = next.state.store === state.store ? null : { asked, store: state.store };
        }
        return next;
      },
      ({ request, connection, at }) => {
        if (request.action !== "get" || last === null) return null;
        return last.asked.connection === connection && at - last.asked.at < 2 ? last.store : null;
      },
    );
  },
};

export const badChannelAccepted: Mutant = {
  id: "bad-channel-accepted",
  clause: "SUB-1",
  properties: ["bad-channel-refused"],
  description: "Answers ok to an on whose path is no channel.",
  create: (step) =>
    misanswering(step, ({ meta, asked }) =>
      asked.request.action === "on" && asked.path !== "" && meta["status"] === "error"
        ? { meta: { ...without(meta, "error"), status: "ok" }, data: {} }
        : null,
    ),
};

export const patternSetAccepted: Mutant = {
  id: "pattern-set-accepted",
  clause: "STO-13",
  properties: ["pattern-set-refused"],
  description: "Answers ok to a set of a path with a star, and stores nothing.",
  profile: "13.x",
  create: (step) =>
    misanswering(step, ({ meta, asked }) =>
      asked.request.action === "set" && asked.path.includes("*") && meta["status"] === "error"
        ? { meta: { ...without(meta, "error"), status: "ok", published: true }, data: {} }
        : null,
    ),
};

export const unknownActionOk: Mutant = {
  id: "unknown-action-ok",
  clause: "COR-5",
  properties: ["unknown-action-refused"],
  description: "Answers ok to an action that does not exist, where the request names a path.",
  create: (step) => (state, input) => {
    const asked = askedBy(input);
    const taken = step(state, input);
    const isKnown = asked === null || ACTIONS.some((action) => action === asked.request.action);
    if (isKnown || asked.path === "") return taken;
    return {
      ...taken,
      outputs: taken.outputs.map((output) => {
        if (output.kind !== "frame") return output;
        const meta = answerMeta(output);
        if (meta?.["status"] !== "error") return output;
        const _meta = { ...without(meta, "error"), status: "ok" };
        return { ...output, frame: { data: null, _meta } };
      }),
    };
  },
};
