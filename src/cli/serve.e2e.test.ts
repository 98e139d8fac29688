import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";

import { installRelease } from "../targets/node/install.js";
import {
  driveHappn3,
  farewellOf,
  happnOf,
  type Happn,
  type Step,
} from "./real-client.test-support.js";
import { runCommand } from "./run-command.test-support.js";
import { StartedCommand } from "./start-command.test-support.js";
import { packageRoot } from "./version.js";

let folder: string;
let happn: Happn;
beforeAll(async () => {
  folder = await installRelease("happner-client", "1.2.4", () => undefined);
  happn = happnOf(folder);
}, 300_000);

const running: StartedCommand[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((command) => command.kill("SIGKILL")));
});

async function serve(...args: string[]): Promise<{ command: StartedCommand; port: number }> {
  const command = new StartedCommand(["serve", "--port", "0", "--json", ...args], {});
  running.push(command);
  const { port } = await command.event("listening");
  return { command, port: Number(port) };
}

async function realServer(): Promise<{ command: StartedCommand; port: number }> {
  const port = await freePort();
  const script = join(packageRoot(), "examples", "happn-3-server.js");
  const command = new StartedCommand([String(port), folder], { script });
  running.push(command);
  await command.printed(/listens on port/);
  return { command, port };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** What the two servers may differ in, by call: a clause leaves it open, or 1.13.3 departs from it. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  "get with fields": "whether times come along with chosen fields is open (STO-7)",
  "set tag": "what a snapshot says beside the data that it is of is open (STO-9)",
  "on with initialEmit": "1.13.3 loses path and times of initial values (SUB-6)",
  "initial values": "1.13.3 loses path and times of initial values (SUB-6)",
};

