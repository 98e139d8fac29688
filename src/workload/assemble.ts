/**
 * Makes steps into operations: clients connect before they act, and again after they left.
 *
 * @packageDocumentation
 */
import type { PlanMode, PlannedAction, PlannedOperation } from "../plan/index.js";
import { dataOf } from "./data.js";
import { itemAt } from "./names.js";
import { channelToLeave, type Step } from "./step.js";

export interface AssemblyParts {
  readonly mode: PlanMode;
  readonly clientCount: number;
  /** Clients from the first that play nodes: only they emit. */
  readonly nodeCount: number;
  readonly operationCount: number;
  readonly joinsLate: boolean;
  readonly steps: readonly Step[];
}

/** What is known about a client while its operations are laid out. */
interface ClientState {
  readonly name: string;
  isConnected: boolean;
  hasJoined: boolean;
  /** Subscribed to since it connected. */
  channels: string[];
}

/** At most `operationCount` operations; every client's first is a `connect`. */
export function assemble(parts: AssemblyParts): readonly PlannedOperation[] {
  return new Assembly(parts).run();
}

class Assembly {
  readonly #parts: AssemblyParts;
  readonly #clients: readonly ClientState[];
  readonly #operations: PlannedOperation[] = [];

  constructor(parts: AssemblyParts) {
    this.#parts = parts;
    this.#clients = Array.from({ length: parts.clientCount }, (_, index) => ({
      name: `c${index + 1}`,
      isConnected: false,
      hasJoined: false,
      channels: [],
    }));
  }

  run(): readonly PlannedOperation[] {
    const { joinsLate, nodeCount, steps, operationCount } = this.#parts;
    this.#clients.forEach((client, index) => {
      // Nodes come first, so that they are there when they are called.
      const isNode = index < nodeCount;
      if (joinsLate && !isNode) return;
      const afterMs = isNode || nodeCount === 0 ? 0 : 400;
      this.#add(client, afterMs, true, { kind: "connect", handshake: "full" });
    });
    for (const step of steps) {
      if (this.#operations.length >= operationCount) break;
      this.#take(step);
    }
    return this.#operations.slice(0, Math.max(operationCount, this.#clients.length));
  }

  #take(step: Step): void {
    const client = this.#actorOf(step);
    const action = this.#actionOf(step, client);
    const isAway = !client.isConnected && action.kind !== "connect";
    if (isAway && !(step.staysAway && client.hasJoined)) {
      this.#add(client, step.afterMs, true, { kind: "connect", handshake: step.handshake });
    }
    const awaited = step.awaited || this.#parts.mode === "lockstep" || action.kind === "connect";
    this.#add(client, step.afterMs, awaited, action);
  }

  #actorOf({ wish, clientIndex }: Step): ClientState {
    const { nodeCount } = this.#parts;
    const isForNodes = wish.kind === "emit" && nodeCount > 0;
    return itemAt(this.#clients, isForNodes ? clientIndex % nodeCount : clientIndex);
  }

  #actionOf({ wish }: Step, client: ClientState): PlannedAction {
    switch (wish.kind) {
      case "write": {
        const data = dataOf(wish.content, this.#operations.length + 1);
        return {
          kind: "set",
          path: wish.path,
          ...(data === undefined ? {} : { data }),
          options: wish.options,
        };
      }
      case "unlisten": {
        const channel = channelToLeave(wish, client.channels);
        // As the real library ends all of its subscriptions.
        const options = channel === "*" ? { refCount: 0, listenerId: -1 } : wish.options;
        return { kind: "off", channel, options };
      }
      default:
        return wish;
    }
  }

  #add(client: ClientState, afterMs: number, awaited: boolean, action: PlannedAction): void {
    this.#operations.push({
      id: `o${this.#operations.length + 1}`,
      client: client.name,
      afterMs,
      awaited,
      action,
    });
    switch (action.kind) {
      case "connect":
        client.isConnected = true;
        client.hasJoined = true;
        client.channels = [];
        return;
      case "close":
      case "cut":
      case "disconnect":
        client.isConnected = false;
        return;
      case "on":
        client.channels.push(action.channel);
        return;
      default:
    }
  }
}
