/**
 * The places at which a mutant departs from the model: what it takes in, what it believes to be
 * stored or subscribed, and what it sends.
 *
 * @packageDocumentation
 */
import type {
  FrameOutput,
  ServerInput,
  ServerOutput,
  ServerState,
  ServerStep,
} from "../../../../models/index.js";
import {
  isJsonObject,
  parseClientFrame,
  type Json,
  type JsonObject,
  type Request,
} from "../../../protocol/index.js";
import type { Step } from "./mutant.js";

/** A request that reached the server. */
export interface Asked {
  readonly connection: string;
  readonly request: Request;
  /** Empty where the request has none. */
  readonly options: JsonObject;
  /** Empty where the request has none, or no text. */
  readonly path: string;
  readonly at: number;
}

/** The request that an input is; null for any other input. */
export function askedBy(input: ServerInput): Asked | null {
  if (input.kind !== "frame") return null;
  const frame = parseClientFrame(input.text);
  if (frame.kind !== "request") return null;
  const { request } = frame;
  return {
    connection: input.connection,
    request,
    options: isJsonObject(request.options) ? request.options : {},
    path: typeof request.path === "string" ? request.path : "",
    at: input.at,
  };
}

/** The request that an input is, where it has one of those actions. */
export function askedFor(input: ServerInput, ...actions: readonly string[]): Asked | null {
  const asked = askedBy(input);
  return asked !== null && actions.includes(asked.request.action) ? asked : null;
}

/** A step that takes some requests for others: `change` gives the fields that it reads differently, or null. */
export function misreading(
  step: Step,
  change: (asked: Asked, state: ServerState) => { [Field in keyof Request]?: unknown } | null,
): Step {
  return (state, input) => {
    const asked = askedBy(input);
    const changes = asked === null ? null : change(asked, state);
    if (asked === null || changes === null || input.kind !== "frame") return step(state, input);
    return step(state, { ...input, text: JSON.stringify({ ...asked.request, ...changes }) });
  };
}

/** The options of a request without one of them. */
export function withoutOption({ options }: Asked, name: string): { options: JsonObject } {
  return {
    options: Object.fromEntries(Object.entries(options).filter(([key]) => key !== name)),
  };
}

type Subscriptions = ServerState["subscriptions"];
type Subscription = NonNullable<ReturnType<NonNullable<ReturnType<Subscriptions["get"]>>["get"]>>;

/** A subscription among those of a state. */
export interface Listening {
  readonly connection: string;
  /** The channel that it is known by. */
  readonly channel: string;
  readonly subscription: Subscription;
}

/**
 * A step whose writes are published as if there were other subscriptions: `change` gives what it
 * takes one for, or null for none.
 */
export function mishearing(
  step: Step,
  change: (listening: Listening, asked: Asked, state: ServerState) => Subscription | null,
): Step {
  return (state, input) => {
    const asked = askedFor(input, "set", "remove");
    if (asked === null) return step(state, input);
    const subscriptions = withListeners(state.subscriptions, (listening) =>
      change(listening, asked, state),
    );
    const next = step({ ...state, subscriptions }, input);
    return { ...next, state: { ...next.state, subscriptions: state.subscriptions } };
  };
}

/** Subscriptions, each kept, changed, or left out (null). */
export function withListeners(
  subscriptions: Subscriptions,
  change: (listening: Listening) => Subscription | null,
): Subscriptions {
  return new Map(
    [...subscriptions].map(([connection, own]) => [
      connection,
      new Map(
        [...own].flatMap(([channel, subscription]) => {
          const changed = change({ connection, channel, subscription });
          return changed === null ? [] : [[channel, changed] as const];
        }),
      ),
    ]),
  );
}

/** The same subscription, as if it were on another path. */
export function onPath(subscription: Subscription, path: string): Subscription {
  return { ...subscription, channel: { ...subscription.channel, path } };
}

/** A step that reads from another store than there is: `change` gives the one it reads from, or null. */
export function misremembering(
  step: Step,
  change: (asked: Asked, state: ServerState) => ServerState["store"] | null,
): Step {
  return (state, input) => {
    const asked = askedBy(input);
    const store = asked === null ? null : change(asked, state);
    if (store === null) return step(state, input);
    const next = step({ ...state, store }, input);
    return { ...next, state: { ...next.state, store: state.store } };
  };
}

