/**
 * Stands between real clients and a real server: passes frames on, late where the network is bad, and
 * tells everything that goes by.
 *
 * Every client's connection has one of its own to the server, with the same path, query and
 * credentials; other HTTP requests are passed on as they are. A connection is as faithful as TCP
 * (docs/adr/0003): frames are delayed and held, and connections cut, but no frame is lost, repeated
 * or reordered inside of one.
 *
 * @packageDocumentation
 */
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

import { WebSocket, WebSocketServer, type RawData } from "ws";

import {
  Link,
  type Clock,
  type LinkConditions,
  type LinkLatency,
  type Pace,
  type Streams,
} from "../../sim/index.js";
import { listen, urlHostOf } from "./front.js";
import { HANDSHAKE_MS_MAX, refusalOf } from "./refusal.js";

const FRAME_BYTES_MAX = 100 * 1024 * 1024;
/** Headers of a client's that a server may ask for; the others belong to the connection itself. */
const PASSED_HEADERS = ["cookie", "authorization", "user-agent", "origin", "accept-language"];
/** What a close frame may say. */
const CLOSE_CODE_MAX = 4_999;

export interface RelayParts {
  readonly clock: Clock;
  readonly pace: Pace;
  readonly streams: Streams;
  /** `ws://host:port`; path and query are the client's. */
  readonly upstream: string;
  readonly latency: LinkLatency;
  readonly host: string;
  readonly port: number;
}

/** What goes by, in the order in which it does; each is called inside of the clock. */
export interface RelayObserver {
  /** A frame of a client's is put on the server's socket. */
  up(connection: string, text: string): void;
  /** A frame comes from the server's socket. */
  down(connection: string, text: string): void;
  opened(connection: string): void;
  closed(connection: string, by: "client" | "server" | "proxy"): void;
  /** The server could not be connected to. */
  refused(connection: string, reason: string): void;
}

