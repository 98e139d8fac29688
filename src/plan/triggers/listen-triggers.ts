/**
 * Triggers in how clients subscribe, end subscriptions and leave.
 *
 * @packageDocumentation
 */
import {
  formatChannel,
  isJsonObject,
  isPattern,
  parseChannel,
  type Channel,
  type Json,
} from "../../protocol/index.js";
import type { PlannedFault } from "../fault.js";
import type { Plan, PlannedOperation } from "../plan.js";
import {
  droppedOption,
  HARMLESS,
  mapFaults,
  mapOperations,
  mapRequests,
  NOTHING,
  requestOf,
  type RequestFields,
  type Trigger,
} from "./trigger.js";

function channelOf(path: Json | undefined): Channel | null {
  return typeof path === "string" ? parseChannel(path) : null;
}

/** Clients that subscribe by themselves to what nodes and callers of the mesh listen to. */
function clientsOfMesh({ clients, operations }: Plan): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name, node } of clients) if (node !== undefined) names.add(name);
  for (const { client, action } of operations) if (action.kind === "call") names.add(client);
  return names;
}

/**
 * Keeps the first `on` of a channel by a client until it connects again or ends it; none of what a
 * client of the mesh holds by itself. No relay repeats what a client sends that subscribes.
 */
function withoutRepeats(plan: Plan): Plan {
  const subscribers = subscribersOf(plan, () => true);
  const unrepeated = mapFaults(plan, (planned) => {
    const { fault } = planned;
    if (fault.kind !== "relay" || fault.repeatsOfTen === 0) return planned;
    if (!fault.clients.some((client) => subscribers.has(client))) return planned;
    return { ...planned, fault: { ...fault, repeatsOfTen: 0 } };
  });
  return withoutRepeatedOns(unrepeated);
}

function withoutRepeatedOns(plan: Plan): Plan {
  const held = new Map<string, Set<string>>();
  const ofMesh = clientsOfMesh(plan);
  return mapOperations(plan, ({ client, action }) => {
    if (action.kind === "connect") held.delete(client);
    const request = requestOf(action);
    if (typeof request?.path !== "string") return action;
    const own = held.get(client) ?? new Set<string>();
    held.set(client, own);
    if (request.action === "off" && request.path === "*") own.clear();
    if (request.action === "off") own.delete(request.path);
    if (request.action !== "on") return action;
    if (own.has(request.path)) return HARMLESS;
    if (ofMesh.has(client) && channelOf(request.path)?.path.startsWith("/_exchange/") === true) {
      return HARMLESS;
    }
    own.add(request.path);
    return action;
  });
}

/** Nobody of the first dialect listens: no `on`, no node, and no call, which listens to its response. */
function withoutFirstSubscriptions(plan: Plan): Plan {
  const first = new Set(
    plan.clients.flatMap(({ name, dialect }) => (dialect === undefined ? [name] : [])),
  );
  const nobody = mapRequests(plan, (request, { client }) =>
    request.action === "on" && first.has(client) ? NOTHING : request,
  );
  const deaf = mapOperations(nobody, ({ client, action }) => {
    const isOfMesh = action.kind === "call" || action.kind === "emit";
    return isOfMesh && first.has(client) ? HARMLESS : action;
  });
  if (deaf.clients.every(({ name, node }) => node === undefined || !first.has(name))) return deaf;
  const clients = deaf.clients.map(({ node, ...client }) =>
    node === undefined || first.has(client.name) ? client : { ...client, node },
  );
  return { ...deaf, clients };
}

/** Leaves out each `off` of a channel other than the one that the client subscribed to last. */
function withoutOlderOffs(plan: Plan): Plan {
  const newest = new Map<string, string>();
  return mapOperations(plan, ({ client, action }) => {
    // A call subscribes to its response.
    if (action.kind === "connect" || action.kind === "call") newest.delete(client);
    const request = requestOf(action);
    if (typeof request?.path !== "string") return action;
    if (request.action === "on") newest.set(client, request.path);
    if (request.action !== "off" || request.path === "*") return action;
    return request.path === newest.get(client) ? action : HARMLESS;
  });
}

