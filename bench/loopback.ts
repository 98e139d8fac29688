/**
 * Runs a plan over real loopback sockets, in a closed loop: the same scripted clients as in the
 * simulated world, each of which awaits the end of every operation before its next one, without
 * pauses. The baseline that the simulated world is measured against.
 *
 * @packageDocumentation
 */
import { WebSocket, type RawData } from "ws";

import {
  drive,
  type ClientConnection,
  type ClientConnectionEvents,
  type ClientWorld,
  type Driver,
} from "../src/client/index.js";
import type { Plan } from "../src/plan/index.js";
import { parseClientFrame } from "../src/protocol/index.js";
import { Clock } from "../src/sim/index.js";

/** When nothing has come in for that long, what is waited for will not come. */
const SILENCE_MS = 50;

export interface LoopbackRun {
  /** Requests sent: answered once each by a server that keeps the protocol. */
  readonly operations: number;
  /** From the first connection to the end of the last operation, silences left out. */
  readonly wallMs: number;
  /** Of the driver's process alone. */
  readonly cpuMs: number;
}

/** Runs a plan against the server at that URL; rejects when a connection cannot be opened. */
export function runOnLoopback(plan: Plan, url: string): Promise<LoopbackRun> {
  return new Loopback(closedLoop(plan), url).run();
}

/** The same operations without pauses, each awaited. */
export function closedLoop(plan: Plan): Plan {
  return {
    ...plan,
    mode: "concurrent",
    clients: plan.clients.map((client) => {
      if (client.node === undefined) return client;
      const components = client.node.components.map((component) => ({
        ...component,
        methods: component.methods.map((method) => ({ ...method, delayMs: 0 })),
      }));
      return { ...client, node: { ...client.node, components } };
    }),
    operations: plan.operations.map((operation) => ({ ...operation, afterMs: 0, awaited: true })),
  };
}

/**
 * The clock stands still while frames come and go; it moves on, to the next thing that a client
 * would do by itself (to give up waiting), only when there is silence.
 */
class Loopback implements ClientWorld {
  readonly clock = new Clock();
  readonly #url: string;
  readonly #driver: Driver;
  readonly #sockets = new Set<WebSocket>();
  #opened = 0;
  #operations = 0;
  #heardAt = 0;
  #silentMs = 0;
  #settle: (error: Error | null) => void = () => undefined;

  constructor(plan: Plan, url: string) {
    this.#url = url;
    this.#driver = drive(plan, this);
  }

  async run(): Promise<LoopbackRun> {
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    this.#heardAt = startedAt;
    const silence = setInterval(() => this.#breakSilence(), SILENCE_MS / 5);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#settle = (error) => (error === null ? resolve() : reject(error));
        this.#driver.start();
        this.#turn();
      });
      const wallMs = performance.now() - startedAt - this.#silentMs;
      const { user, system } = process.cpuUsage(cpuBefore);
      return { operations: this.#operations, wallMs, cpuMs: (user + system) / 1_000 };
    } finally {
      clearInterval(silence);
      await this.#closeAll();
    }
  }

  connect(client: string, events: ClientConnectionEvents): ClientConnection {
    const socket = new WebSocket(this.#url, { perMessageDeflate: false });
    this.#sockets.add(socket);
    this.#opened += 1;
    let hasLeft = false;
    const guarded = (tell: () => void) => () => {
      this.#heardAt = performance.now();
      if (!hasLeft) tell();
      this.#turn();
    };
    socket.on(
      "open",
      guarded(() => events.open()),
    );
    socket.on("message", (data: RawData) => guarded(() => events.frame(textOf(data)))());
    socket.on("close", (code) => {
      this.#sockets.delete(socket);
      guarded(() => events.closed(`close ${code}`))();
    });
    socket.on("error", (error) => this.#settle(error));
    return {
      id: `${client}#${this.#opened}`,
      send: (_operation, frame) => {
        if (hasLeft || socket.readyState !== WebSocket.OPEN) return;
        if (parseClientFrame(frame).kind === "request") this.#operations += 1;
        socket.send(frame);
      },
      leave: (how) => {
        hasLeft = true;
        if (how === "cut") socket.terminate();
        else socket.close();
      },
    };
  }

  skip(): void {
    // What cannot be started here cannot be started in the simulated world either.
  }

  /** Runs what is due at this moment of the standing clock. */
  #turn(): void {
    while (this.clock.nextAt() === this.clock.now()) this.clock.step();
    if (this.#driver.done) this.#settle(null);
  }

  #breakSilence(): void {
    const silentMs = performance.now() - this.#heardAt;
    if (silentMs < SILENCE_MS) return;
    this.#silentMs += silentMs;
    this.#heardAt = performance.now();
    if (!this.clock.step()) this.#settle(new Error("the driver waits, and for nothing"));
    else this.#turn();
  }

  async #closeAll(): Promise<void> {
    const closed = [...this.#sockets].map(
      (socket) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
    );
    for (const socket of this.#sockets) socket.terminate();
    await Promise.all(closed);
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString("utf8");
}

/** Removes what former plans have stored, so that every plan begins on an empty store. */
export async function emptyStore(url: string): Promise<void> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const request = { action: "remove", path: "*", eventId: 1, data: null, options: {} };
  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => socket.send(JSON.stringify(request)));
    socket.once("message", () => resolve());
    socket.once("error", reject);
  });
  socket.terminate();
}
