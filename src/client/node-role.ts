/**
 * A client that plays a mesh node: it announces itself and answers calls (MSH-1, MSH-3, MSH-6).
 *
 * @packageDocumentation
 */
import { announce, react, type MeshRequest } from "../../models/index.js";
import type { PublicationFrame, ResponseFrame } from "../history/index.js";
import type { PlannedNode } from "../plan/index.js";
import type { Activity } from "./activity.js";
import type { Connection } from "./connection.js";
import { draftOfMesh } from "./request.js";

/** A reaction that is not answered by then never will be; nobody waits for it but the announcement. */
const PATIENCE_MS = 12_000;

export class NodeRole {
  readonly #client: string;
  readonly #node: PlannedNode;
  readonly #activity: Activity;
  #reactionCount = 0;

  constructor(client: string, node: PlannedNode, activity: Activity) {
    this.#client = client;
    this.#node = node;
    this.#activity = activity;
  }

  get name(): string {
    return this.#node.name;
  }

  /** Version of a component; of one that the node doesn't have, the first version ever. */
  versionOf(component: string): string {
    const found = this.#node.components.find(({ name }) => name === component);
    return found?.version ?? "1.0.0";
  }

  /** Sends all that announces the node, pipelined; `settled` once everything is answered or given up. */
  announce(connection: Connection, settled: () => void): void {
    const requests = announce(this.#node);
    let waitingFor = requests.length;
    if (waitingFor === 0) settled();
    for (const request of requests) {
      this.#send(connection, request, () => {
        waitingFor -= 1;
        if (waitingFor === 0) settled();
      });
    }
  }

  /** Does what the node does about a publication, if it is a call. */
  hear(connection: Connection, { data, meta }: PublicationFrame): void {
    const { path, channel } = meta;
    if (typeof path !== "string" || data === undefined) return;
    // A node hears calls by the subscriptions it announced with; another one that matches as well
    // doesn't make it answer twice.
    const listensTo = `/SET@/_exchange/requests/${this.#node.name}/`;
    if (typeof channel !== "string" || !channel.startsWith(listensTo)) return;
    for (const { delayMs, request } of react(this.#node, { path, data, meta })) {
      this.#activity.after(delayMs, () => this.#send(connection, request, () => undefined));
    }
  }

  #send(
    connection: Connection,
    request: MeshRequest,
    settled: (answer: ResponseFrame | null) => void,
  ): void {
    if (connection.isOver) {
      settled(null);
      return;
    }
    this.#reactionCount += 1;
    const operation = `${this.#client}/r${this.#reactionCount}`;
    connection.request(operation, draftOfMesh(request), PATIENCE_MS, settled);
  }
}
