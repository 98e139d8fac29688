/**
 * One fixed session with a happn server, written down line by line: the touchstone of determinism.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";

import { Clock, Streams } from "../../sim/index.js";
import { soundEnvironment } from "../environment.js";
import type { RunningTarget, ServerConnection, Target } from "../target.js";

const EPOCH_MS = 1_700_000_000_000;
const START_MS_MAX = 30_000;

/** The session's lines, under a hash: equal hashes, equal sessions. */
export async function hashOfSession(target: Target, seed: string): Promise<string> {
  const lines = await playSession(target, seed);
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

/**
 * Plays the session: two clients that log in, subscribe, write and read; one closes, one is cut,
 * a third falls silent; then the server stops.
 * @returns everything that the server did, each line with its virtual time
 */
export function playSession(target: Target, seed: string): Promise<string[]> {
  return target.enter(() => {
    const session = new Session(target, seed);
    const alice = session.connect("alice");
    const bob = session.connect("bob");
    for (const client of [alice, bob]) {
      client.request({ action: "configure-session", data: { protocol: "happn_1.3.0" } });
      client.request({ action: "describe" });
      client.request({ action: "login", data: { info: {}, protocol: "happn_1.3.0" } });
    }
    bob.request({ action: "on", path: "/ALL@/orders/*", options: {} });
    alice.request({ action: "on", path: "/SET@/orders/1", options: {} });
    alice.request({ action: "set", path: "/orders/1", data: { n: 1, t: "zwölf ✓" } });
    alice.request({ action: "set", path: "/orders/1", data: { m: 2 }, options: { merge: true } });
    bob.request({ action: "get", path: "/orders/*" });
    bob.request({ action: "set", path: "/orders/2", data: ["x".repeat(70_000)] });
    alice.request({ action: "off", path: "/SET@/orders/1", options: {} });
    bob.request({ action: "remove", path: "/orders/*" });
    bob.send('"primus::ping::1"');
    bob.send("not JSON");
    session.wait(500);
    alice.end("close");
    session.wait(500);
    bob.end("cut");
    const carol = session.connect("carol");
    carol.request({ action: "get", path: "/orders/*" });
    session.wait(40_000);
    session.stop();
    return session.lines;
  });
}

class Session {
  readonly lines: string[] = [];
  readonly #clock = new Clock();
  readonly #server: RunningTarget;
  #hasStarted = false;

  constructor(target: Target, seed: string) {
    const environment = soundEnvironment(this.#clock, EPOCH_MS, new Streams(seed));
    this.#server = target.start(environment, {
      started: () => {
        this.#hasStarted = true;
        this.#write("started");
      },
      stopped: () => this.#write("stopped"),
      crashed: (crash) => this.#write(`crashed ${JSON.stringify(crash)}`),
      undeterministic: (what, site) => this.#write(`undeterministic ${what} at ${site}`),
    });
    while (!this.#hasStarted && this.#clock.now() < START_MS_MAX) this.#step();
  }

  connect(name: string): Client {
    const connection = this.#server.connect({
      open: () => this.#write(`${name} open`),
      frame: (text) => this.#write(`${name} < ${text}`),
      end: (how) => this.#write(`${name} ended: ${how}`),
    });
    this.#server.drain();
    return new Client(this, connection);
  }

  /** Lets virtual time pass. */
  wait(durationMs: number): void {
    let isOver = false;
    this.#clock.after(durationMs, () => {
      isOver = true;
    });
    while (!isOver) this.#step();
  }

  drain(): void {
    this.#server.drain();
  }

  stop(): void {
    this.#server.stop();
    this.#server.drain();
    this.wait(10_000);
    this.#server.dispose();
  }

  #step(): void {
    this.#clock.step();
    this.#server.drain();
  }

  #write(line: string): void {
    this.lines.push(`${this.#clock.now()} ${line}`);
  }
}

class Client {
  readonly #session: Session;
  readonly #connection: ServerConnection;
  #eventId = 0;

  constructor(session: Session, connection: ServerConnection) {
    this.#session = session;
    this.#connection = connection;
  }

  request(fields: object): void {
    this.#eventId += 1;
    this.send(JSON.stringify({ ...fields, eventId: this.#eventId }));
  }

  send(text: string): void {
    this.#connection.deliver(text);
    this.#session.drain();
    this.#session.wait(7);
  }

  end(how: "close" | "cut"): void {
    this.#connection.end(how);
    this.#session.drain();
  }
}
