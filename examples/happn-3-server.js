/**
 * A happn-3 server on a port of 127.0.0.1, that stops in an orderly way when it is told to:
 *
 *   node examples/happn-3-server.js [<port>] [<folder in whose node_modules happn-3 is>]
 *
 * Without a port it listens on $PORT. Made for `happnstance fuzz "cmd:node examples/happn-3-server.js {port}"`
 * and `happnstance fuzz node:examples/happn-3-server.js`.
 */
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import process from "node:process";

const [port = process.env.PORT, folder = "."] = process.argv.slice(2);
const { service } = createRequire(join(resolve(folder), "server.js"))("happn-3");

service.create({ host: "127.0.0.1", port: Number(port) }, (error, server) => {
  if (error) throw error;
  process.stdout.write(`happn-3 listens on port ${port}\n`);
  const stop = () => server.stop({ reconnect: false }, () => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
});
