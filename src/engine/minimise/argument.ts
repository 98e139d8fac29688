/**
 * Smaller arguments: data by the shape of its JSON, options, moments, delays.
 *
 * @packageDocumentation
 */
import type {
  Latency,
  Plan,
  PlannedAction,
  PlannedClient,
  PlannedOperation,
} from "../../plan/index.js";
import { isJsonObject, type Json, type JsonObject } from "../../protocol/index.js";
import { rounderNumbers } from "./number.js";
import type { StepsPass } from "./pass.js";
import { jsonOf, PLAIN_PROTOCOL } from "./weight.js";

type PlannedSet = Extract<PlannedAction, { readonly kind: "set" }>;

/** A text that isn't JSON loses an eighth at the least. */
const TEXT_PARTS_MAX = 8;

/** Smaller data, options and frames, one step at a time. */
export const SMALLER_ARGUMENTS: StepsPass = {
  kind: "steps",
  name: "smaller arguments",
  steps: (plan) =>
    changedOperations(plan, function* (operation) {
      for (const action of smallerActions(operation.action)) yield { ...operation, action };
    }),
};

function* smallerActions(action: PlannedAction): Iterable<PlannedAction> {
  switch (action.kind) {
    case "set":
      for (const data of smallerJson(action.data ?? {})) yield withData(action, data);
      yield* smallerOptions(action);
      return;
    case "get":
    case "remove":
    case "count":
    case "on":
      yield* smallerOptions(action);
      return;
    case "off":
      yield* smallerOptions(action);
      if (action.listener !== undefined) {
        yield { kind: "off", channel: action.channel, options: action.options };
      }
      return;
    case "connect":
      for (const handshake of ["full", "login"] as const) yield { ...action, handshake };
      return;
    case "cut":
      yield { kind: "close" };
      yield { kind: "disconnect" };
      return;
    case "disconnect":
      yield { kind: "close" };
      return;
    case "call":
      for (const args of smallerJson(action.args)) {
        if (Array.isArray(args)) yield { ...action, args: args as readonly Json[] };
      }
      return;
    case "emit":
      for (const data of smallerJson(action.data)) yield { ...action, data };
      return;
    case "raw":
      for (const frame of smallerFrames(action.frame)) yield { ...action, frame };
      return;
    case "configure-session":
      yield { ...action, protocol: PLAIN_PROTOCOL };
      if (action.protocol === PLAIN_PROTOCOL) return;
      for (const protocol of shorterTexts(action.protocol)) yield { ...action, protocol };
      return;
    case "login":
      if (action.credentials !== undefined) yield { kind: "login" };
      return;
    case "close":
    case "describe":
    case "revoke-session":
    case "administer":
      return;
  }
}

/** Fields in their usual order, so that equal plans have equal texts. */
export function withData({ path, options }: PlannedSet, data: Json): PlannedSet {
  return { kind: "set", path, data, options };
}

function* smallerOptions<Action extends { readonly options: JsonObject }>(
  action: Action,
): Iterable<Action> {
  for (const [key, value] of Object.entries(action.options)) {
    for (const smaller of smallerJson(value)) {
      yield { ...action, options: { ...action.options, [key]: smaller } };
    }
  }
}

function* smallerFrames(frame: string): Iterable<string> {
  const value = jsonOf(frame);
  if (value === undefined) yield* shorterTexts(frame);
  else for (const smaller of smallerJson(value)) yield JSON.stringify(smaller);
}

/** Smaller values, boldest first; `{}` and `1` are the smallest. */
export function* smallerJson(value: Json): Iterable<Json> {
  yield {};
  yield 1;
  if (typeof value === "string") {
    yield* shorterTexts(value);
  } else if (typeof value === "number") {
    yield* rounderNumbers(value);
  } else if (isJsonObject(value)) {
    const entries = Object.entries(value);
    for (const [key, item] of entries) {
      yield Object.fromEntries(entries.filter(([other]) => other !== key));
      yield item;
    }
    for (const [key, item] of entries) {
      for (const smaller of smallerJson(item)) {
        yield Object.fromEntries(
          entries.map(([other, kept]) => [other, other === key ? smaller : kept]),
        );
      }
    }
  } else if (Array.isArray(value)) {
    const items = value as readonly Json[];
    for (const [index, item] of items.entries()) {
      yield items.filter((_, other) => other !== index);
      yield item;
    }
    for (const [index, item] of items.entries()) {
      for (const smaller of smallerJson(item)) {
        yield items.map((kept, other) => (other === index ? smaller : kept));
      }
    }
  }
}

/** `a`, then without a half, a quarter, an eighth of it. */
function* shorterTexts(text: string): Iterable<string> {
  yield "a";
  for (let parts = 2; parts <= Math.min(TEXT_PARTS_MAX, text.length); parts *= 2) {
    const length = Math.ceil(text.length / parts);
    for (let start = 0; start < text.length; start += length) {
      yield text.slice(0, start) + text.slice(start + length);
    }
  }
}

/** Rounder waits, delays that are fixed and rounder. */
export const ROUNDER_TIMES: StepsPass = {
  kind: "steps",
  name: "rounder times",
  *steps(plan) {
    yield* changedOperations(plan, function* (operation) {
      if (!operation.awaited) yield { ...operation, awaited: true };
      if (operation.afterMs === 0) return;
      yield { ...operation, afterMs: 0 };
      for (const afterMs of rounderNumbers(operation.afterMs)) yield { ...operation, afterMs };
    });
    yield* changedClients(plan, function* (client) {
      const { link } = client;
      for (const up of plainerLatencies(link.up)) yield { ...client, link: { ...link, up } };
      for (const down of plainerLatencies(link.down)) yield { ...client, link: { ...link, down } };
    });
  },
};

/** Fixed ones first; the shape only matters between different bounds. */
function* plainerLatencies(latency: Latency): Iterable<Latency> {
  const { delayMsMin, delayMsMax } = latency;
  const fixed = (delayMs: number): Latency => ({
    delayMsMin: delayMs,
    delayMsMax: delayMs,
    shape: "uniform",
  });
  for (const delayMs of new Set([1, delayMsMin, delayMsMax])) yield fixed(delayMs);
  if (delayMsMin === delayMsMax) {
    for (const delayMs of rounderNumbers(delayMsMin)) yield fixed(delayMs);
    return;
  }
  yield { ...latency, shape: "uniform" };
  for (const least of rounderNumbers(delayMsMin)) {
    if (least <= delayMsMax) yield { ...latency, delayMsMin: least };
  }
  for (const most of rounderNumbers(delayMsMax)) {
    if (most >= delayMsMin) yield { ...latency, delayMsMax: most };
  }
}

export function* changedOperations(
  plan: Plan,
  changes: (operation: PlannedOperation) => Iterable<PlannedOperation>,
): Iterable<Plan> {
  for (const operation of plan.operations) {
    for (const changed of changes(operation)) {
      yield {
        ...plan,
        operations: plan.operations.map((other) => (other === operation ? changed : other)),
      };
    }
  }
}

function* changedClients(
  plan: Plan,
  changes: (client: PlannedClient) => Iterable<PlannedClient>,
): Iterable<Plan> {
  for (const client of plan.clients) {
    for (const changed of changes(client)) {
      yield { ...plan, clients: plan.clients.map((other) => (other === client ? changed : other)) };
    }
  }
}
