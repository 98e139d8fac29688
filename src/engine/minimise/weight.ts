/**
 * How complicated the parts of a plan are, in numbers that only mean something beside each other.
 *
 * The ordinary weighs nothing: a `set` of `{}` at `/a` without options, a full handshake. What a
 * reader would stop at weighs more, so that it is only there when the failure needs it.
 *
 * @packageDocumentation
 */
import type {
  Latency,
  Plan,
  PlannedAction,
  PlannedClient,
  PlannedFault,
  PlannedOperation,
} from "../../plan/index.js";
import { isJsonObject, parseChannel, type Json } from "../../protocol/index.js";
import { numberWeight } from "./number.js";

/** The protocol that a client asks for. */
export const PLAIN_PROTOCOL = "happn_1.3.0";

const SEGMENT = 10;
const ODD_SLASH = 5;
const WILDCARD = 3;
const HANDSHAKES = { full: 0, login: 1, none: 2 } as const;
const CHANNEL_ACTIONS = { SET: 0, REMOVE: 1, ALL: 2 } as const;
const BEHAVIOURS = { answer: 0, error: 1, throw: 2 } as const;

export function actionWeight(action: PlannedAction): number {
  switch (action.kind) {
    case "connect":
      return HANDSHAKES[action.handshake];
    case "set":
      return pathWeight(action.path) + dataWeight(action.data) + optionsWeight(action.options);
    case "get":
    case "remove":
    case "count":
      return pathWeight(action.path) + optionsWeight(action.options);
    case "on":
      return channelWeight(action.channel) + optionsWeight(action.options);
    case "off": {
      const named = action.listener === undefined ? 0 : 2;
      return channelWeight(action.channel) + optionsWeight(action.options) + named;
    }
    case "call":
      return jsonWeight(action.args);
    case "emit":
      return dataWeight(action.data);
    case "configure-session":
      return action.protocol === PLAIN_PROTOCOL ? 0 : textWeight(action.protocol);
    case "raw":
      return rawWeight(action.frame);
    case "close":
      return 0;
    case "disconnect":
      return 1;
    case "cut":
      return 2;
    case "login":
      return action.credentials === undefined ? 0 : jsonWeight({ ...action.credentials });
    case "administer": {
      const { change } = action;
      return "path" in change ? pathWeight(change.path) + change.actions.length : 1;
    }
    case "revoke-session":
    case "describe":
      return 0;
  }
}

/** Words of faults that are plainer than the others in their place. */
export const PLAIN_WORDS = ["up", "release", "close", "process", "uniform", "write"] as const;

/** A fault is plainest at the start, healed at once, of one client, with round numbers. */
export function faultWeight({ operation, afterMs, durationMs, fault }: PlannedFault): number {
  const moment = (operation === undefined ? 0 : 1) + waitWeight(afterMs) + waitWeight(durationMs);
  const { kind, ...fields } = fault;
  return Object.values(fields).reduce<number>((sum, value: number | string | readonly string[]) => {
    if (typeof value === "number") return sum + numberWeight(value);
    if (typeof value !== "string") return sum + 2 * value.length;
    return sum + (PLAIN_WORDS.some((word) => word === value) ? 0 : 1);
  }, moment + kind.length);
}

/** Of what a plan has besides clients, operations and faults. */
export function settingWeight({ server, liveness, schedule, features }: Plan): number {
  const decided = (schedule?.decisions ?? []).reduce((sum, { choice }) => sum + choice, 0);
  return (
    (server === undefined ? 0 : server.store === "memory" ? 1 : 2) +
    (liveness === undefined ? 0 : 4) +
    (features === undefined ? 0 : 1) +
    (schedule === undefined ? 0 : schedule.strategy === "fifo" ? 1 : 2) +
    decided
  );
}

