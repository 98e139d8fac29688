/**
 * A real WebSocket in front of a server that lives on a clock: what `serve` listens with.
 *
 * It speaks the transport of happn's own servers (FRM-1, FRM-2): the path `/primus`, text frames, no
 * subprotocol, and `"primus::server::close"` before a connection that a stop ends. `GET /health`
 * tells that it is up. Frames may be delayed both ways, each by a delay of its own, in order.
 *
 * @packageDocumentation
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

import { WebSocket, WebSocketServer, type RawData } from "ws";

import { Link, type Clock, type LinkLatency, type Pace, type Streams } from "../../sim/index.js";
import type { RunningTarget, ServerConnection } from "../target.js";

/** Paths that happn's clients connect to. */
const PATH = /^\/primus\/?$/;
/** A frame larger than that ends its connection (close 1009). */
const FRAME_BYTES_MAX = 100 * 1024 * 1024;
/** A client that takes in nothing is cut once so much waits for it. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;
/** How long a client may take to close when told so, in milliseconds. */
const FAREWELL_MS_MAX = 1_000;

const SERVER_CLOSE = JSON.stringify("primus::server::close");

export interface FrontParts {
  readonly clock: Clock;
  readonly pace: Pace;
  readonly streams: Streams;
  readonly server: RunningTarget;
  readonly latency: LinkLatency;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** What `GET /health` says beside the status. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface FrontObserver {
  connected(connection: string): void;
  disconnected(connection: string, how: string): void;
}

/** The address can't be listened on. */
export class AddressUnavailableError extends Error {
  readonly code = "E_ADDRESS_UNAVAILABLE";
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AddressUnavailableError";
  }
}

