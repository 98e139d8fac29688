/**
 * The mesh layer as clients of the server play it: a node and its callers (PROTOCOL.md 7).
 *
 * Pure: what a node or a caller sends, given what it heard. Sending it, and when, is the client's.
 *
 * @packageDocumentation
 */
import { formatChannel, isJsonObject, type Json, type JsonObject } from "../src/protocol/index.js";
import type { PatternRule } from "./profile.js";

/** A node and what its methods do; `PlannedNode` of a plan has this shape. */
export interface MeshNode {
  readonly name: string;
  readonly components: readonly MeshComponent[];
}

export interface MeshComponent {
  readonly name: string;
  readonly version: string;
  readonly methods: readonly MeshMethod[];
}

export interface MeshMethod {
  readonly name: string;
  readonly behaviour: "answer" | "error" | "throw";
  readonly emits?: string;
  readonly delayMs: number;
}

/** A request to make; the client adds `eventId` and `sessionId`. */
export interface MeshRequest {
  readonly action: "set" | "on";
  readonly path: string;
  readonly data: Json;
  readonly options: JsonObject;
}

/** What a node does after `delayMs` virtual milliseconds. */
export interface MeshReaction {
  readonly delayMs: number;
  readonly request: MeshRequest;
}

/** A publication as a node hears it. */
export interface MeshPublication {
  readonly path: Json | undefined;
  readonly data: Json | undefined;
  readonly meta: JsonObject;
}

const REQUESTS = "/_exchange/requests";
const RESPONSES = "/_exchange/responses";
const EVENTS = "/_events";
const NODE_VERSION = "2.14.2";

/** Options of everything on the exchange (MSH-2, MSH-3), and of what a node stores and emits. */
const EXCHANGE_OPTIONS: JsonObject = { timeout: 10_000, noStore: true };
const STORE_OPTIONS: JsonObject = { timeout: 60_000 };

/** What a method of the transcript answers with and emits (MSH-7). */
const RESULT: JsonObject = { key: "value" };

/** What a node sends once it has its session, in order (MSH-1). */
export function announce(node: MeshNode): readonly MeshRequest[] {
  const config = stored("/mesh/schema/config", configOf(node));
  return [
    stored("/mesh/schema/description", { initializing: true, name: node.name, components: {} }),
    config,
    ...node.components.map(({ name }, index) =>
      subscribeRequest(
        formatChannel({ action: "SET", path: `${REQUESTS}/${node.name}/${name}/*` }),
        index,
      ),
    ),
    stored("/mesh/schema/description", descriptionOf(node)),
    config,
  ];
}

/**
 * What a node sends for a publication it heard, in order: the event first, then the answer (MSH-3,
 * MSH-6). A request without a usable `callbackAddress` has nowhere to be answered; one that is
 * malformed in another way is answered `failed` (MSH-8).
 */
export function react(node: MeshNode, { path, data }: MeshPublication): readonly MeshReaction[] {
  const prefix = `${REQUESTS}/${node.name}/`;
  if (typeof path !== "string" || !path.startsWith(prefix) || !isJsonObject(data)) return [];
  const address = data["callbackAddress"];
  if (typeof address !== "string" || !address.startsWith(`${RESPONSES}/`)) return [];
  const [componentName, methodName, ...rest] = path.slice(prefix.length).split("/");
  const component = node.components.find(({ name }) => name === componentName);
  const method =
    rest.length === 0 ? component?.methods.find(({ name }) => name === methodName) : undefined;
  const args = data["args"];
  const refusal = refusalOf(data);
  if (component === undefined || method === undefined || refusal !== null) {
    const message = refusal ?? `call to unconfigured method [${methodName ?? ""}]`;
    return [{ delayMs: 0, request: answerTo(address, "failed", [errorOf(message)]) }];
  }
  const { delayMs, emits } = method;
  const event =
    emits === undefined
      ? []
      : [emitRequest(node.name, component.name, emits, RESULT, component.version)];
  const answer = answered(method, address, args as readonly Json[]);
  return [...event, answer].map((request) => ({ delayMs, request }));
}

/** A call (MSH-2): the `n`th of this client, counted from 1. */
export function callRequest(
  sessionId: string,
  node: string,
  component: string,
  method: string,
  n: number,
  args: readonly Json[],
): MeshRequest {
  const callee = `${node}/${component}/${method}`;
  return {
    action: "set",
    path: `${REQUESTS}/${callee}`,
    data: {
      callbackAddress: `${RESPONSES}/${sessionId}/${callee}/${n}`,
      args,
      origin: { id: sessionId },
    },
    options: EXCHANGE_OPTIONS,
  };
}

/** The channel on which a caller hears its responses; under `segments` a single `*` would not reach as deep. */
export function responsesChannel(sessionId: string, rule: PatternRule = "crossing"): string {
  const wildcard = rule === "segments" ? "**" : "*";
  return formatChannel({ action: "SET", path: `${RESPONSES}/${sessionId}/${wildcard}` });
}

/** A subscription as mesh clients make it, `listenerId` counted from 0. */
export function subscribeRequest(channel: string, listenerId: number): MeshRequest {
  return {
    action: "on",
    path: channel,
    data: null,
    options: { event_type: "set", count: 0, listenerId, refCount: 1, timeout: 60_000 },
  };
}

/** An event of a component (MSH-5); `version` is the component's. */
export function emitRequest(
  node: string,
  component: string,
  event: string,
  data: Json,
  version: string,
): MeshRequest {
  return {
    action: "set",
    path: `${EVENTS}/${node}/${component}/${event}`,
    data,
    options: { noStore: true, meta: { componentVersion: version }, timeout: 60_000 },
  };
}

/** What is wrong with a call's data; null when nothing is. */
function refusalOf(data: JsonObject): string | null {
  if (!Array.isArray(data["args"])) return "the args of a call are an array";
  const origin = data["origin"];
  if (!isJsonObject(origin) || typeof origin["id"] !== "string") return "a call has an origin";
  return null;
}

function answered(method: MeshMethod, address: string, args: readonly Json[]): MeshRequest {
  switch (method.behaviour) {
    case "answer":
      return answerTo(address, "ok", [null, RESULT, ...args]);
    case "error":
      return answerTo(address, "error", [errorOf(`${method.name} called back with an error`)]);
    case "throw":
      return answerTo(address, "failed", [errorOf(`${method.name} threw`)]);
  }
}

function answerTo(
  address: string,
  status: "ok" | "error" | "failed",
  args: readonly Json[],
): MeshRequest {
  return { action: "set", path: address, data: { status, args }, options: EXCHANGE_OPTIONS };
}

function errorOf(message: string): JsonObject {
  return { message, name: "Error" };
}

function stored(path: string, data: JsonObject): MeshRequest {
  return { action: "set", path, data, options: STORE_OPTIONS };
}

function configOf(node: MeshNode): JsonObject {
  const layer = { port: 50_505, secure: false, setOptions: EXCHANGE_OPTIONS };
  return { name: node.name, version: NODE_VERSION, happn: layer, datalayer: layer };
}

function descriptionOf(node: MeshNode): JsonObject {
  return {
    name: node.name,
    initializing: false,
    components: Object.fromEntries(node.components.map((each) => [each.name, componentOf(each)])),
    setOptions: EXCHANGE_OPTIONS,
  };
}

function componentOf({ name, version, methods }: MeshComponent): JsonObject {
  const described = methods.map((method) => [method.name, { parameters: [{ name: "callback" }] }]);
  return {
    name,
    version,
    methods: Object.fromEntries(described) as JsonObject,
    routes: {},
    events: {},
    data: {},
  };
}