/** Makes catch-alls of sets, and of removes, catch-alls of both. */
const withoutPartialCatchAlls: Trigger["without"] = (plan) =>
  mapRequests(plan, (request) => {
    const isListening = request.action === "on" || request.action === "off";
    const channel = isListening ? channelOf(request.path) : null;
    if (channel?.path !== "*" || channel.action === "ALL") return request;
    return { ...request, path: formatChannel({ ...channel, action: "ALL" }) };
  });

const withoutCounts: Trigger["without"] = (plan) =>
  withoutRepeats(droppedOption(["on", "off"], "refCount", (value) => value !== 1)(plan));

/** The plan without those `on` and `off` that `isMeant`. */
function withoutListening(
  actions: readonly ("on" | "off")[],
  isMeant: (channel: Channel | null, request: RequestFields) => boolean,
): Trigger["without"] {
  return (plan) =>
    mapRequests(plan, (request) => {
      const isOf = (actions as readonly string[]).includes(request.action);
      return isOf && isMeant(channelOf(request.path), request) ? NOTHING : request;
    });
}

/**
 * Clients that stay: who would leave, or connect again, does nothing instead; no fault ends their
 * connections, and they aren't sent home in the end.
 */
function staying(plan: Plan, isMeant: (client: string) => boolean): Plan {
  const connected = new Set<string>();
  const left = mapOperations(plan, ({ client, action }) => {
    switch (action.kind) {
      case "connect":
        if (connected.has(client) && isMeant(client)) return HARMLESS;
        connected.add(client);
        return action;
      case "close":
      case "cut":
      case "disconnect":
        return isMeant(client) ? HARMLESS : action;
      default:
        return action;
    }
  });
  return withoutEnds(left, isMeant);
}

/** The plan without what ends connections of clients that are meant, their operations aside. */
function withoutEnds(plan: Plan, isMeant: (client: string) => boolean): Plan {
  if (!plan.clients.some(({ name }) => isMeant(name))) return plan;
  const { liveness, faults = [], ...rest } = plan;
  const left = faults.filter((planned) => !endsConnections(planned, isMeant));
  if (liveness === undefined && left.length === faults.length) return plan;
  return left.length === 0 ? rest : { ...rest, faults: left };
}

/** From that many virtual milliseconds on a silence may be taken for an end: pings come each 25 s, and 35 are waited (FRM-2). */
const SILENCE_MS = 10_000;

function endsConnections(
  { fault, durationMs }: PlannedFault,
  isMeant: (client: string) => boolean,
): boolean {
  switch (fault.kind) {
    case "stop":
    case "kill":
      return true;
    // Also a partition that is released: who was silent for so long may have been given up.
    case "cut":
    case "reconnect-storm":
    case "partition":
      return fault.clients.some(isMeant);
    case "pause":
      return durationMs >= SILENCE_MS;
    case "stall":
      return durationMs >= SILENCE_MS && fault.clients.some(isMeant);
    default:
      return false;
  }
}

/** Clients that ever subscribe to what `isMeant`. */
function subscribersOf(plan: Plan, isMeant: (channel: Channel) => boolean): ReadonlySet<string> {
  const clients = new Set(clientsOfMesh(plan));
  mapRequests(plan, (request, { client }: PlannedOperation) => {
    const channel = channelOf(request.path);
    if (request.action === "on" && channel !== null && isMeant(channel)) clients.add(client);
    return request;
  });
  return clients;
}

const isOfPattern = (channel: Channel | null) =>
  channel !== null && channel.path !== "*" && isPattern(channel.path);

/** The text of a pattern before its first star. */
function prefixOf({ path }: Channel): string {
  return path.split("*")[0] as string;
}

/** Leaves out patterns whose beginning, with or without its last slash, is an exact path somewhere subscribed to. */
function withoutPatternsBesideExact(plan: Plan): Plan {
  const exact = new Set<string>();
  mapRequests(plan, (request) => {
    const channel = channelOf(request.path);
    if (request.action === "on" && channel !== null && !isPattern(channel.path)) {
      exact.add(channel.path.toLowerCase());
    }
    return request;
  });
  return withoutListening(["on", "off"], (channel) => {
    if (channel === null || !isPattern(channel.path) || channel.path === "*") return false;
    return exact.has(prefixOf(channel).toLowerCase());
  })(plan);
}

