import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

import { beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";

import { Clock, Streams } from "../../sim/index.js";
import { soundEnvironment } from "../environment.js";
import type { Target } from "../target.js";
import { happn3Target, EXAMINED_RELEASES } from "./index.js";
import { installRelease } from "./install.js";

/** Exchanges that a simulated and a real server must answer alike. */
const REQUESTS: readonly object[] = [
  { action: "configure-session", data: { protocol: "happn_1.3.0" } },
  { action: "describe" },
  { action: "login", data: { info: { a: 1 }, protocol: "happn_1.3.0" }, options: {} },
  { action: "on", path: "/ALL@/a/*", options: {} },
  { action: "set", path: "/a/1", data: { n: 1 }, options: { meta: { tag: "x" } } },
  { action: "set", path: "/a/1", data: { m: "ü" }, options: { merge: true, consistency: 1 } },
  { action: "set", path: "/a/2", data: [1, null, "y".repeat(300)], options: {} },
  { action: "get", path: "/a/*", options: {} },
  { action: "get", path: "/nothing", options: {} },
  { action: "off", path: "/ALL@/a/*", options: {} },
  { action: "remove", path: "/a/*", options: {} },
  { action: "get", path: "/a/1" },
];

const frameOf = (request: object, index: number) =>
  JSON.stringify({ ...request, eventId: index + 1 });

function eventIdOf(frame: string): unknown {
  const value = JSON.parse(frame) as { _meta?: { type?: string; eventId?: unknown } } | unknown[];
  if (Array.isArray(value)) return (value.at(-1) as { eventId?: unknown }).eventId;
  return value._meta?.type === "response" ? value._meta.eventId : undefined;
}

/** Leaves out what is each server's own: ids, keys, times, addresses. */
function normalised(frames: readonly string[]): unknown[] {
  const times = new Set(["created", "modified", "timestamp"]);
  const own = new Set([
    "publicKey",
    "headers",
    "address",
    "id",
    "sessionId",
    "publicationId",
    "ref",
  ]);
  return frames.map((frame): unknown =>
    JSON.parse(frame, (key, value: unknown) => {
      if (own.has(key)) return `<${key}>`;
      if (times.has(key)) return typeof value === "number" ? "<time>" : value;
      return typeof value === "string" ? value.replace(/[\da-f-]{36}/g, "<uuid>") : value;
    }),
  );
}

function simulated(target: Target): Promise<string[]> {
  return target.enter(() => {
    const clock = new Clock();
    const frames: string[] = [];
    let hasStarted = false;
    const server = target.start(
      soundEnvironment(clock, 1_700_000_000_000, new Streams("loopback")),
      {
        started: () => {
          hasStarted = true;
        },
        stopped() {},
        crashed() {},
        undeterministic() {},
      },
    );
    const step = () => {
      clock.step();
      server.drain();
    };
    while (!hasStarted) step();
    const client = server.connect({
      open() {},
      frame: (text) => frames.push(text),
      end() {},
    });
    server.drain();
    REQUESTS.forEach((request, index) => {
      client.deliver(frameOf(request, index));
      server.drain();
      for (let at = clock.now(); clock.now() < at + 20 && clock.pending > 0;) {
        clock.after(1, () => {});
        step();
      }
    });
    return frames;
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function overLoopback(version: string): Promise<string[]> {
  const port = await freePort();
  const script = `
    const done = (error) => console.log(error ? "failed " + error : "ready");
    require("happn-3").service.create({ name: "happnstance", port: ${port} }, done);
  `;
  const cwd = await installRelease("happn-3", version, () => {});
  const server = spawn(process.execPath, ["-e", script], {
    cwd,
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    let output = "";
    for await (const chunk of server.stdout) {
      output += String(chunk);
      if (/^ready$/m.test(output)) break;
    }
    const frames: string[] = [];
    const socket = new WebSocket(`ws://127.0.0.1:${port}/primus/?_primuscb=1`, {
      perMessageDeflate: false,
    });
    let answered: (eventId: unknown) => void = () => {};
    socket.on("message", (data: Buffer) => {
      frames.push(data.toString("utf8"));
      answered(eventIdOf(data.toString("utf8")));
    });
    await once(socket, "open");
    for (const [index, request] of REQUESTS.entries()) {
      await new Promise<void>((resolve) => {
        answered = (eventId) => {
          if (eventId === index + 1) resolve();
        };
        socket.send(frameOf(request, index));
      });
    }
    socket.terminate();
    return frames;
  } finally {
    server.kill();
  }
}

describe.each(EXAMINED_RELEASES)("happn-3@$version, simulated and real", ({ version }) => {
  const target = happn3Target(version);
  beforeAll(() => target.prepare(() => {}), 300_000);

  it("answers alike", async () => {
    const [here, there] = [await simulated(target), await overLoopback(version)];

    expect(here.length).toBeGreaterThan(REQUESTS.length);
    expect(normalised(here)).toEqual(normalised(there));
  });
});