export class Front {
  readonly #parts: FrontParts;
  readonly #observer: FrontObserver;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: FRAME_BYTES_MAX,
    perMessageDeflate: false,
  });
  readonly #open = new Set<FrontConnection>();
  #count = 0;
  #isStopping = false;

  private constructor(parts: FrontParts, observer: FrontObserver) {
    this.#parts = parts;
    this.#observer = observer;
    this.#http = createServer((request, response) => this.#answer(request, response));
    this.#http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /**
   * Listens.
   * @throws AddressUnavailableError when the port is taken, or the host isn't this machine's
   */
  static async open(parts: FrontParts, observer: FrontObserver): Promise<Front> {
    const front = new Front(parts, observer);
    await listen(front.#http, parts.host, parts.port);
    return front;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://${urlHostOf(this.#parts.host)}:${this.port}/primus`;
  }

  /** What the server closes from now on, it closes for good. Call before the server is stopped. */
  beginStop(): void {
    this.#isStopping = true;
  }

  /** Ends all connections, kindly first, and stops listening. */
  async close(): Promise<void> {
    this.#isStopping = true;
    const listening = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    await Promise.all([...this.#open].map((connection) => connection.finish()));
    this.#http.closeAllConnections();
    await listening;
  }

  /** The server is gone: so are its connections. */
  cutAll(): void {
    for (const connection of this.#open) connection.cut();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const isHealth = pathOf(request) === "/health" && request.method === "GET";
    const body = isHealth
      ? { status: "ok", connections: this.#open.size, ...this.#parts.facts }
      : { error: "a happn server: connect a WebSocket to /primus, or GET /health" };
    response.writeHead(isHealth ? 200 : 404, { "content-type": "application/json" });
    response.end(`${JSON.stringify(body)}\n`);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    if (!PATH.test(pathOf(request)) || this.#isStopping) {
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.#count += 1;
      const id = `connection-${this.#count}`;
      const connection = new FrontConnection(id, webSocket, {
        ...this.#parts,
        isStopping: () => this.#isStopping,
        gone: (how) => {
          this.#open.delete(connection);
          this.#observer.disconnected(id, how);
        },
      });
      this.#open.add(connection);
      this.#observer.connected(id);
      connection.start();
    });
  }
}

interface ConnectionParts extends FrontParts {
  isStopping(): boolean;
  gone(how: string): void;
}

type Upward =
  | { readonly kind: "open" }
  | { readonly kind: "frame"; readonly frame: string | Uint8Array }
  | { readonly kind: "end"; readonly how: "close" | "cut" };

type Downward = { readonly kind: "frame"; readonly text: string } | { readonly kind: "end" };

class FrontConnection {
  readonly #parts: ConnectionParts;
  readonly #socket: WebSocket;
  readonly #up: Link<Upward>;
  readonly #down: Link<Downward>;
  readonly #closed: Promise<void>;
  #server: ServerConnection | null = null;
  #isOver = false;

  constructor(id: string, socket: WebSocket, parts: ConnectionParts) {
    const { clock, streams, latency } = parts;
    this.#parts = parts;
    this.#socket = socket;
    const link = <Packet>(way: string, deliver: (packet: Packet) => void) =>
      new Link(clock, streams.stream(`network/${id}/${way}`), latency, deliver);
    this.#up = link<Upward>("up", (packet) => this.#atServer(packet));
    this.#down = link<Downward>("down", (packet) => this.#atClient(packet));
    this.#closed = new Promise((resolve) => {
      socket.once("close", (code) => {
        this.#rise({ kind: "end", how: code === 1006 ? "cut" : "close" });
        parts.gone(`close ${code}`);
        resolve();
      });
    });
    socket.on("error", () => socket.terminate());
    socket.on("message", (data, isBinary) => {
      this.#rise({ kind: "frame", frame: isBinary ? bytesOf(data) : textOf(data) });
    });
  }

  start(): void {
    this.#rise({ kind: "open" });
  }

  cut(): void {
    this.#socket.terminate();
  }

  /** Closes, and cuts who doesn't answer. */
  async finish(): Promise<void> {
    this.#socket.close();
    const cut = setTimeout(() => this.cut(), FAREWELL_MS_MAX);
    await this.#closed;
    clearTimeout(cut);
  }

  #rise(packet: Upward): void {
    this.#parts.pace.happen(() => this.#up.send(packet));
  }

  #atServer(packet: Upward): void {
    if (this.#isOver) return;
    switch (packet.kind) {
      case "open":
        this.#server = this.#parts.server.connect({
          open: () => undefined,
          frame: (text) => this.#down.send({ kind: "frame", text }),
          end: () => {
            this.#isOver = true;
            this.#down.send({ kind: "end" });
          },
        });
        return;
      case "frame":
        this.#server?.deliver(packet.frame);
        return;
      case "end":
        this.#isOver = true;
        this.#down.cut();
        this.#server?.end(packet.how);
        return;
    }
  }

  #atClient(packet: Downward): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (packet.kind === "frame") {
      this.#socket.send(packet.text);
      if (this.#socket.bufferedAmount > WAITING_BYTES_MAX) this.cut();
      return;
    }
    if (this.#parts.isStopping()) this.#socket.send(SERVER_CLOSE);
    this.#socket.close();
  }
}

/** Begins to listen. @throws AddressUnavailableError */
export function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException) =>
      reject(new AddressUnavailableError(reasonOf(cause, host, port), { cause }));
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      resolve();
    });
  });
}

function reasonOf({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  switch (code) {
    case "EADDRINUSE":
      return `port ${port} of ${host} is taken; choose another one, or 0 for any that is free`;
    case "EACCES":
      return `port ${port} may not be listened on by this user; choose one above 1023`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${host} is no address of this machine`;
    default:
      return `${host}:${port} can't be listened on (${code ?? message})`;
  }
}

function pathOf({ url = "/" }: IncomingMessage): string {
  return url.split("?")[0] ?? url;
}

/** An IPv6 address in brackets; an address that stands for all of them as one to connect to. */
export function urlHostOf(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function textOf(data: RawData): string {
  return bufferOf(data).toString("utf8");
}

function bytesOf(data: RawData): Uint8Array {
  return bufferOf(data);
}

function bufferOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
