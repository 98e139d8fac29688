/**
 * One connection to a running server, by `ws`: the server's end of it as the engine sees it.
 *
 * @packageDocumentation
 */
import { WebSocket, type RawData } from "ws";

import type { ConnectionEvents, ServerConnection } from "../target.js";
import { HANDSHAKE_MS_MAX, shortRefusalOf, type Refused } from "./refusal.js";

/** A frame of the server's that is larger ends the connection (close 1009). */
const FRAME_BYTES_MAX = 64 * 1024 * 1024;

/** A way to connect that has the few options of happn's own clients. */
export function openSocket(url: string, handshakeTimeout = HANDSHAKE_MS_MAX): WebSocket {
  return new WebSocket(url, {
    perMessageDeflate: false,
    handshakeTimeout,
    maxPayload: FRAME_BYTES_MAX,
    followRedirects: false,
  });
}

export function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return Buffer.isBuffer(data) ? data.toString("utf8") : Buffer.from(data).toString("utf8");
}

export class ClientSocket implements ServerConnection {
  readonly #socket: WebSocket;
  readonly #events: ConnectionEvents;
  readonly #gone: () => void;
  #refused: Refused = {};
  #isOpen = false;
  /** Our own side has ended it: nothing is called back. */
  #isLeft = false;

  /** @param gone called once, when nothing more can come of it */
  constructor(url: string, events: ConnectionEvents, gone: () => void) {
    this.#events = events;
    this.#gone = gone;
    this.#socket = openSocket(url);
    this.#socket.on("open", () => {
      this.#isOpen = true;
      if (!this.#isLeft) events.open();
    });
    this.#socket.on("message", (data) => {
      if (!this.#isLeft) events.frame(textOf(data));
    });
    this.#socket.on("unexpected-response", (_request, response) => {
      this.#refused = {
        ...(response.statusCode === undefined ? {} : { status: response.statusCode }),
      };
      this.#socket.terminate();
    });
    this.#socket.on("error", (error) => {
      if (!("status" in this.#refused)) this.#refused = { error };
    });
    this.#socket.on("close", (code) => this.#closed(code));
  }

  deliver(frame: string | Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  end(how: "close" | "cut"): void {
    this.#isLeft = true;
    if (how === "cut" || this.#socket.readyState !== WebSocket.OPEN) this.#socket.terminate();
    else this.#socket.close();
  }

  #closed(code: number): void {
    this.#gone();
    if (this.#isLeft) return;
    this.#isLeft = true;
    if (!this.#isOpen) this.#events.end(shortRefusalOf(this.#refused));
    else this.#events.end(code === 1006 ? "reset" : `close ${code}`);
  }
}
