/**
 * Servers that are none, or go wrong in one way each, for tests of what is said of them.
 *
 * @packageDocumentation
 */
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

import { WebSocketServer, type WebSocket } from "ws";

export interface OddServer {
  readonly port: number;
  readonly url: string;
  close(): void;
}

async function listening(server: Server): Promise<OddServer> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `ws://127.0.0.1:${port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Does with each TCP connection what it is told, and speaks no HTTP. */
export function tcpServer(accept: (socket: Socket) => void): Promise<OddServer> {
  return listening(createServer(accept));
}

/** Answers every HTTP request with a status. */
export function httpServer(status: number): Promise<OddServer> {
  const server = createHttpServer((_request, response) => {
    response.writeHead(status);
    response.end("no");
  });
  return listening(server);
}

/** Accepts WebSockets, and does with each what it is told. */
export function webSocketServer(accept: (socket: WebSocket) => void): Promise<OddServer> {
  const server = createHttpServer();
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => {
    socket.on("error", () => undefined);
    accept(socket);
  });
  return listening(server);
}

/** A port that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = await tcpServer(() => undefined);
  server.close();
  return server.port;
}

/** What `describe` is answered with, so that a server passes for a happn one. */
export function answerDescribe(socket: WebSocket, text: string): boolean {
  const frame = JSON.parse(text) as { action?: string; eventId?: unknown };
  if (frame.action !== "describe") return false;
  const { action, eventId } = frame;
  const data = { name: "odd", secure: false, encryptPayloads: false, publicKey: "" };
  socket.send(JSON.stringify({ data, _meta: { type: "response", status: "ok", action, eventId } }));
  return true;
}
