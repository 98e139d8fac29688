/**
 * The network of a simulated process: servers listen without a port, nothing can be reached outside.
 *
 * @packageDocumentation
 */
import http from "node:http";
import net, { type Server, type Socket } from "node:net";

import type { Replacements } from "./replacement.js";
import { VirtualSocket, type Peer } from "./virtual-socket.js";
import { world } from "./world.js";

const FIRST_CLIENT_PORT = 40_001;
const FIRST_FREE_PORT = 50_001;

/** What this module touches of net.Server beyond its types. */
interface Listening extends Server {
  _handle: Handle | null;
  _connectionKey?: string;
}

/** Enough of a TCP handle for `close()` and `address()` to work as they are. */
class Handle {
  readonly #port: number;
  readonly #host: string;
  readonly #closed: () => void;

  constructor(host: string, port: number, closed: () => void) {
    this.#host = host;
    this.#port = port;
    this.#closed = closed;
  }

  close(): void {
    this.#closed();
  }

  getsockname(out: { address?: string; family?: string; port?: number }): number {
    out.address = this.#host;
    out.family = this.#host.includes(":") ? "IPv6" : "IPv4";
    out.port = this.#port;
    return 0;
  }

  ref(): void {
    // A simulated process lives as long as its case.
  }

  unref(): void {
    // A simulated process lives as long as its case.
  }
}

const listening = new Map<number, Listening>();
let clientPort = FIRST_CLIENT_PORT;
let freePort = FIRST_FREE_PORT;
/** Who wants to know what listens, and when nothing does any more. */
let watcher: ListeningWatcher | null = null;

export interface ListeningWatcher {
  /** A server accepts connections at a port. */
  listens(port: number): void;
  /** The last server has closed, and all of its connections have ended. */
  closed(): void;
}

/** Watches the servers of the process that runs now. */
export function watchListening(next: ListeningWatcher): void {
  watcher = next;
}

/** Whether something listens at a port. */
export function isListening(port: number): boolean {
  return listening.has(port);
}

function watchClose(server: Server): void {
  openServers.add(server);
  server.once("close", () => {
    if (openServers.delete(server) && openServers.size === 0) watcher?.closed();
  });
}

/** Those that listen, or still have connections. */
const openServers = new Set<Server>();

/** The sockets of clients that were ever open, until somebody counts. */
let sockets: VirtualSocket[] = [];

/** How many sockets of clients are open. */
export function socketsOpen(): number {
  sockets = sockets.filter(({ destroyed }) => !destroyed);
  return sockets.length;
}

/** Forgets what listens; for the end of a process. */
export function closeNetwork(): void {
  sockets = [];
  for (const server of listening.values()) stopChecking(server);
  listening.clear();
  openServers.clear();
  watcher = null;
  clientPort = FIRST_CLIENT_PORT;
  freePort = FIRST_FREE_PORT;
}

/** Connects to what listens at the port; null when nothing does. */
export function connectTo(port: number, peer: Peer): VirtualSocket | null {
  const server = listening.get(port);
  if (server === undefined) return null;
  const socket = new VirtualSocket(server, clientPort, port, peer);
  clientPort += 1;
  sockets.push(socket);
  server.emit("connection", socket);
  return socket;
}

/** http starts a real timer in every listening server; virtual requests need none. */
function stopChecking(server: Server): void {
  for (const symbol of Object.getOwnPropertySymbols(server)) {
    if (symbol.description !== "http.server.connectionsCheckingInterval") continue;
    const interval = (server as unknown as Record<symbol, NodeJS.Timeout | undefined>)[symbol];
    if (interval !== undefined) clearRealInterval(interval);
  }
}

const clearRealInterval = clearInterval;

interface Address {
  readonly port: number;
  readonly host: string;
  readonly path?: string;
}

/** Reads the arguments of `listen` and `connect`: (options), (port, host), (path). */
function addressOf(args: readonly unknown[]): Address {
  const [first, second] = args;
  if (typeof first === "object" && first !== null) {
    const { port, host, path } = first as { port?: unknown; host?: unknown; path?: unknown };
    if (typeof path === "string") return { port: 0, host: "", path };
    return { port: Number(port ?? 0), host: typeof host === "string" ? host : "" };
  }
  if (typeof first === "string" && !/^\d+$/.test(first)) return { port: 0, host: "", path: first };
  return { port: Number(first ?? 0), host: typeof second === "string" ? second : "" };
}

