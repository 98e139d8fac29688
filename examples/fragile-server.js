/**
 * A small server that answers a few requests of happn, and whose process ends at the tenth: to see
 * what a crash over real sockets looks like.
 *
 *   node examples/fragile-server.js <port>
 */
import { createServer } from "node:http";
import process from "node:process";

import { WebSocketServer } from "ws";

const ACTIONS = ["configure-session", "describe", "login", "set", "get", "on", "off", "remove"];
const REQUESTS_MAX = 10;

let count = 0;

function answer(socket, { action, eventId, sessionId }) {
  count += 1;
  if (count > REQUESTS_MAX) throw new TypeError("too much");
  const data =
    action === "describe"
      ? { name: "fragile", secure: false, encryptPayloads: false, publicKey: "" }
      : {};
  const meta = { type: "response", status: "ok", action, eventId, sessionId };
  socket.send(JSON.stringify({ data, _meta: meta }));
}

const server = createServer();
new WebSocketServer({ server, path: "/primus/" }).on("connection", (socket) => {
  socket.on("message", (bytes) => {
    const text = bytes.toString();
    if (text.startsWith('"primus::ping::')) {
      socket.send(text.replace("ping", "pong"));
      return;
    }
    const request = JSON.parse(text);
    if (ACTIONS.includes(request.action)) answer(socket, request);
  });
});
server.listen(Number(process.argv[2]), "127.0.0.1");
