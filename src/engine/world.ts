/**
 * The network between the clients of a plan and the server: every connection is two FIFO links, and
 * both ends are recorded.
 *
 * @packageDocumentation
 */
import type { PatternRule, Profile } from "../../models/index.js";
import type { ClientConnection, ClientConnectionEvents, ClientWorld } from "../client/index.js";
import type { Fault, Latency, Plan, PlannedClient } from "../plan/index.js";
import type { SecurityChange } from "../protocol/index.js";
import { Link, type Clock, type EventLoop, type Streams } from "../sim/index.js";
import { afflictionOf } from "./affliction.js";
import { SimulatedConnection, type Break } from "./connection.js";
import type { Recorder } from "./recorder.js";
import type { ServerHost } from "./server-host.js";

export interface WorldParts {
  readonly clock: Clock;
  readonly streams: Streams;
  readonly recorder: Recorder;
  /** By which the server reads what arrives; at once where there is none. */
  readonly loop: EventLoop | null;
}

/** A fault of connections that is in force. */
interface InForce {
  readonly id: string;
  readonly clients: readonly string[];
  readonly fault: Fault;
}

export class World implements ClientWorld {
  readonly clock: Clock;
  /** What callers of the mesh subscribe depends on how far the server's patterns reach. */
  readonly subscriptionRule: PatternRule;
  readonly revokeAction: string;
  /** Told of every operation that begins. */
  begins: (operation: string) => void = () => undefined;
  readonly #streams: Streams;
  readonly #recorder: Recorder;
  readonly #loop: EventLoop | null;
  readonly #clients: Map<string, PlannedClient>;
  readonly #opened = new Map<string, number>();
  readonly #connections = new Set<SimulatedConnection>();
  #inForce: readonly InForce[] = [];
  #host: ServerHost | null = null;

  constructor(plan: Plan, profile: Profile, parts: WorldParts) {
    const { clock, streams, recorder, loop } = parts;
    this.clock = clock;
    this.subscriptionRule = profile.subscriptionRule;
    this.revokeAction = profile.revokeAction;
    this.#streams = streams;
    this.#recorder = recorder;
    this.#loop = loop;
    this.#clients = new Map(plan.clients.map((client) => [client.name, client]));
  }

  /** A client that is not of the plan. */
  add(client: PlannedClient): void {
    this.#clients.set(client.name, client);
  }

  /** From now on connections reach this server. */
  serve(host: ServerHost): void {
    this.#host = host;
  }

  /** The server's process is gone: what it had written arrives, then the connections break. */
  serverGone(how: string): void {
    this.#host = null;
    for (const connection of [...this.#connections]) connection.serverGone(how);
  }

  /** The fault is in force: on the connections of its clients, and on those that they open. */
  afflict(id: string, fault: Extract<Fault, { clients: readonly string[] }>): void {
    this.#inForce = [...this.#inForce, { id, clients: fault.clients, fault }];
    this.#spread(fault.clients);
  }

  /** The fault is in force no more. */
  relieve(id: string): void {
    const relieved = this.#inForce.filter((each) => each.id === id);
    this.#inForce = this.#inForce.filter((each) => each.id !== id);
    for (const { clients } of relieved) this.#spread(clients);
  }

  /** The network ends the connections of these clients. */
  break(clients: readonly string[], how: Break): void {
    for (const connection of this.#of(clients)) connection.break(how);
  }

  /** Ends for good those connections of these clients that are half closed. */
  breakHalfClosed(clients: readonly string[]): void {
    for (const connection of this.#of(clients)) {
      if (connection.isHalfClosed) connection.break("reset");
    }
  }

  connect(client: string, events: ClientConnectionEvents): ClientConnection {
    const planned = this.#clients.get(client);
    if (planned === undefined) throw new RangeError(`the plan has no client ${client}`);
    const count = (this.#opened.get(client) ?? 0) + 1;
    this.#opened.set(client, count);
    const id = `${client}#${count}`;
    const connection = new SimulatedConnection({
      id,
      client,
      events,
      clock: this.clock,
      recorder: this.#recorder,
      host: () => this.#host,
      gone: () => this.#connections.delete(connection),
      inlet: (chunk) => this.#loop?.inlet(`${id}/up`, chunk) ?? null,
      chance: (purpose) => this.#streams.stream(`network/${id}/${purpose}`),
      up: (deliver) => this.#link(`network/${id}/up`, planned.link.up, deliver),
      down: (deliver) => this.#link(`network/${id}/down`, planned.link.down, deliver),
    });
    this.#connections.add(connection);
    this.#recorder.record({ kind: "connect", connection: id, client });
    this.#afflict(connection);
    connection.start();
    return connection;
  }

  administer(operation: string, change: SecurityChange, ended: () => void): void {
    const host = this.#host;
    const administer = host?.administer;
    if (host === null || administer === undefined) {
      this.skip(operation, host === null ? "there is no server" : "it is not in secure mode");
      ended();
      return;
    }
    const of = this.#recorder.record({ kind: "administer", operation, change });
    host.pass(() =>
      administer(change, (error) => {
        this.#recorder.record({ kind: "administered", of, error });
        ended();
      }),
    );
  }

  skip(operation: string, reason: string): void {
    this.#recorder.record({ kind: "skip", operation, reason });
  }

  #spread(clients: readonly string[]): void {
    for (const connection of this.#of(clients)) this.#afflict(connection);
  }

  #afflict(connection: SimulatedConnection): void {
    const faults = this.#inForce.filter(({ clients }) => clients.includes(connection.client));
    connection.under(afflictionOf(faults.map(({ fault }) => fault)));
  }

  #of(clients: readonly string[]): readonly SimulatedConnection[] {
    return [...this.#connections].filter(({ client }) => clients.includes(client));
  }

  #link<Packet>(name: string, latency: Latency, deliver: (packet: Packet) => void): Link<Packet> {
    return new Link(this.clock, this.#streams.stream(name), latency, deliver);
  }
}
