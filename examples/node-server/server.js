/**
 * A happn 1.3.0 server on a port of 127.0.0.1, by `ws`. See README.md.
 *
 *   node examples/node-server/server.js [port]      else $PORT, else any that is free
 */
import process from "node:process";
import { clearTimeout, setTimeout } from "node:timers";
import { URL } from "node:url";

import { WebSocketServer } from "ws";

import { Happn } from "./happn.js";

const PATH = "/primus";
const SILENT_MS_MAX = 60_000;
const port = Number(process.argv[2] ?? process.env.PORT ?? 0);

const happn = new Happn();
const server = new WebSocketServer({ host: "127.0.0.1", port });
server.shouldHandle = ({ url }) => new URL(url, "ws://any").pathname.replace(/\/$/, "") === PATH;

server.on("listening", () => {
  process.stdout.write(
    `node-server listens on ws://127.0.0.1:${String(server.address().port)}${PATH}\n`,
  );
});
server.on("error", (error) => {
  process.stderr.write(`node-server: ${error.message}\n`);
  process.exitCode = 1;
});
server.on("connection", (socket) => {
  const session = happn.open(socket);
  const silence = setTimeout(() => socket.close(), SILENT_MS_MAX);
  socket.on("message", (bytes, isBinary) => {
    silence.refresh();
    if (!isBinary) happn.receive(session, String(bytes));
  });
  socket.on("close", () => {
    clearTimeout(silence);
    happn.end(session);
  });
  socket.on("error", () => socket.terminate());
});

for (const name of ["SIGTERM", "SIGINT"]) {
  process.once(name, () => {
    happn.stop();
    server.close();
  });
}
