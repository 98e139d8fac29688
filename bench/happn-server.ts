/**
 * A real happn-3 server in a process of its own, on a port of 127.0.0.1: `happn-server.js <folder>
 * <port>`. Says `{ bench: "ready" }` to its parent once it listens, answers every message with the CPU
 * time that it has used, `{ bench: <milliseconds> }`, and lives until the parent ends it. A release may
 * send its parent messages of its own.
 *
 * @packageDocumentation
 */
import { createRequire } from "node:module";
import { join } from "node:path";

interface Happn3 {
  readonly service: {
    create(options: object, done: (error: unknown, server: unknown) => void): unknown;
  };
}

const [folder, port] = process.argv.slice(2);
if (folder === undefined || port === undefined) throw new Error("a folder and a port are needed");

const { service } = createRequire(join(folder, "server.js"))("happn-3") as Happn3;
service.create({ host: "127.0.0.1", port: Number(port) }, (error) => {
  if (error !== null && error !== undefined) throw error as Error;
  process.send?.({ bench: "ready" });
});
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ bench: (user + system) / 1_000 });
});
process.on("disconnect", () => process.exit(0));