export class Relay {
  readonly #parts: RelayParts;
  readonly #observer: RelayObserver;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: FRAME_BYTES_MAX,
    perMessageDeflate: false,
  });
  readonly #open = new Map<string, RelayConnection>();
  #count = 0;
  #conditions: LinkConditions | null = null;

  private constructor(parts: RelayParts, observer: RelayObserver) {
    this.#parts = parts;
    this.#observer = observer;
    this.#http = createServer((request, response) => this.#pass(request, response));
    this.#http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /**
   * Listens.
   * @throws AddressUnavailableError when the port is taken, or the host isn't this machine's
   */
  static async open(parts: RelayParts, observer: RelayObserver): Promise<Relay> {
    const relay = new Relay(parts, observer);
    await listen(relay.#http, parts.host, parts.port);
    return relay;
  }

  get url(): string {
    return `ws://${urlHostOf(this.#parts.host)}:${this.port}`;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  /** Connections that are open, in the order in which they were opened. */
  get connections(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** From now on all links are under these conditions. */
  under(conditions: LinkConditions | null): void {
    this.#conditions = conditions;
    for (const connection of this.#open.values()) connection.under(conditions);
  }

  /** Holds a connection's frames back, or lets them go on. */
  hold(connection: string, directions: readonly ("up" | "down")[], isHeld: boolean): void {
    this.#open.get(connection)?.hold(directions, isHeld);
  }

  /** Cuts a connection, both ways, without a word. */
  cut(connection: string): void {
    this.#open.get(connection)?.cut();
  }

  async close(): Promise<void> {
    const listening = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    for (const connection of this.#open.values()) connection.cut();
    this.#http.closeAllConnections();
    await listening;
  }

  /** A page, a script, a health check: the server's own answer. */
  #pass(request: IncomingMessage, response: ServerResponse): void {
    const { protocol, hostname, port } = new URL(this.#parts.upstream);
    const send = protocol === "wss:" ? httpsRequest : httpRequest;
    const upstream = send(
      {
        ...{
          hostname,
          port: port === "" ? undefined : port,
          path: request.url,
          method: request.method,
        },
        headers: { ...request.headers, host: `${hostname}${port === "" ? "" : `:${port}`}` },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    upstream.on("error", (error) => {
      if (response.headersSent) response.destroy();
      else {
        response.writeHead(502, { "content-type": "text/plain" });
        response.end(`${refusalOf(this.#parts.upstream, { error })}\n`);
      }
    });
    request.pipe(upstream);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const url = urlOf(this.#parts.upstream, request.url ?? "/");
    if (url === null) {
      socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      this.#count += 1;
      const id = `c${this.#count}`;
      const server = new WebSocket(url, {
        perMessageDeflate: false,
        handshakeTimeout: HANDSHAKE_MS_MAX,
        maxPayload: FRAME_BYTES_MAX,
        headers: passedHeaders(request),
      });
      const connection = new RelayConnection(id, client, server, {
        ...this.#parts,
        observer: this.#observer,
        gone: () => this.#open.delete(id),
      });
      connection.under(this.#conditions);
      this.#open.set(id, connection);
    });
  }
}

interface ConnectionParts extends RelayParts {
  readonly observer: RelayObserver;
  gone(): void;
}

type Packet =
  | { readonly kind: "frame"; readonly data: string | Buffer }
  | { readonly kind: "end"; readonly code: number };

/** A client's socket, the server's, and a link each way. */
class RelayConnection {
  readonly #id: string;
  readonly #parts: ConnectionParts;
  readonly #client: WebSocket;
  readonly #server: WebSocket;
  readonly #up: Link<Packet>;
  readonly #down: Link<Packet>;
  /** What the client sent before the server's socket was open. */
  readonly #early: Packet[] = [];
  readonly #held = { up: 0, down: 0 };
  #isOver = false;

  constructor(id: string, client: WebSocket, server: WebSocket, parts: ConnectionParts) {
    const { clock, streams, latency, pace } = parts;
    this.#id = id;
    this.#parts = parts;
    this.#client = client;
    this.#server = server;
    this.#up = new Link(clock, streams.stream(`network/${id}/up`), latency, (packet) =>
      this.#toServer(packet),
    );
    this.#down = new Link(clock, streams.stream(`network/${id}/down`), latency, (packet) =>
      this.#toClient(packet),
    );
    const { observer } = parts;
    pace.happen(() => observer.opened(id));
    client.on("message", (data, isBinary) =>
      this.#rise({ kind: "frame", data: dataOf(data, isBinary) }),
    );
    client.on("close", (code) => this.#rise({ kind: "end", code }));
    client.on("error", () => client.terminate());
    server.on("open", () => pace.happen(() => this.#flush()));
    server.on("message", (data, isBinary) =>
      pace.happen(() => this.#fromServer(dataOf(data, isBinary))),
    );
    server.on("unexpected-response", (_request, { statusCode }) => {
      this.#refuse(
        refusalOf(parts.upstream, statusCode === undefined ? {} : { status: statusCode }),
      );
    });
    server.on("error", (error) => {
      if (server.readyState === WebSocket.CONNECTING) {
        this.#refuse(refusalOf(parts.upstream, { error }));
      } else server.terminate();
    });
    server.on("close", (code) => pace.happen(() => this.#serverClosed(code)));
  }

  under(conditions: LinkConditions | null): void {
    this.#up.under(conditions);
    this.#down.under(conditions);
  }

  hold(directions: readonly ("up" | "down")[], isHeld: boolean): void {
    if (this.#isOver) return;
    for (const direction of directions) {
      const link = direction === "up" ? this.#up : this.#down;
      if (isHeld) {
        this.#held[direction] += 1;
        link.hold();
      } else if (this.#held[direction] > 0) {
        this.#held[direction] -= 1;
        link.release();
      }
    }
  }

  cut(): void {
    this.#end("proxy");
  }

  #rise(packet: Packet): void {
    this.#parts.pace.happen(() => {
      if (this.#isOver) return;
      this.#up.send(packet, sizeOf(packet));
    });
  }

  #toServer(packet: Packet): void {
    if (this.#isOver) return;
    if (this.#server.readyState === WebSocket.CONNECTING) {
      this.#early.push(packet);
      return;
    }
    if (packet.kind === "end") {
      this.#end("client", packet.code);
      return;
    }
    if (typeof packet.data === "string") this.#parts.observer.up(this.#id, packet.data);
    if (this.#server.readyState === WebSocket.OPEN) this.#server.send(packet.data);
  }

  #flush(): void {
    for (const packet of this.#early.splice(0)) this.#toServer(packet);
  }

  #fromServer(data: string | Buffer): void {
    if (this.#isOver) return;
    if (typeof data === "string") this.#parts.observer.down(this.#id, data);
    this.#down.send({ kind: "frame", data }, sizeOf({ kind: "frame", data }));
  }

  #serverClosed(code: number): void {
    if (this.#isOver) return;
    // What it had sent still arrives; then the client is closed as well.
    this.#parts.observer.closed(this.#id, "server");
    this.#isOver = true;
    this.#parts.gone();
    this.#up.cut();
    while (this.#held.down > 0) {
      this.#held.down -= 1;
      this.#down.release();
    }
    this.#down.send({ kind: "end", code });
  }

  #toClient(packet: Packet): void {
    if (this.#client.readyState !== WebSocket.OPEN) return;
    if (packet.kind === "frame") this.#client.send(packet.data);
    else close(this.#client, packet.code);
  }

  #refuse(reason: string): void {
    this.#parts.pace.happen(() => {
      if (this.#isOver) return;
      this.#parts.observer.refused(this.#id, reason);
      this.#end("server", 1_014);
    });
  }

  #end(by: "client" | "server" | "proxy", code = 1_006): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#up.cut();
    this.#down.cut();
    this.#parts.observer.closed(this.#id, by);
    this.#parts.gone();
    close(this.#server, code);
    close(this.#client, code);
  }
}

/** With the other side's code where a close frame may say it; else without a word. */
function close(socket: WebSocket, code: number): void {
  if (socket.readyState !== WebSocket.OPEN) {
    socket.terminate();
    return;
  }
  const isSayable = code === 1_000 || (code >= 1_007 && code <= CLOSE_CODE_MAX && code !== 1_015);
  if (isSayable) socket.close(code);
  else if (code === 1_005) socket.close();
  else if (code === 1_001) socket.close(1_001);
  else socket.terminate();
}

function sizeOf(packet: Packet): number {
  return packet.kind === "frame" ? Buffer.byteLength(packet.data) : 0;
}

function dataOf(data: RawData, isBinary: boolean): string | Buffer {
  const bytes = Array.isArray(data)
    ? Buffer.concat(data)
    : Buffer.isBuffer(data)
      ? data
      : Buffer.from(data);
  return isBinary ? bytes : bytes.toString("utf8");
}

function urlOf(upstream: string, path: string): string | null {
  if (!path.startsWith("/")) return null;
  const { protocol, host } = new URL(upstream);
  return `${protocol}//${host}${path}`;
}

function passedHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    PASSED_HEADERS.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}
