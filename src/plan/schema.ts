/**
 * The shape of a plan, for reading one that somebody else wrote.
 *
 * Strict: a key that is not known is an error, since a plan that is not run as written misleads.
 *
 * @packageDocumentation
 */
import { z } from "zod";

import {
  isJsonObject,
  LATER_DIALECTS,
  PERMISSION_ACTIONS,
  type Json,
  type JsonObject,
} from "../protocol/index.js";
import { PLAN_FORMAT, type Plan } from "./plan.js";
import { CHOICE_MAX } from "./schedule.js";

/** Limits that keep a plan runnable; what the generator makes lies far below. */
export const PLAN_LIMITS = {
  clientsMax: 100,
  operationsMax: 10_000,
  faultsMax: 1_000,
  decisionsMax: 100_000,
  featuresMax: 200,
  /** Of one group. */
  permissionsMax: 1_000,
  /** Of a delay or a wait, in virtual milliseconds. */
  waitMsMax: 3_600_000,
  /** Of a jump of the server's clock, in virtual milliseconds, either way. */
  jumpMsMax: 31_536_000_000,
  /** Of a name, an id, the seed. */
  nameLengthMax: 200,
  /** Of a path, in UTF-16 code units. */
  pathLengthMax: 100_000,
  /** Of a whole plan, in UTF-16 code units. */
  textLengthMax: 64 * 1024 * 1024,
} as const;

const name = z.string().min(1).max(PLAN_LIMITS.nameLengthMax);
const path = z.string().max(PLAN_LIMITS.pathLengthMax);
const waitMs = z.int().min(0).max(PLAN_LIMITS.waitMsMax);

// Whatever JSON.parse made is JSON. It is taken as it is: rebuilding it would lose `__proto__` keys.
const json = z.unknown().transform((value) => value as Json);
const options = z.custom<JsonObject>(isJsonObject, "expected an object");

const latency = z.strictObject({
  delayMsMin: waitMs,
  delayMsMax: waitMs,
  shape: z.enum(["uniform", "tail"]),
});

const method = z.strictObject({
  name,
  behaviour: z.enum(["answer", "error", "throw"]),
  emits: name.exactOptional(),
  delayMs: waitMs,
});

const node = z.strictObject({
  name,
  components: z.array(z.strictObject({ name, version: name, methods: z.array(method) })),
});

const client = z.strictObject({
  name,
  link: z.strictObject({ up: latency, down: latency }),
  node: node.exactOptional(),
  dialect: z.enum(LATER_DIALECTS).exactOptional(),
  user: name.exactOptional(),
});

const actions = z.array(z.enum(PERMISSION_ACTIONS));

const security = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        name,
        permissions: z.array(z.strictObject({ path, actions })).max(PLAN_LIMITS.permissionsMax),
      }),
    )
    .max(PLAN_LIMITS.clientsMax),
  users: z
    .array(z.strictObject({ name, password: name, groups: z.array(name) }))
    .max(PLAN_LIMITS.clientsMax),
});

const credentials = z.union([
  z.strictObject({ user: name, password: z.string() }),
  z.strictObject({ tokenOf: name }),
  z.strictObject({ token: z.string() }),
]);

const change = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["grant", "withdraw"]), group: name, path, actions }),
  z.strictObject({ kind: z.enum(["link", "unlink"]), user: name, group: name }),
  z.strictObject({ kind: z.literal("set-password"), user: name, password: name }),
  z.strictObject({ kind: z.literal("remove-user"), user: name }),
  z.strictObject({ kind: z.literal("revoke-session"), client: name }),
]);

const action = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("connect"), handshake: z.enum(["full", "login", "none"]) }),
  z.strictObject({ kind: z.literal("configure-session"), protocol: z.string() }),
  z.strictObject({ kind: z.literal("describe") }),
  z.strictObject({ kind: z.literal("login"), credentials: credentials.exactOptional() }),
  z.strictObject({ kind: z.literal("set"), path, data: json.exactOptional(), options }),
  z.strictObject({ kind: z.literal("get"), path, options }),
  z.strictObject({ kind: z.literal("remove"), path, options }),
  z.strictObject({ kind: z.literal("count"), path, options }),
  z.strictObject({ kind: z.literal("on"), channel: path, options }),
  z.strictObject({
    kind: z.literal("off"),
    channel: path,
    options,
    listener: name.exactOptional(),
  }),
  z.strictObject({ kind: z.literal("disconnect") }),
  z.strictObject({ kind: z.literal("revoke-session") }),
  z.strictObject({ kind: z.literal("administer"), change }),
  z.strictObject({ kind: z.literal("close") }),
  z.strictObject({ kind: z.literal("cut") }),
  z.strictObject({
    kind: z.literal("call"),
    node: name,
    component: name,
    method: name,
    args: z.array(json),
  }),
  z.strictObject({ kind: z.literal("emit"), component: name, event: name, data: json }),
  z.strictObject({
    kind: z.literal("raw"),
    frame: z.string(),
    mentions: z.array(name).min(1).max(PLAN_LIMITS.clientsMax).exactOptional(),
  }),
]);

