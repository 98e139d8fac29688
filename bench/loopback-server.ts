/**
 * Starts and ends the real server that the loopback driver talks to.
 *
 * @packageDocumentation
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL(`./happn-server${extname(import.meta.url)}`, import.meta.url));

export class LoopbackServer {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #gone: Promise<null>;
  #isAlive = true;

  private constructor(child: ChildProcess, url: string) {
    this.url = url;
    this.#child = child;
    this.#gone = once(child, "exit").then(() => {
      this.#isAlive = false;
      return null;
    });
  }

  /** Starts the happn-3 that is installed in the folder; rejects when it ends before it listens. */
  static async start(folder: string): Promise<LoopbackServer> {
    const port = await freePort();
    const child = fork(SCRIPT, [folder, String(port)], {
      cwd: folder,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const server = new LoopbackServer(child, `ws://127.0.0.1:${port}/primus/?_primuscb=bench`);
    if ((await Promise.race([said(child, "string"), server.#gone])) === null) {
      throw new Error(`the server of ${folder} did not start, exit ${String(child.exitCode)}`);
    }
    return server;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** CPU time that the server's process has used; rejects when it has ended. */
  async cpuMs(): Promise<number> {
    if (this.#isAlive && this.#child.connected) {
      // Of a process that has just ended, the channel may break before the end is told.
      this.#child.send("cpu", () => undefined);
      const answer = said(this.#child, "number");
      const found = await Promise.race([answer, this.#gone]);
      if (found !== null) return found as number;
    }
    throw new Error("the server's process has ended");
  }

  async end(): Promise<void> {
    if (!this.#isAlive) return;
    this.#child.kill("SIGKILL");
    await this.#gone;
  }
}

/** What the script says next of that type; messages of the server's own are passed over. */
async function said(child: ChildProcess, type: "string" | "number"): Promise<unknown> {
  for (;;) {
    const [message] = (await once(child, "message")) as [{ bench?: unknown } | null | undefined];
    const bench = message?.bench;
    if (typeof bench === type) return bench;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