function callbackOf(args: readonly unknown[]): (() => void) | undefined {
  const last = args.at(-1);
  return typeof last === "function" ? (last as () => void) : undefined;
}

function systemError(code: string, errno: number, syscall: string, address: Address): Error {
  const { host, port, path } = address;
  const where = path ?? `${host || "127.0.0.1"}:${port}`;
  const details = path === undefined ? { address: host || "127.0.0.1", port } : { address: path };
  return Object.assign(new Error(`${syscall} ${code} ${where}`), {
    errno,
    code,
    syscall,
    ...details,
  });
}

function listen(server: Listening, args: readonly unknown[]): Server {
  const callback = callbackOf(args);
  if (callback !== undefined) server.once("listening", callback);
  const address = addressOf(args);
  if (address.path !== undefined) world().report("net.Server.listen on a path");
  const port = address.port === 0 ? freePort : address.port;
  if (address.port === 0) freePort += 1;

  if (listening.has(port)) {
    const error = systemError("EADDRINUSE", -98, "listen", { ...address, port });
    world().soon(() => server.emit("error", error));
    return server;
  }
  listening.set(port, server);
  server._handle = new Handle(address.host || "::", port, () => {
    stopChecking(server);
    if (listening.get(port) === server) listening.delete(port);
  });
  server._connectionKey = `4:${address.host || "0.0.0.0"}:${port}`;
  world().soon(() => {
    if (server._handle === null) return;
    try {
      server.emit("listening");
    } finally {
      stopChecking(server);
    }
    if (watcher === null || listening.get(port) !== server) return;
    watchClose(server);
    watcher.listens(port);
  });
  return server;
}

function connect(socket: Socket, args: readonly unknown[]): Socket {
  // net.connect() normalises its arguments into one array first.
  const [first] = args;
  const plain = Array.isArray(first) ? (first as unknown[]) : args;
  const callback = callbackOf(plain);
  if (callback !== undefined) socket.once("connect", callback);
  const address = addressOf(plain);
  if (listening.has(address.port)) world().report("a connection of the server to itself");
  Object.assign(socket, { connecting: true });
  const error = systemError("ECONNREFUSED", -111, "connect", address);
  world().answer(() => {
    Object.assign(socket, { connecting: false });
    socket.destroy(error);
  });
  return socket;
}

export function replaceNetwork(replacements: Replacements): void {
  replacements.method(
    net.Server.prototype,
    "listen",
    () =>
      function (this: Listening, ...args: unknown[]) {
        return listen(this, args);
      } as never,
  );
  replacements.method(
    net.Socket.prototype,
    "connect",
    () =>
      function (this: Socket, ...args: unknown[]) {
        return connect(this, args);
      } as never,
  );
  replaceDateHeader(replacements, http.OutgoingMessage.prototype);
}

/** Answers carry the date; http takes it from the real clock, out of reach. */
function replaceDateHeader(replacements: Replacements, prototype: object): void {
  replacements.method(
    prototype,
    "_storeHeader",
    (original) =>
      function (this: { sendDate: boolean; _header: string }, ...args: never[]) {
        const dated = this.sendDate && !/^date$/im.test(headerNames(this, args[1]));
        const result = Reflect.apply(original, this, args);
        if (dated) {
          this._header = this._header.replace(
            /\r\nDate: [^\r]*\r\n/,
            `\r\nDate: ${new Date().toUTCString()}\r\n`,
          );
        }
        return result;
      } as never,
  );
}

/** The names of the headers that a message was given, one a line. */
function headerNames(message: object, given: unknown): string {
  const set = (message as { getHeaderNames?(): string[] }).getHeaderNames?.() ?? [];
  const more: unknown[] = Array.isArray(given) ? given.flat() : Object.keys(given ?? {});
  return [...set, ...more.filter((name) => typeof name === "string")].join("\n");
}
