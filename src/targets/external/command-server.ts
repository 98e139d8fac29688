/**
 * A server that a command starts, for one case: started, found well, stopped or killed.
 *
 * @packageDocumentation
 */
import type { ProfileId } from "../../../models/index.js";
import type {
  ConnectionEvents,
  RunningTarget,
  ServerConnection,
  ServerObserver,
} from "../target.js";
import { ClientSocket } from "./client-socket.js";
import { CommandProcess, freePort, wordsOfEnd, type CommandEnd } from "./command-process.js";
import { probe } from "./probe.js";
import { crashOf } from "./process-crash.js";
import { serverUrlOf } from "./server-url.js";

/** A connection that breaks may be the first sign of the process's end: that is waited for so long. */
const END_MS_MAX = 300;
/** What a process leaves open ends with it; that we have yet to hear of it may take a busy machine so long. */
const CLOSE_MS_MAX = 5_000;
/** How often a server that is being started is looked at, in milliseconds. */
const LOOK_MS = 25;
/** What a server that accepts connections may take to answer while it is being started. */
const ANSWER_MS_MAX = 10_000;

export type Health =
  | { readonly ok: true; readonly profile: ProfileId }
  | { readonly ok: false; readonly message: string };

/** Waits until the server describes itself, its process ends, or the time is over. */
export async function untilHealthy(
  process: CommandProcess,
  port: number,
  startMsMax: number,
): Promise<Health> {
  const url = urlOf(port);
  const deadline = performance.now() + startMsMax;
  for (;;) {
    const leftMs = deadline - performance.now();
    const end: CommandEnd | null = process.end;
    if (end !== null) {
      return {
        ok: false,
        message: `the command ended before it accepted connections (${wordsOfEnd(end, process.errors)})`,
      };
    }
    if (leftMs <= 0) {
      return {
        ok: false,
        message: `the command does not listen on port ${port} of 127.0.0.1 after ${startMsMax / 1_000} s; is {port} in its right place?`,
      };
    }
    const probed = await Promise.race([
      probe(url, { handshakeMsMax: ANSWER_MS_MAX, answerMsMax: ANSWER_MS_MAX }),
      process.ended.then(() => null),
    ]);
    if (probed?.ok === true) return probed;
    if (probed?.ok === false && !probed.isAbsent) return { ok: false, message: probed.message };
    await Promise.race([new Promise((resolve) => setTimeout(resolve, LOOK_MS)), process.ended]);
  }
}

function urlOf(port: number): string {
  return serverUrlOf(`ws://127.0.0.1:${port}`) as string;
}

export class CommandServer implements RunningTarget {
  readonly #observer: ServerObserver;
  readonly #sockets = new Set<ClientSocket>();
  #process: CommandProcess | null = null;
  #url = "";
  #isStopping = false;
  #isDisposed = false;

  constructor(command: string, observer: ServerObserver, startMsMax: number) {
    this.#observer = observer;
    void this.#start(command, startMsMax);
  }

  log(): string {
    return this.#process?.output ?? "";
  }

  connect(events: ConnectionEvents): ServerConnection {
    const socket: ClientSocket = new ClientSocket(
      this.#url,
      { ...events, end: (how) => void this.#ended(how, events) },
      () => this.#sockets.delete(socket),
    );
    this.#sockets.add(socket);
    return socket;
  }

  /** Nothing of it happens in this process. */
  drain(): void {
    return undefined;
  }

  stop(): void {
    this.#isStopping = true;
    this.#process?.stop();
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const socket of this.#sockets) socket.end("cut");
    this.#process?.kill();
  }

  async #start(command: string, startMsMax: number): Promise<void> {
    const port = await freePort();
    if (this.#isDisposed) return;
    const process = new CommandProcess(command, port);
    this.#process = process;
    this.#url = urlOf(port);
    const healthy = await untilHealthy(process, port, startMsMax);
    if (this.#isDisposed) return;
    if (!healthy.ok) {
      this.#observer.crashed({ cause: "exit", message: healthy.message, frames: [] });
      return;
    }
    void process.ended.then((end) => this.#gone(end, process.errors));
    this.#observer.started();
  }

  async #gone(end: CommandEnd, errors: string): Promise<void> {
    if (this.#isStopping) await this.#untilClosed();
    if (this.#isDisposed) return;
    // Told to end, a process that ends by itself and well did so in an orderly way.
    const crash = crashOf(end, errors);
    if (!this.#isStopping || crash.cause !== "exit") this.#observer.crashed(crash);
    else this.#observer.stopped(end.code === 0);
  }

  /** The end of a process may be known before that of its connections, which came first. */
  async #untilClosed(): Promise<void> {
    const deadline = performance.now() + CLOSE_MS_MAX;
    while (this.#sockets.size > 0 && !this.#isDisposed && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** A connection that breaks without a word waits for the process's end, which explains it. */
  async #ended(how: string, events: ConnectionEvents): Promise<void> {
    const isBroken = how === "reset" || how === "ECONNREFUSED";
    if (isBroken && !this.#isStopping && this.#process !== null) {
      await Promise.race([
        this.#process.ended,
        new Promise((resolve) => setTimeout(resolve, END_MS_MAX)),
      ]);
    }
    if (!this.#isDisposed) events.end(how);
  }
}
