/**
 * A plan moved into a namespace: its paths, patterns and mesh nodes are nobody else's.
 *
 * Servers that are not started anew for each case keep what earlier cases stored, and may be in use
 * by others. A namespace is one more segment in front of every path, so that patterns take in what
 * they took in, and nothing of anybody else's. What stands on the wire is what is judged: nothing is
 * taken back afterwards. Catch-all subscriptions stay what they are.
 *
 * @packageDocumentation
 */
import type { Plan, PlannedAction, PlannedClient } from "../plan/index.js";
import { formatChannel, parseChannel } from "../protocol/index.js";

/** @param namespace small letters and digits, so that every profile takes it */
export function namespaced(plan: Plan, namespace: string): Plan {
  const nodes = new Set(plan.clients.flatMap(({ node }) => (node === undefined ? [] : node.name)));
  const names = new Names(namespace, nodes);
  return {
    ...plan,
    clients: plan.clients.map((client) => withNode(client, names)),
    operations: plan.operations.map((operation) => ({
      ...operation,
      action: moved(operation.action, names),
    })),
  };
}

/** A segment in the paths of the mesh that is a node's name: `/_exchange/requests/<node>/…`. */
const MESH_PATH =
  /^(\/_exchange\/requests\/|\/_exchange\/responses\/[^/]*\/|\/_events\/)([^/]+)(.*)$/s;
/** What nodes announce, for everybody to find (MSH-1). */
const SCHEMA_PATH = /^\/mesh\/schema\//;

class Names {
  readonly #namespace: string;
  readonly #nodes: ReadonlySet<string>;

  constructor(namespace: string, nodes: ReadonlySet<string>) {
    this.#namespace = namespace;
    this.#nodes = nodes;
  }

  node(name: string): string {
    return `${name}-${this.#namespace}`;
  }

  /** `isRead`: what only looks may look where everybody's is. */
  path(path: string, isRead: boolean): string {
    if (path === "" || (isRead && SCHEMA_PATH.test(path))) return path;
    const [, before, node, after] = MESH_PATH.exec(path) ?? [];
    if (before !== undefined && node !== undefined && this.#nodes.has(node)) {
      return `${before}${this.node(node)}${after ?? ""}`;
    }
    if (path === "*") return `/${this.#namespace}/*`;
    return path.startsWith("/") ? `/${this.#namespace}${path}` : `${this.#namespace}/${path}`;
  }

  channel(text: string): string {
    const channel = parseChannel(text);
    if (channel === null || channel.path === "*") return text;
    return formatChannel({ ...channel, path: this.path(channel.path, true) });
  }
}

function withNode(client: PlannedClient, names: Names): PlannedClient {
  const { node } = client;
  return node === undefined
    ? client
    : { ...client, node: { ...node, name: names.node(node.name) } };
}

function moved(action: PlannedAction, names: Names): PlannedAction {
  switch (action.kind) {
    case "set":
    case "remove":
    case "count":
      return { ...action, path: names.path(action.path, false) };
    case "get":
      return { ...action, path: names.path(action.path, true) };
    case "on":
    case "off":
      return { ...action, channel: names.channel(action.channel) };
    case "call":
      return { ...action, node: names.node(action.node) };
    case "raw":
      return { ...action, frame: movedFrame(action.frame, names) };
    default:
      return action;
  }
}

const PATH_FIELD = /"path"\s*:\s*("(?:[^"\\]|\\.)*")/g;

/** The text stays as it is but for its paths: what is wrong with it is the point of it. */
function movedFrame(frame: string, names: Names): string {
  const isOfChannel = /"action"\s*:\s*"(on|off)"/.test(frame);
  return frame.replaceAll(PATH_FIELD, (field, literal: string) => {
    let path: unknown;
    try {
      path = JSON.parse(literal);
    } catch {
      return field;
    }
    if (typeof path !== "string") return field;
    const next = isOfChannel ? names.channel(path) : names.path(path, false);
    return field.replace(literal, () => JSON.stringify(next));
  });
}
