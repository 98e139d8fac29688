import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import {
  answerDescribe,
  closedPort,
  httpServer,
  tcpServer,
  webSocketServer,
  type OddServer,
} from "./odd-servers.test-support.js";
import { runCommand, type CommandRun } from "./run-command.test-support.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open: OddServer[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function opened(server: Promise<OddServer>): Promise<string> {
  const one = await server;
  open.push(one);
  return one.url;
}

function run(...args: string[]): Promise<CommandRun> {
  return runCommand(args, { cwd: folder });
}

/** One line on stderr, nothing like a stack. */
function expectOneLine({ code, stderr }: CommandRun, wanted: number, words: RegExp): void {
  const lines = stderr.trim().split("\n");
  expect(stderr).toMatch(words);
  expect(lines.filter((line) => line.startsWith("happnstance: "))).toHaveLength(1);
  expect(stderr).not.toContain("    at ");
  expect(code).toBe(wanted);
}

type Start = (opened: (server: Promise<OddServer>) => Promise<string>) => Promise<string>;

/** Everything that keeps a campaign and a proxy from beginning. */
const UNAVAILABLE: readonly (readonly [string, Start, RegExp])[] = [
  [
    "is not there",
    async () => `ws://127.0.0.1:${await closedPort()}`,
    /nothing listens at ws:\/\/127\.0\.0\.1:\d+ \(connection refused\)/,
  ],
  [
    "closes at once",
    (opened) => opened(tcpServer((socket) => socket.destroy())),
    /accepts connections and closes them at once/,
  ],
  [
    "closes the WebSocket at once",
    (opened) => opened(webSocketServer((socket) => socket.close(1011))),
    /closes the WebSocket at once \(1011\)/,
  ],
  ["answers HTTP 404", (opened) => opened(httpServer(404)), /answers HTTP 404 at \/primus\//],
  [
    "speaks something else",
    (opened) => opened(tcpServer((socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n"))),
    /does not speak HTTP; it is no happn server/,
  ],
  [
    "answers garbage",
    (opened) => opened(webSocketServer((socket) => socket.send("<html>\u0000…"))),
    /speaks WebSocket, but not happn \(not JSON\): "<html>/,
  ],
  [
    "answers another question",
    (opened) => opened(webSocketServer((socket) => socket.send('{"hello":"world"}'))),
    /speaks WebSocket, but not happn \(no _meta\)/,
  ],
  [
    "hangs on connect",
    (opened) => opened(tcpServer(() => undefined)),
    /has not answered the WebSocket handshake in 10 s/,
  ],
  [
    "hangs once connected",
    (opened) => opened(webSocketServer(() => undefined)),
    /accepts WebSockets, but answers nothing in 10 s/,
  ],
  [
    "floods",
    (opened) =>
      opened(
        webSocketServer((socket) => {
          for (let count = 0; count < 2_000; count += 1) socket.send('"primus::noise"');
        }),
      ),
    /floods: 1000 frames that nobody asked for/,
  ],
  [
    "wants credentials",
    (opened) =>
      opened(
        webSocketServer((socket) =>
          socket.on("message", () => {
            const _meta = { type: "response", status: "ok", action: "describe", eventId: 1 };
            socket.send(JSON.stringify({ data: { secure: true }, _meta }));
          }),
        ),
      ),
    /is a secure server/,
  ],
];

describe.concurrent("a server that", () => {
  it.each(UNAVAILABLE)(
    "%s is told in one line, and nothing is run",
    async (_name, start, words) => {
      const servers: OddServer[] = [];
      const url = await start(async (server) => {
        servers.push(await server);
        return servers[0]?.url ?? "";
      });
      try {
        const fuzzed = run("fuzz", url, "--cases", "1");
        const proxied = run("proxy", "--listen", "0", "--upstream", url);

        expectOneLine(await fuzzed, 69, words);
        expectOneLine(await proxied, 69, words);
      } finally {
        for (const server of servers) server.close();
      }
    },
  );
});

describe("a server that goes wrong in the middle", () => {
  const FUZZ = ["--cases", "1", "--workers", "1", "--seed", "1", "--speed", "1000"];
  const QUICK = [...FUZZ, "--patience", "2s", "--runs", "1"];

  it("hangs: that is a finding", async () => {
    const url = await opened(
      webSocketServer((socket) =>
        socket.on("message", (data: Buffer) => {
          const text = data.toString();
          if (text.startsWith("{")) answerDescribe(socket, text);
        }),
      ),
    );

    const { code, stdout } = await run("fuzz", url, ...QUICK);

    expect(stdout).toMatch(/must +server-survives +FRM-5/);
    expect(stdout).toMatch(/the server answers nothing, no heartbeat either, in 2000 ms/);
    expect(code).toBe(1);
  });

  it("ends connections as soon as something is asked of it: that is a finding", async () => {
    const url = await opened(
      webSocketServer((socket) =>
        socket.on("message", (data: Buffer) => {
          if (!answerDescribe(socket, data.toString())) socket.close(1011);
        }),
      ),
    );

    const { code, stdout, stderr } = await run("fuzz", url, ...QUICK);

    expect(stdout).toMatch(/new finding/);
    expect(stderr).not.toContain("    at ");
    expect(code).toBe(1);
  });

  it("floods: that is a finding", async () => {
    const url = await opened(
      webSocketServer((socket) =>
        socket.on("message", (data: Buffer) => {
          if (answerDescribe(socket, data.toString())) return;
          const more = () => {
            for (let count = 0; count < 2_000; count += 1) socket.send('"primus::noise"');
            if (socket.readyState === socket.OPEN) setImmediate(more);
          };
          more();
        }),
      ),
    );

    const { code, stdout } = await run("fuzz", url, ...QUICK);

    expect(stdout).toMatch(/the server is still busy after 200000 events/);
    expect(code).toBe(1);
  });
});

describe("the arguments of targets in real time", () => {
  it.each([
    [["fuzz", "cmd:node server.js"], /does not say where its port belongs: put \{port\}/],
    [["fuzz", "cmd:"], /"cmd:" needs a command/],
    [["fuzz", "ws://"], /no URL of a WebSocket; it looks like ws:\/\/127\.0\.0\.1:55000/],
    [["fuzz", "http://127.0.0.1:1"], /no URL of a WebSocket/],
    [["fuzz", "reference", "--speed", "2"], /--speed is for targets in real time/],
    [["replay", "hs1-7-0001-wabcde"], /made by generator|name it with --target/],
    [["proxy", "--listen", "0", "--upstream", "localhost"], /--upstream takes one like/],
  ])("%s", async (args, words) => {
    expectOneLine(await run(...args), 64, words);
  });

  it.each([
    ["--speed", "0"],
    ["--speed", "fast"],
    ["--profile", "2.x"],
    ["--runs", "many"],
  ])("refuses %s %s", async (flag, value) => {
    const { code, stderr } = await run("fuzz", "ws://127.0.0.1:1", flag, value);

    expect(code).toBe(64);
    expect(stderr).toContain(flag);
    expect(stderr).not.toContain("    at ");
  });

  it("says how a command ended that exits at once, and what it said last", async () => {
    const command = `cmd:node -e "throw new RangeError('no disk')" {port}`;

    expectOneLine(
      await run("fuzz", command, "--cases", "1"),
      69,
      /the command ended before it accepted connections \(exit 1: RangeError: no disk\)/,
    );
  });

  it("says that a command does not listen on its port", async () => {
    const command = `cmd:node -e "setInterval(() => {}, 1000)" {port}`;

    expectOneLine(
      await run("fuzz", command, "--cases", "1", "--start-timeout", "2s"),
      69,
      /does not listen on port \d+ of 127\.0\.0\.1 after 2 s; is \{port\} in its right place\?/,
    );
  });

  it("says that the command of --reset failed", async () => {
    const { port } = await tcpServer(() => undefined);

    expectOneLine(
      await run(
        "fuzz",
        `ws://127.0.0.1:${port}`,
        "--cases",
        "1",
        "--reset",
        "echo lost >&2; exit 3",
      ),
      69,
      /the command of --reset failed \(exit 3: lost\)/,
    );
  });

  it("says that the proxy's port is taken", async () => {
    const taken = await tcpServer(() => undefined);
    open.push(taken);
    const url = await opened(
      webSocketServer((socket) =>
        socket.on("message", (data: Buffer) => answerDescribe(socket, data.toString())),
      ),
    );

    expectOneLine(
      await run("proxy", "--listen", String(taken.port), "--upstream", url),
      69,
      /port \d+ of 127\.0\.0\.1 is taken/,
    );
  });
});

describe("recordings", () => {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return name;
  };
  const LINE = '{"t":1,"conn":"a","dir":"up","frame":"{}"}\n';

  it.each([
    ["a.har", "{", /a\.har: is not JSON \(.*line 1\)/],
    ["b.har", '{\n"log": {\n"entries": [,]}}', /b\.har: is not JSON \(line 3\)/],
    ["c.har", "{}", /c\.har: is no HAR file: it has no log\.entries/],
    ["d.har", '{"log":{"entries":[{"request":{}}]}}', /d\.har: holds no WebSocket messages/],
    [
      "e.har",
      '{"log":{"entries":[{"_webSocketMessages":[{"type":"send","time":1,"data":"{}"},{"type":"?"}]}]}}',
      /e\.har: has a WebSocket message that can't be read: 2 of entry 1/,
    ],
    ["a.jsonl", `${LINE}{"t":2,`, /a\.jsonl: line 2 is not JSON/],
    ["b.jsonl", `${LINE}{"t":2,"conn":"a","dir":"sideways","frame":""}`, /line 2 has a "dir"/],
    ["c.jsonl", `${LINE}{"conn":"a","dir":"up","frame":""}`, /line 2 has no time "t"/],
    ["d.jsonl", `${LINE}{"t":2,"dir":"up","frame":""}`, /line 2 has no "conn"/],
    ["e.jsonl", `${LINE}{"t":2,"conn":"a","dir":"up"}`, /line 2 has no "frame"/],
    ["f.jsonl", `${LINE}{"t":0,"conn":"a","dir":"up","frame":""}`, /line 2 goes back in time/],
    ["g.jsonl", "[]\n", /g\.jsonl: line 1 is no JSON object/],
    ["h.txt", "", /a recording is a transcript \(\.md\), a history or lines/],
  ])("names the place in %s", async (name, text, words) => {
    expectOneLine(await run("check", file(name, text)), 64, words);
  });
});