/** A step after which something else is stored: `change` gives it, or null. */
export function misstoring(
  step: Step,
  change: (asked: Asked, before: ServerState, after: ServerState) => ServerState["store"] | null,
): Step {
  return (before, input) => {
    const next = step(before, input);
    const asked = askedBy(input);
    if (asked === null || next.state.store === before.store) return next;
    const store = change(asked, before, next.state);
    return store === null ? next : { ...next, state: { ...next.state, store } };
  };
}

/** A step whose outputs are changed one by one. */
export function withOutputs(
  step: Step,
  change: (output: FrameOutput, state: ServerState, input: ServerInput) => readonly ServerOutput[],
): Step {
  return (before, input) => {
    const { state, outputs } = step(before, input);
    return {
      state,
      outputs: outputs.flatMap((output) =>
        output.kind === "frame" ? change(output, state, input) : [output],
      ),
    };
  };
}

/** A frame with data, to a connection. */
export interface Said {
  readonly connection: string;
  readonly meta: JsonObject;
  readonly data: Json | undefined;
  /** What is answered, or published. */
  readonly asked: Asked;
}

/** What is said instead. */
export interface Misspoken {
  readonly meta?: JsonObject;
  readonly data?: Json;
}

type Misspeak = (said: Said, before: ServerState, after: ServerState) => Misspoken | null;

/** A step whose answers say something else; lists aside. */
export function misanswering(step: Step, change: Misspeak): Step {
  return misspeaking(step, answerMeta, change);
}

/** A step whose publications say something else. */
export function mispublishing(step: Step, change: Misspeak): Step {
  return misspeaking(step, publicationMeta, change);
}

function misspeaking(
  step: Step,
  metaIn: (output: FrameOutput) => JsonObject | null,
  change: Misspeak,
): Step {
  return (before, input) => {
    const next = step(before, input);
    const asked = askedBy(input);
    if (asked === null) return next;
    return {
      ...next,
      outputs: next.outputs.map((output) => {
        const meta = output.kind === "frame" ? metaIn(output) : null;
        if (output.kind === "close" || meta === null || !isJsonObject(output.frame)) return output;
        const { connection, frame } = output;
        const said = { connection, meta, data: frame["data"], asked };
        const instead = change(said, before, next.state);
        if (instead === null) return output;
        const { meta: _meta = meta, ...data } = instead;
        return { ...output, frame: { ...frame, ...data, _meta } };
      }),
    };
  };
}

/** A step that answers the lists of pattern reads with other items; `change` gives them, or null. */
export function mislisting(
  step: Step,
  change: (items: readonly JsonObject[], asked: Asked) => readonly Json[] | null,
): Step {
  return withOutputs(step, (output, _state, input) => {
    const asked = askedBy(input);
    if (!Array.isArray(output.frame) || asked === null) return [output];
    const frame = output.frame as readonly JsonObject[];
    const items = change(frame.slice(0, -1), asked);
    return [items === null ? output : { ...output, frame: [...items, frame.at(-1) as Json] }];
  });
}

/** An object without one of its keys. */
export function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

/** A field that is a text; empty where it is none. */
export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The session id of a connection; empty where it has none. */
export function sessionIdOf({ sessions }: ServerState, connection: string): string {
  return sessions.get(connection)?.id ?? "";
}

/** The connections of a state but one. */
export function othersIn({ sessions }: ServerState, connection: string): readonly string[] {
  return [...sessions.keys()].filter((other) => other !== connection);
}

/** Nothing done, and an answer that says why. */
export function refusing(state: ServerState, { connection, request }: Asked): ServerStep {
  const { action, eventId, sessionId } = request;
  const error = { name: "Error", message: "refused" };
  const echo = { action, eventId, ...(sessionId === undefined ? {} : { sessionId }) };
  const frame = {
    data: null,
    _meta: { type: "response", status: "error", published: false, error, ...echo },
  };
  return { state, outputs: [{ kind: "frame", connection, frame }] };
}

/** The `_meta` of a publication that must be sent; null for any other frame. */
export function publicationMeta({ frame, optional }: FrameOutput): JsonObject | null {
  return optional === true ? null : metaOfType(frame, "data");
}

/** The `_meta` of an answer that is no list; null for any other frame. */
export function answerMeta({ frame }: FrameOutput): JsonObject | null {
  return metaOfType(frame, "response");
}

function metaOfType(frame: FrameOutput["frame"], type: string): JsonObject | null {
  const meta = isJsonObject(frame) ? frame["_meta"] : null;
  return isJsonObject(meta) && meta["type"] === type ? meta : null;
}
