/**
 * A running server behind a URL, for one case. It is not ours: it is neither stopped nor started.
 *
 * @packageDocumentation
 */
import type {
  ConnectionEvents,
  RunningTarget,
  ServerConnection,
  ServerObserver,
} from "../target.js";
import { ClientSocket } from "./client-socket.js";
import { probe } from "./probe.js";

/** A server whose connections break is asked whether it is still there; it answers within that. */
const STILL_THERE = { handshakeMsMax: 3_000, answerMsMax: 3_000 };

export class UrlServer implements RunningTarget {
  readonly #url: string;
  readonly #observer: ServerObserver;
  readonly #sockets = new Set<ClientSocket>();
  #isDisposed = false;

  constructor(url: string, observer: ServerObserver) {
    this.#url = url;
    this.#observer = observer;
    queueMicrotask(() => observer.started());
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

  /** Somebody else's server goes on. */
  stop(): void {
    this.#observer.stopped(false);
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const socket of this.#sockets) socket.end("cut");
  }

  /** A connection that breaks without a word may be the first sign that the server is gone. */
  async #ended(how: string, events: ConnectionEvents): Promise<void> {
    if (how === "reset" || how === "ECONNREFUSED") {
      const probed = await probe(this.#url, STILL_THERE);
      if (this.#isDisposed) return;
      if (!probed.ok && probed.isAbsent) {
        const message = "nobody listens there any more";
        this.#observer.crashed({ cause: "exit", message, frames: [] });
        return;
      }
    }
    events.end(how);
  }
}