const operation = z.strictObject({
  id: name,
  client: name,
  afterMs: waitMs,
  awaited: z.boolean(),
  action,
});

const clients = z.array(name).min(1).max(PLAN_LIMITS.clientsMax);
const direction = z.enum(["up", "down", "both"]);
const positiveMs = z.int().min(1).max(PLAN_LIMITS.waitMsMax);

const fault = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("latency"), clients, direction, ...latency.shape }),
  z.strictObject({ kind: z.literal("jitter"), clients, direction, jitterMsMax: positiveMs }),
  z.strictObject({
    kind: z.literal("bandwidth"),
    clients,
    direction,
    bytesPerSecond: z.int().min(1),
  }),
  z.strictObject({ kind: z.literal("stall"), clients, direction }),
  z.strictObject({ kind: z.literal("partition"), clients, ends: z.enum(["release", "reset"]) }),
  z.strictObject({ kind: z.literal("slow-reader"), clients, bufferBytesMax: z.int().min(0) }),
  z.strictObject({ kind: z.literal("slice"), clients, bytesMax: z.int().min(1), gapMs: waitMs }),
  z.strictObject({ kind: z.literal("merge"), clients, windowMs: waitMs }),
  z.strictObject({
    kind: z.literal("cut"),
    clients,
    how: z.enum(["close", "reset", "half-close"]),
  }),
  z.strictObject({ kind: z.literal("reconnect-storm"), clients, everyMs: positiveMs }),
  z.strictObject({
    kind: z.literal("relay"),
    clients,
    holdMsMax: waitMs,
    repeatsOfTen: z.int().min(0).max(10),
  }),
  z.strictObject({ kind: z.literal("pause") }),
  z.strictObject({
    kind: z.literal("clock-jump"),
    jumpMs: z.int().min(-PLAN_LIMITS.jumpMsMax).max(PLAN_LIMITS.jumpMsMax),
  }),
  z.strictObject({
    kind: z.literal("clock-skew"),
    perMillion: z.int().min(-999_999).max(1_000_000),
  }),
  z.strictObject({ kind: z.literal("stop") }),
  z.strictObject({ kind: z.literal("kill"), loses: z.enum(["process", "machine"]) }),
  z.strictObject({ kind: z.literal("disk-full") }),
  z.strictObject({ kind: z.literal("disk-error"), on: z.enum(["read", "write", "sync"]) }),
]);

const plannedFault = z.strictObject({
  id: name,
  operation: name.exactOptional(),
  afterMs: waitMs,
  durationMs: waitMs,
  fault,
});

const percent = z.int().min(0).max(100);
const busyMsMax = z.int().min(1).max(CHOICE_MAX.busy);
const decisions = z
  .array(z.strictObject({ at: name, choice: z.int().min(1).max(CHOICE_MAX.busy) }))
  .max(PLAN_LIMITS.decisionsMax)
  .exactOptional();

const schedule = z.discriminatedUnion("strategy", [
  z.strictObject({ strategy: z.literal("fifo"), decisions }),
  z.strictObject({
    strategy: z.literal("random"),
    percent: z.strictObject({ early: percent, late: percent, cut: percent, busy: percent }),
    busyMsMax,
    decisions,
  }),
  z.strictObject({
    strategy: z.literal("pct"),
    changes: z.int().min(1).max(PLAN_LIMITS.decisionsMax),
    occasions: z.int().min(1).max(10_000_000),
    percent: z.strictObject({ cut: percent, busy: percent }),
    busyMsMax,
    decisions,
  }),
]);

export const PLAN_SCHEMA = z.strictObject({
  format: z.literal(PLAN_FORMAT),
  generator: z.int().min(0),
  seed: name,
  mode: z.enum(["lockstep", "concurrent"]),
  security: security.exactOptional(),
  server: z.strictObject({ store: z.enum(["memory", "file"]) }).exactOptional(),
  liveness: z.literal(true).exactOptional(),
  clients: z.array(client).max(PLAN_LIMITS.clientsMax),
  operations: z.array(operation).max(PLAN_LIMITS.operationsMax),
  faults: z.array(plannedFault).max(PLAN_LIMITS.faultsMax).exactOptional(),
  schedule: schedule.exactOptional(),
  features: z.array(name).max(PLAN_LIMITS.featuresMax).exactOptional(),
});

/** Compiles only while the schema and the type say the same. */
export type SchemaIsPlan = z.infer<typeof PLAN_SCHEMA> extends Plan ? true : never;
