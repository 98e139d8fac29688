/**
 * Who takes part, and where each one's lane is: the server in the middle, so that no arrow crosses
 * more lanes than it must.
 *
 * @packageDocumentation
 */
import type { Recording } from "../../history/index.js";
import type { Plan } from "../../plan/index.js";
import type { Lane } from "./model.js";

export const SERVER = "server";

export class Lanes {
  readonly all: readonly Lane[];
  readonly server: number;
  readonly #places: ReadonlyMap<string, number>;
  readonly #recording: Recording;
  readonly #clientOfOperation: ReadonlyMap<string, string>;

  constructor(recording: Recording, plan: Plan | null) {
    this.#recording = recording;
    this.#clientOfOperation = new Map(plan?.operations.map(({ id, client }) => [id, client]) ?? []);
    const clients = clientsOf(recording, plan, this.#clientOfOperation);
    const nodes = new Set(plan?.clients.filter(({ node }) => node !== undefined).map(nameOf));
    const lanes = clients.map((name): Lane => ({
      name,
      role: nodes.has(name) ? "node" : "client",
    }));
    this.server = Math.ceil(lanes.length / 2);
    lanes.splice(this.server, 0, { name: SERVER, role: "server" });
    this.all = lanes;
    this.#places = new Map(
      lanes.flatMap(({ name, role }, place) => (role === "server" ? [] : [[name, place]])),
    );
  }

  /** Place of a client's lane; the server's for a client that never takes part. */
  ofClient(client: string): number {
    return this.#places.get(client) ?? this.server;
  }

  ofConnection(connection: string): number {
    const record = this.#recording.connections.get(connection);
    return record === undefined ? this.server : this.ofClient(record.client);
  }

  /** Of the client that the plan gives an operation to. What a node does by itself is `<operation>/r<n>`. */
  ofOperation(operation: string): number {
    const [planned = operation] = operation.split("/");
    return this.ofClient(this.#clientOfOperation.get(planned) ?? planned);
  }
}

/** In the plan's order; those that the plan doesn't know behind them. */
function clientsOf(
  recording: Recording,
  plan: Plan | null,
  clientOfOperation: ReadonlyMap<string, string>,
): readonly string[] {
  const present = new Set<string>();
  for (const { client } of recording.connections.values()) present.add(client);
  for (const event of recording.events) {
    if (event.kind !== "skip") continue;
    const client = clientOfOperation.get(event.operation);
    if (client !== undefined) present.add(client);
  }
  const planned = plan?.clients.map(nameOf).filter((name) => present.has(name)) ?? [];
  return [...new Set([...planned, ...present])];
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}