describe("serve", () => {
  it("gives happn-3's own client what a real server gives it, call by call", async () => {
    const [real, ours] = [await realServer(), await serve()];

    const wanted = await driveHappn3(happn, real.port);
    const found = await driveHappn3(happn, ours.port);

    const comparable = (steps: readonly Step[]) =>
      steps.filter(([call]) => !Object.hasOwn(DIFFERENCES, call));
    expect(comparable(found)).toEqual(comparable(wanted));
    expect(found.map(([call]) => call)).toEqual(wanted.map(([call]) => call));
    expect(wanted.length).toBeGreaterThan(90);
  });

  it("says goodbye to happn-3's own client as a real server does", async () => {
    const farewells = await Promise.all(
      [await realServer(), await serve()].map(async ({ command, port }) => {
        const client = await happn.client.create({ host: "127.0.0.1", port });
        return farewellOf(client, () => void command.kill("SIGTERM"));
      }),
    );

    expect(farewells[1]).toEqual(farewells[0]);
    expect(farewells[0]).toEqual({
      told: { key: "server-side-disconnect", data: "server-side-disconnect" },
      connection: "ended",
    });
  });

  it("answers happner-client's calls of a mesh node's methods, and sends its events", async () => {
    const { port } = await serve("--node", "TestNode");
    const HappnerClient = createRequire(join(folder, "client.js"))(
      "happner-client",
    ) as HappnerClientClass;
    const client = new HappnerClient({ logger: silent });
    await client.connect({ host: "127.0.0.1", port }, {});
    const api = client.construct({
      componentName: {
        version: "^1.0.0",
        methods: { methodName: {}, causeEventMethod: {}, erroringMethodName: {}, noMethod: {} },
      },
    });
    const { componentName } = api.exchange;
    const events: unknown[] = [];
    await new Promise<void>((resolve, reject) => {
      api.event.componentName.on(
        "event/name",
        (data) => events.push(data),
        (error) => (error ? reject(error) : resolve()),
      );
    });

    expect(await componentName.methodName({ a: 1 })).toEqual([{ key: "value" }, { a: 1 }]);
    expect(await componentName.causeEventMethod()).toEqual({ key: "value" });
    expect(events).toMatchObject([{ key: "value" }]);
    await expect(componentName.erroringMethodName()).rejects.toThrow(/.+/);
    await expect(componentName.noMethod()).rejects.toThrow(/Not implemented/);
    await new Promise<void>((resolve) => client.disconnect(() => resolve()));
  });

  it("keeps a connection open by heartbeats, and tells its health", async () => {
    const { port } = await serve("--profile", "13.x", "--latency", "1..4");
    const socket = new WebSocket(`ws://127.0.0.1:${port}/primus/?_primuscb=x`);
    await once(socket, "open");
    socket.send('"primus::ping::1234"');
    const [pong] = (await once(socket, "message")) as [Buffer];
    const health = await fetch(`http://127.0.0.1:${port}/health`);
    const other = await fetch(`http://127.0.0.1:${port}/`);

    expect(pong.toString()).toBe('"primus::pong::1234"');
    expect(await health.json()).toMatchObject({ status: "ok", connections: 1, profile: "13.x" });
    expect(other.status).toBe(404);
    socket.terminate();
  });

  it("refuses a WebSocket on another path", async () => {
    const { port } = await serve();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/other`);
    const [error] = (await once(socket, "error")) as [Error];

    expect(error.message).toContain("404");
  });

  it.each(["SIGTERM", "SIGINT"] as const)("stops in an orderly way on %s", async (signal) => {
    const { command, port } = await serve();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/primus/?_primuscb=x`);
    await once(socket, "open");
    await command.event("connected");
    const frames: string[] = [];
    socket.on("message", (data: Buffer) => frames.push(data.toString()));
    const closed = once(socket, "close");

    const { code, stderr } = await command.kill(signal);
    await closed;

    expect(frames.map((frame) => JSON.parse(frame) as unknown)).toEqual([
      {
        _meta: { type: "system" },
        eventKey: "server-side-disconnect",
        data: "server-side-disconnect",
      },
      "primus::server::close",
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(command.stdout).toContain(`{"event":"stopped","how":"${signal}"}`);
  });

  it("says in one line that its port is taken", async () => {
    const { port } = await serve();

    const { code, stdout, stderr } = await runCommand(["serve", "--port", String(port)], {
      cwd: packageRoot(),
    });

    expect(code).toBe(69);
    expect(stdout).toBe("");
    expect(stderr).toBe(
      `happnstance: port ${port} of 127.0.0.1 is taken; choose another one, or 0 for any that is free\n`,
    );
  });

  it.each([
    [["--port", "70000"], /--port.*0 to 65535/],
    [["--latency", "9..1"], /--latency.*5\.\.40/],
    [["--profile", "2.x"], /--profile.*1\.x, .*13\.x/],
    [["--mutant", "none-such"], /no mutant "none-such"/],
    [["--host", "192.0.2.1", "--port", "0"], /no address of this machine/],
  ])("refuses %s", async (args, words) => {
    const { code, stderr } = await runCommand(["serve", ...args], { cwd: packageRoot() });

    expect(stderr).toMatch(words);
    expect(stderr).not.toContain("    at ");
    expect(code).toBe(args.includes("--host") ? 69 : 64);
  });
});

/** The part of happner-client that is driven here. */
interface HappnerClientClass {
  new (options: object): {
    connect(connection: object, options: object): Promise<unknown>;
    construct(model: object): {
      readonly exchange: {
        readonly componentName: Record<
          "methodName" | "causeEventMethod" | "erroringMethodName" | "noMethod",
          (...args: unknown[]) => Promise<unknown>
        >;
      };
      readonly event: {
        readonly componentName: {
          on(
            key: string,
            handler: (data: unknown) => void,
            done: (error: Error | null | undefined) => void,
          ): void;
        };
      };
    };
    disconnect(done: () => void): void;
  };
}

const say = () => undefined;
const silent = {
  createLogger: () => ({
    $$TRACE: say,
    $$DEBUG: say,
    trace: say,
    debug: say,
    info: say,
    warn: say,
    error: say,
    fatal: say,
  }),
};