/** Of an operation's moment: nothing where it starts at once and is awaited. */
export function momentWeight({ afterMs, awaited }: PlannedOperation): number {
  return (awaited ? 0 : 1) + waitWeight(afterMs);
}

function waitWeight(ms: number): number {
  return ms === 0 ? 0 : 2 + numberWeight(ms);
}

export function clientWeight({ link, node, dialect }: PlannedClient): number {
  let weight = latencyWeight(link.up) + latencyWeight(link.down);
  if (dialect !== undefined) weight += 1;
  for (const { methods } of node?.components ?? []) {
    weight += 10;
    for (const { behaviour, emits, delayMs } of methods) {
      weight += 5 + BEHAVIOURS[behaviour] + (emits === undefined ? 0 : 2);
      weight += waitWeight(delayMs);
    }
  }
  return node === undefined ? weight : weight + 20;
}

/** Nothing for one fixed millisecond. */
export function latencyWeight({ delayMsMin, delayMsMax, shape }: Latency): number {
  const spread = delayMsMin === delayMsMax ? 0 : 2 + numberWeight(delayMsMax);
  return numberWeight(delayMsMin) + spread + (shape === "uniform" ? 0 : 1);
}

/** Of a value of any depth: its scalars, its keys, and what holds them. */
export function jsonWeight(whole: Json): number {
  let weight = 0;
  const left: Json[] = [whole];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (value === null) weight += 3;
    else if (typeof value === "boolean") weight += value ? 1 : 2;
    else if (typeof value === "number") weight += 1 + numberWeight(value);
    else if (typeof value === "string") weight += 1 + textWeight(value);
    else if (isJsonObject(value)) {
      weight += 1;
      for (const [key, item] of Object.entries(value)) {
        weight += 1 + textWeight(key);
        left.push(item);
      }
    } else {
      weight += 2;
      for (const item of value) left.push(item);
    }
  }
  return weight;
}

/** Of a path or pattern: each segment, what is no single letter in it, and slashes out of place. */
export function pathWeight(path: string): number {
  const segments = path.startsWith("/") ? path.slice(1).split("/") : path.split("/");
  const slash = path.startsWith("/") ? 0 : ODD_SLASH;
  return segments.reduce((sum, text) => sum + SEGMENT + segmentWeight(text, path), slash);
}

function segmentWeight(segment: string, path: string): number {
  if (segment === "*") return WILDCARD;
  if (isMeshName(segment, path)) return 1;
  if (/^[A-Z]$/.test(segment)) return 2;
  return segment.includes("*") ? WILDCARD + 3 + segment.length : textWeight(segment);
}

const MESH_NAMES: ReadonlySet<string> = new Set([
  "_exchange",
  "_events",
  "requests",
  "responses",
  "TestNode",
  "componentName",
]);

/** Whether a segment means something in a path of the mesh (PROTOCOL.md 7); such names are as plain as letters. */
export function isMeshName(segment: string, path: string): boolean {
  return MESH_NAMES.has(segment) && /^\/?_(exchange|events)(\/|$)/.test(path);
}

function channelWeight(text: string): number {
  const channel = parseChannel(text);
  if (channel === null) return 2 * SEGMENT + textWeight(text);
  return CHANNEL_ACTIONS[channel.action] + pathWeight(channel.path);
}

/** A single small letter is the plainest text. */
function textWeight(text: string): number {
  if (/^[a-z]$/.test(text)) return 1;
  return text === "" ? 3 : 3 + text.length;
}

function dataWeight(data: Json | undefined): number {
  if (data === undefined) return 4;
  return isJsonObject(data) && Object.keys(data).length === 0 ? 0 : 1 + jsonWeight(data);
}

function optionsWeight(options: Json): number {
  return jsonWeight(options) - 1;
}

function rawWeight(frame: string): number {
  const value = jsonOf(frame);
  return value === undefined ? frame.length : jsonWeight(value);
}

/** The value of a JSON text; undefined where it is none. */
export function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