export const LISTEN_TRIGGERS: readonly Trigger[] = [
  {
    id: "counts",
    sentence:
      "Subscriptions that are counted: `refCount` other than 1, or a repeated `on` (SUB-4).",
    without: withoutCounts,
  },
  {
    id: "uncounted-on",
    sentence: "An `on` that does not say its `refCount` (SUB-4: it is 1).",
    without: (plan) =>
      mapRequests(plan, (request) => {
        const { options } = request;
        if (request.action !== "on" || !isJsonObject(options) || "refCount" in options) {
          return request;
        }
        return { ...request, options: { ...options, refCount: 1 } };
      }),
  },
  {
    id: "on-without-options",
    sentence: "An `on` without `options` (SUB-4: what it doesn't say is 1).",
    without: (plan) =>
      mapRequests(plan, (request) => {
        if (request.action !== "on" || request.options !== undefined) return request;
        return { ...request, options: { refCount: 1 } };
      }),
  },
  {
    id: "repeated-on",
    sentence:
      "An `on` of a channel that the client holds already, or that a relay repeats (SUB-3).",
    without: withoutRepeats,
  },
  {
    id: "listeners-of-offs",
    sentence: "An `off` that says of which listener it is.",
    without: droppedOption(["off"], "listenerId", () => true),
  },
  {
    id: "off-of-older-subscriptions",
    sentence: "An `off` of a channel that is not the one that the client subscribed to last.",
    without: withoutOlderOffs,
  },
  {
    id: "catch-alls-of-one-action",
    sentence: "A catch-all of sets only, or of removes only (SUB-1).",
    without: withoutPartialCatchAlls,
  },
  {
    id: "off-of-everything",
    sentence: "An `off` of `*` (SUB-7).",
    without: withoutListening(["off"], (_, { path }) => path === "*"),
  },
  {
    id: "off-of-patterns",
    sentence: "An `off` of a pattern.",
    without: withoutListening(["off"], isOfPattern),
  },
  {
    id: "off-of-deep-patterns",
    sentence: "An `off` of a pattern that ends in `/**` (SUB-5).",
    without: withoutListening(["off"], (channel) => channel?.path.endsWith("/**") === true),
  },
  {
    id: "off-of-catch-alls",
    sentence: "An `off` of a catch-all.",
    without: withoutListening(["off"], (channel) => channel?.path === "*"),
  },
  {
    id: "off-of-exact-paths",
    sentence: "An `off` of an exact path.",
    without: withoutListening(["off"], (channel) => channel !== null && !isPattern(channel.path)),
  },
  {
    id: "offs",
    sentence: "An `off` of anything.",
    without: withoutListening(["off"], () => true),
  },
  {
    id: "catch-alls",
    sentence: "A subscription of a catch-all (SUB-1).",
    without: withoutListening(["on", "off"], (channel) => channel?.path === "*"),
  },
  {
    id: "patterns-beside-exact-paths",
    sentence: "A subscription of a pattern, and one of the exact path that it begins with.",
    without: withoutPatternsBesideExact,
  },
  {
    id: "no-channels",
    sentence: "An `on` or `off` of what is no channel (SUB-1).",
    // An `off` of everything is none either, but allowed (SUB-7).
    without: withoutListening(
      ["on", "off"],
      (channel, { action, path }) => channel === null && (action === "on" || path !== "*"),
    ),
  },
  {
    id: "first-subscriptions",
    sentence:
      "Anybody of happn_1.3.0 who listens to anything, nodes and callers of the mesh included (SUB-1).",
    without: withoutFirstSubscriptions,
  },
  {
    id: "leaving-of-pattern-subscribers",
    sentence: "A client that subscribed to a pattern or a catch-all, and leaves (SES-5).",
    without: (plan) => {
      const clients = subscribersOf(plan, ({ path }) => isPattern(path));
      return staying(plan, (client) => clients.has(client));
    },
  },
  {
    id: "leaving",
    sentence: "A client that leaves, or connects again (SES-5).",
    without: (plan) => staying(plan, () => true),
  },
  {
    id: "deep-subscriptions",
    sentence: "A subscription with `depth` (SUB-5).",
    without: droppedOption(["on"], "depth"),
  },
  {
    id: "mistyped-counts",
    sentence: "A `refCount` that is no whole number above zero.",
    without: droppedOption(["on", "off"], "refCount", (value) => !isCount(value)),
  },
];

function isCount(value: Json): boolean {
  return !isJsonObject(value) && Number.isSafeInteger(value) && (value as number) > 0;
}
