import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { installRelease } from "../targets/node/install.js";
import { driveHappn3, happnOf, type Happn } from "./real-client.test-support.js";
import { runCommand, type CommandRun } from "./run-command.test-support.js";
import { StartedCommand } from "./start-command.test-support.js";

let folder: string;
let happn: Happn;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-"));
  happn = happnOf(await installRelease("happner-client", "1.2.4", () => undefined));
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const running: StartedCommand[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((command) => command.kill("SIGKILL")));
});

async function started(...args: string[]): Promise<{ command: StartedCommand; facts: Facts }> {
  const command = new StartedCommand([...args, "--json"], { cwd: folder });
  running.push(command);
  return { command, facts: (await command.event("listening")) as unknown as Facts };
}

interface Facts {
  readonly url: string;
  readonly port: number;
  readonly recording: string;
}

const serve = (...args: string[]) => started("serve", "--port", "0", ...args);
const proxy = (upstream: string, ...args: string[]) =>
  started("proxy", "--listen", "0", "--upstream", upstream, ...args);

function run(...args: string[]): Promise<CommandRun> {
  return runCommand(args, { cwd: folder });
}

describe("proxy", () => {
  it("passes real clients' traffic on in bad weather, finds nothing wrong, and records it", async () => {
    const server = await serve();
    const weather = ["--latency", "0..3", "--jitter", "4", "--stall", "5..20"];
    const { command, facts } = await proxy(
      server.facts.url,
      ...weather,
      ...["--stall-every", "100ms", "--seed", "7", "--alone"],
    );

    const steps = await driveHappn3(happn, facts.port);
    const { code } = await command.kill("SIGINT");

    expect(steps.length).toBeGreaterThan(90);
    const summary = await command.event("stopped");
    expect(summary).toMatchObject({ how: "SIGINT", violations: 0, connections: 3 });
    expect(code).toBe(0);
    expect(Number(summary["requests"])).toBeGreaterThan(80);
    expect(command.stdout).toContain('{"event":"stalled"');

    const checked = await run("check", facts.recording, "--alone", "--json");
    expect(JSON.parse(checked.stdout)).toMatchObject({ verdict: "valid", violations: [] });
    expect(checked.code).toBe(0);
  });

  it("tells of what a server does wrong while it goes by", async () => {
    const server = await serve("--mutant", "answer-twice");
    const { command, facts } = await proxy(server.facts.url);
    const client = await happn.client.create({ host: "127.0.0.1", port: facts.port });
    await client.set("/a", { n: 1 });

    const violation = await command.event("violation");
    await client.disconnect();
    const { code } = await command.kill("SIGTERM");

    expect(violation).toMatchObject({ property: "answered-once", clause: "COR-1" });
    expect(code).toBe(1);
    const checked = await run("check", facts.recording);
    expect(checked.code).toBe(1);
    expect(checked.stdout).toContain("answered-once");
  });

  it("cuts connections, and clients come back through it", async () => {
    const server = await serve();
    const { command, facts } = await proxy(server.facts.url, "--cut-every", "300ms", "--seed", "1");
    const client = await happn.client.create({ host: "127.0.0.1", port: facts.port });
    const isBack = new Promise<void>((resolve) => {
      client.onEvent("reconnect-successful", () => resolve());
    });

    await command.event("cut");
    await isBack;
    const { code } = await command.kill("SIGTERM");

    expect(code).toBe(0);
    expect(command.stdout).toContain('"by":"proxy"');
    // The library tries to connect for ever; there is nobody to tell of it.
    client.disconnect().catch(() => undefined);
  });

  it("passes other HTTP requests on", async () => {
    const server = await serve();
    const { facts } = await proxy(server.facts.url);

    const health = await fetch(`http://127.0.0.1:${facts.port}/health`);

    expect(await health.json()).toMatchObject({ status: "ok", target: "reference" });
  });
});

describe("recordings of others", () => {
  const up = (t: number, conn: string, frame: object) => ({ t, conn, dir: "up", frame });
  const down = (t: number, conn: string, frame: object) => ({ t, conn, dir: "down", frame });
  const answer = (action: string, eventId: number, data: unknown) => ({
    data,
    _meta: { type: "response", status: "ok", action, eventId },
  });
  const SESSION = "0b3f2e3a-7d1c-4c58-9a55-0d9f4b0f3c11";
  const LOGIN = [
    up(1, "a", { action: "login", eventId: 1, data: { info: {}, protocol: "happn_1.3.0" } }),
    down(2, "a", answer("login", 1, { id: SESSION })),
  ];
  const GET = [
    up(3, "a", { action: "get", eventId: 2, path: "/a" }),
    down(4, "a", answer("get", 2, null)),
    down(5, "a", answer("get", 2, null)),
  ];
  const publication = {
    data: {},
    _meta: {
      type: "data",
      path: "/a",
      channel: "/SET@/a",
      action: "/SET@/a",
      publicationId: "x-1",
    },
  };

  function lines(name: string, ...items: readonly object[]): string {
    writeFileSync(join(folder, name), items.map((item) => `${JSON.stringify(item)}\n`).join(""));
    return name;
  }

  it("are judged, with what is wrong in them", async () => {
    const { code, stdout } = await run("check", lines("whole.jsonl", ...LOGIN, ...GET));

    expect(stdout).toMatch(/answered-once +COR-1/);
    expect(code).toBe(1);
  });

  it("are unknown where the beginning is missing, and never wrong for that", async () => {
    const file = lines("partial.jsonl", down(1, "a", publication), ...GET);
    const { code, stdout } = await run("check", file);

    expect(stdout).toContain("partial.jsonl: unknown");
    expect(stdout).toContain("unknown  recording: the beginning of a is missing");
    expect(code).toBe(2);
  });

  it("leave open what clients may have done that are not in them", async () => {
    const set = [
      up(3, "a", { action: "set", eventId: 2, path: "/a", data: { n: 1 } }),
      down(4, "a", {
        data: { n: 1 },
        _meta: {
          ...{ type: "response", status: "ok", action: "set", eventId: 2, path: "/a" },
          ...{ created: 1, modified: 1, published: true },
        },
      }),
      up(5, "a", { action: "get", eventId: 3, path: "/a" }),
      down(6, "a", answer("get", 3, { n: 2 })),
    ];
    const file = lines("others.jsonl", ...LOGIN, ...set);

    const open = await run("check", file, "--json");
    const closed = await run("check", file, "--alone");

    expect(JSON.parse(open.stdout)).toMatchObject({ verdict: "unknown", violations: [] });
    expect(open.code).toBe(2);
    expect(closed.stdout).toContain("store-linearizable");
    expect(closed.code).toBe(1);
  });

  it("may be HAR files", async () => {
    const messages = [...LOGIN, ...GET].map(({ t, dir, frame }) => ({
      type: dir === "up" ? "send" : "receive",
      time: 1_700_000_000 + t / 1_000,
      opcode: 1,
      data: JSON.stringify(frame),
    }));
    const entry = {
      request: { url: "ws://localhost:55000/primus/?_primuscb=x" },
      _webSocketMessages: messages,
    };
    const har = { log: { entries: [{ request: { url: "http://localhost/" } }, entry] } };
    writeFileSync(join(folder, "page.har"), JSON.stringify(har));

    const { code, stdout } = await run("check", "page.har");

    expect(stdout).toMatch(/answered-once +COR-1/);
    expect(code).toBe(1);
    expect(readFileSync(join(folder, "page.har"), "utf8")).toContain("_webSocketMessages");
  });
});
