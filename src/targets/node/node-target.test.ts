import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { Clock, Disk, Streams } from "../../sim/index.js";
import { soundEnvironment } from "../environment.js";
import type { Crash, RunningTarget } from "../target.js";
import { NodeTarget } from "./node-target.js";

const folder = mkdtempSync(join(tmpdir(), "node-target-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly output: string[];
  readonly crashes: Crash[];
  readonly reports: string[];
}

let scripts = 0;

/** Runs a script as a simulated process, for an hour of its time. */
async function run(
  code: string,
  seed = "seed",
  act?: (server: RunningTarget, clock: Clock) => void,
  disk?: Disk,
): Promise<Run> {
  scripts += 1;
  const name = `script-${scripts}.js`;
  writeFileSync(join(folder, name), code);
  const seen: Run = { output: [], crashes: [], reports: [] };
  const recipe = {
    id: "script",
    profile: "1.x" as const,
    port: 55_000,
    prepare: () => Promise.resolve(join(folder, "main.js")),
    boot: ({ load }: { load: (request: string) => unknown }) => {
      load(`./${name}`);
    },
  };
  const target = new NodeTarget(recipe, { output: (text) => seen.output.push(text) });
  await target.prepare(() => {});
  await target.enter(() => {
    const clock = new Clock();
    const memory = soundEnvironment(clock, 1_000_000, new Streams(seed));
    const environment = disk === undefined ? memory : { ...memory, store: "file" as const, disk };
    const server = target.start(environment, {
      started: () => {},
      stopped: () => {},
      crashed: (crash) => seen.crashes.push(crash),
      undeterministic: (what, site) => seen.reports.push(`${what} at ${site}`),
    });
    clock.after(10, () => act?.(server, clock));
    while ((clock.nextAt() ?? Infinity) <= 3_600_000) {
      clock.step();
      server.drain();
    }
  });
  return seen;
}

const outputOf = async (code: string, seed?: string) => {
  const { output, crashes } = await run(code, seed);
  expect(crashes).toEqual([]);
  return output;
};

describe("time of a simulated process", () => {
  it("passes with the virtual clock, for Date, hrtime, performance and uptime alike", async () => {
    const output = await outputOf(`
      const start = [process.hrtime.bigint(), performance.now(), process.uptime()];
      setTimeout(() => {
        console.log(String(Date.now()));
        console.log(new Date().toISOString());
        console.log(String(new Date(0) instanceof Date && new Date().constructor === Date));
        console.log(String(process.hrtime.bigint() - start[0]));
        console.log(String(performance.now() - start[1]));
        console.log(String(Math.round((process.uptime() - start[2]) * 1000)));
      }, 2500.9);
    `);

    expect(output).toEqual([
      "1002500",
      "1970-01-01T00:16:42.500Z",
      "true",
      "2500000000",
      "2500",
      "2500",
    ]);
  });

  it("runs ticks, microtasks, immediates and timers in Node's order", async () => {
    const output = await outputOf(`
      setTimeout(() => console.log("timeout"), 0);
      setImmediate(() => {
        console.log("immediate");
        setImmediate(() => console.log("next round"));
        process.nextTick(() => console.log("tick of the immediate"));
      });
      setImmediate(() => console.log("second immediate"));
      Promise.resolve().then(() => console.log("microtask"));
      process.nextTick(() => console.log("tick"));
      console.log("main");
    `);

    expect(output).toEqual([
      "main",
      "tick",
      "microtask",
      "immediate",
      "tick of the immediate",
      "second immediate",
      "next round",
      "timeout",
    ]);
  });

  it("has timers that can be cleared, refreshed, repeated and awaited", async () => {
    const output = await outputOf(`
      const at = (what) => console.log(what + " " + (Date.now() - 1000000));
      clearTimeout(setTimeout(() => at("never"), 5));
      clearTimeout(+setTimeout(() => at("never"), 5));
      clearImmediate(setImmediate(() => at("never")));
      const refreshed = setTimeout(() => at("refreshed"), 100);
      setTimeout(() => refreshed.refresh(), 60);
      let times = 0;
      const every = setInterval(() => { at("every"); if (++times === 2) clearInterval(every); }, 30);
      require("timers/promises").setTimeout(70, "value").then((value) => at("awaited " + value));
      require("util").promisify(setTimeout)(80).then(() => at("promisified"));
      console.log(String(every.unref().hasRef()) + refreshed.ref().hasRef());
    `);

    expect(output).toEqual([
      "falsetrue",
      "every 30",
      "every 60",
      "awaited value 70",
      "promisified 80",
      "refreshed 160",
    ]);
  });

  it("runs through files and compression, which answer a round of immediates later", async () => {
    const output = await outputOf(`
      const fs = require("fs"), zlib = require("zlib");
      const file = __filename + ".data";
      fs.writeFile(file, "text", (error) => {
        fs.createReadStream(file).on("data", (data) => console.log("stream " + data));
        fs.promises.readFile(file, "utf8").then((text) => console.log("promise " + text));
        fs.readFile(file + "?", (missing) => console.log(missing.code));
      });
      const deflate = zlib.createDeflateRaw();
      deflate.on("data", (data) => console.log(zlib.inflateRawSync(data).toString()));
      deflate.end("compressed");
      zlib.inflateRaw("no such thing", (error) => console.log(error.code));
      zlib.createInflateRaw().on("error", (error) => console.log("stream " + error.code)).end("?!");
    `);

    expect([...output].sort((left, right) => (left < right ? -1 : 1))).toEqual([
      "ENOENT",
      "Z_DATA_ERROR",
      "compressed",
      "promise text",
      "stream Z_DATA_ERROR",
      "stream text",
    ]);
  });
});

describe("chance of a simulated process", () => {
  const DRAWS = `
    const crypto = require("crypto");
    console.log(String(Math.random()));
    console.log(crypto.randomBytes(5).toString("hex"));
    console.log(crypto.randomUUID() + globalThis.crypto.randomUUID());
    console.log(String(crypto.randomInt(1000000)));
    console.log(globalThis.crypto.getRandomValues(new Uint16Array(2)).join());
    console.log(crypto.randomFillSync(Buffer.alloc(6), 2, 3).toString("hex"));
    crypto.randomBytes(3, (error, bytes) => console.log(bytes.toString("hex")));
    console.log(require("os").hostname() + process.pid);
  `;

  it("is the seed's", async () => {
    const first = await outputOf(DRAWS, "one");

    expect(first).toHaveLength(8);
    expect(await outputOf(DRAWS, "one")).toEqual(first);
    expect((await outputOf(DRAWS, "two")).slice(0, 6)).not.toEqual(first.slice(0, 6));
  });

  it("passes for the original", async () => {
    const output = await outputOf(`
      const crypto = require("crypto");
      console.log(setTimeout.name + setTimeout.length + String(Date).includes("native code"));
      console.log(/^function pbkdf2\\(password/.test(crypto.pbkdf2.toString()) + Date.name);
      console.log(typeof require("fs").realpath.native);
    `);

    expect(output).toEqual([`setTimeout${setTimeout.length}true`, "trueDate", "function"]);
  });
});

describe("end of a simulated process", () => {
  it.each([
    ["in its main code", `throw new TypeError("broken");`],
    ["in a timer", `setTimeout(function late() { throw new TypeError("broken"); }, 9);`],
    ["in a tick", `process.nextTick(() => { throw new TypeError("broken"); });`],
    ["in a microtask", `queueMicrotask(() => { throw new TypeError("broken"); });`],
    ["in an immediate", `setImmediate(() => { throw new TypeError("broken"); });`],
  ])("comes with an error that nobody catches %s", async (_where, code) => {
    const { crashes } = await run(code);

    expect(crashes).toHaveLength(1);
    expect(crashes[0]).toMatchObject({ cause: "uncaught-exception", message: "TypeError: broken" });
    expect(crashes[0]?.frames[0]).toMatch(/^script-\d+\.js:1\b/);
    expect(crashes[0]?.frames.join()).not.toContain(folder);
  });

  it("comes with a rejection that nobody handles, and not with one handled in time", async () => {
    const { crashes } = await run(`
      const handled = Promise.reject(new Error("handled"));
      process.nextTick(() => handled.catch(() => {}));
      setTimeout(() => Promise.reject(new Error("lost")), 5);
    `);

    expect(crashes).toMatchObject([{ cause: "unhandled-rejection", message: "Error: lost" }]);
  });

  it("comes with an exit, and then nothing more runs", async () => {
    const { crashes, output } = await run(`
      setTimeout(() => console.log("too late"), 10);
      setImmediate(() => {
        process.nextTick(() => console.log("too late"));
        try { process.exit(3); } catch { console.log("not an error"); }
      });
      setImmediate(() => console.log("too late"));
    `);

    expect(crashes).toMatchObject([{ cause: "exit", message: "exit code 3" }]);
    expect(output).toEqual([]);
  });

  it("is put off by the process's own handlers", async () => {
    const output = await outputOf(`
      process.on("uncaughtException", (error) => console.log("caught " + error.message));
      process.on("unhandledRejection", (error) => console.log("handled " + error.message));
      setImmediate(() => console.log("alive"));
      Promise.reject(new Error("b"));
      throw new Error("a");
    `);

    expect(output).toEqual(["caught a", "handled b", "alive"]);
  });
});

describe("isolation of simulated processes", () => {
  it("lets no change of globals, prototypes, modules or listeners outlive a process", async () => {
    const leak = `
      console.log([
        typeof leaked, "extra" in [], typeof Object.keys.mark, typeof require("fs").added,
        process.listenerCount("message"), typeof process.exitCode, process.env.LEAK,
        Object.keys(require("cluster")._events).length,
      ].join());
      globalThis.leaked = 1;
      Array.prototype.extra = 1;
      Object.keys.mark = 1;
      require("fs").added = 1;
      require("fs").readFile.added = 1;
      process.on("message", () => {});
      process.exitCode = 1;
      process.env.LEAK = "yes";
      require("cluster").on("message", () => {});
      setTimeout = null;
    `;
    const before = [Date, setTimeout, console.log, process.listenerCount("message"), Math.random];
    const first = await outputOf(leak);

    expect(await outputOf(leak)).toEqual(first);
    expect(first[0]).toContain("undefined,false,undefined,undefined,0,undefined,,");
    expect([Date, setTimeout, console.log, process.listenerCount("message"), Math.random]).toEqual(
      before,
    );
    expect(process.exitCode).toBeUndefined();
    expect("extra" in []).toBe(false);
  });

  it("restores everything when the case throws, and passes the error on", async () => {
    const target = new NodeTarget({
      id: "script",
      profile: "1.x",
      port: 1,
      prepare: () => Promise.resolve(join(folder, "main.js")),
      boot: () => {},
    });
    await target.prepare(() => {});
    const RealDate = Date;
    const observer = { started() {}, stopped() {}, crashed() {}, undeterministic() {} };
    const environment = soundEnvironment(new Clock(), 0, new Streams("x"));
    const broken = target.enter(() => {
      target.start(environment, observer);
      expect(Date).not.toBe(RealDate);
      throw new Error("the engine's own");
    });

    await expect(broken).rejects.toThrow("the engine's own");
    expect(Date).toBe(RealDate);
  });
});

describe("a simulated process that ends", () => {
  it("takes the timers along that its last words set, whatever numbers they got", async () => {
    const { output } = await run(
      `
      const old = setTimeout(() => console.log("old"), 3000);
      require("http").createServer().on("upgrade", () => {
        process.nextTick(() => {
          setTimeout(() => console.log("a ghost's"), 5);
          clearTimeout(old);
        });
      }).listen(55000);
    `,
      "seed",
      (server) => {
        server.connect({ open: () => {}, frame: () => {}, end: () => {} });
        server.dispose();
      },
    );

    expect(output).toEqual([]);
  });
});

describe("what cannot be made deterministic", () => {
  it("is reported, once a place, with file and line", async () => {
    const { reports } = await run(`
      for (let n = 0; n < 3; n += 1) process.cpuUsage();
      try { require("child_process").execSync("true"); } catch {}
      try { require("dgram").createSocket("udp4"); } catch {}
      try { new (require("worker_threads").Worker)("x"); } catch {}
      require("crypto").generateKeyPairSync("ec", { namedCurve: "P-256" });
      require("fs").watch(".").close();
      crypto.subtle.digest("SHA-256", new Uint8Array(1));
      new WeakRef({});
    `);
    const places = reports.map((report) => report.replace(/script-\d+/, "script"));

    expect(places).toEqual([
      "process.cpuUsage at script.js:2",
      "child_process.execSync at script.js:3",
      "dgram.createSocket at script.js:4",
      "worker_threads.Worker at script.js:5",
      "crypto.generateKeyPairSync at script.js:6",
      "fs.watch at script.js:7",
      "crypto.subtle.digest at script.js:8",
      "WeakRef at script.js:9",
    ]);
  });
});

describe("a connection of a simulated process", () => {
  const SERVER = `
    const server = require("http").createServer();
    server.on("upgrade", (request, socket) => {
      socket.on("error", (error) => console.log(error.code));
      socket.on("end", () => console.log("end"));
      socket.on("close", (hadError) => console.log("close " + hadError));
      socket.on("data", () => socket.end());
      socket.write("HTTP/1.1 101 Switching Protocols\\r\\n\\r\\n");
    });
    server.listen(55000);
  `;
  const leaving = async (how: "close" | "cut") => {
    const { output } = await run(SERVER, "seed", (server) => {
      const connection = server.connect({
        open: () => connection.end(how),
        frame: () => {},
        end: () => {},
      });
    });
    return output;
  };

  it("is closed once both sides have ended it", async () => {
    expect(await leaving("close")).toEqual(["end", "close false"]);
  });

  it("is closed when it breaks, with the error that broke it before", async () => {
    expect(await leaving("cut")).toEqual(["ECONNRESET", "close true"]);
  });
});

describe("files of a simulated process that stores in a file", () => {
  const newDisk = () => new Disk("/var", "/var/lib", "/var/lib/server");

  it("are on the simulated disk, by callback, promise, stream and at once", async () => {
    const disk = newDisk();
    const { output, crashes } = await run(
      `
      const fs = require("fs");
      const at = (name) => "/var/lib/server/" + name;
      const isReal = fs.existsSync(__filename);
      fs.writeFile(at("a"), "one ", (error) => {
        const stream = fs.createWriteStream(at("a"), { flags: "a" });
        stream.write("two ");
        stream.end("three", async () => {
          await fs.promises.rename(at("a"), at("b"));
          fs.closeSync(fs.openSync(at("c"), "w"));
          let text = "";
          for await (const chunk of fs.createReadStream(at("b"), { highWaterMark: 4 })) text += chunk;
          console.log(text + " " + fs.readdirSync("/var/lib/server") + " " + isReal);
          process.chdir("/var/lib");
          console.log(String(fs.statSync("server/b").size));
          fs.exists(at("a"), (exists) => console.log(String(exists)));
        });
      });
    `,
      "seed",
      undefined,
      disk,
    );

    expect({ output, crashes }).toEqual({
      output: ["one two three b,c true", "13", "false"],
      crashes: [],
    });
    expect(disk.file("/var/lib/server/b")?.size).toBe(13);
  });

  it("are there for the next process, and its calls take time", async () => {
    const disk = newDisk();
    const code = `
      const fs = require("fs");
      const file = "/var/lib/server/a";
      console.log(fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "nothing");
      const began = Date.now();
      const append = (left) => {
        if (left > 0) fs.appendFile(file, "x", () => append(left - 1));
        else console.log(String(Date.now() - began > 0));
      };
      append(8);
    `;

    expect((await run(code, "seed", undefined, disk)).output).toEqual(["nothing", "true"]);
    expect((await run(code, "seed", undefined, disk)).output).toEqual(["xxxxxxxx", "true"]);
  });

  it("fail in a call that is not simulated, which is named, with the place that made it", async () => {
    const { output, reports } = await run(
      `
      const fs = require("fs");
      const code = (error) => console.log(error.code);
      try { fs.symlinkSync("/var/lib/server/a", "/elsewhere/never"); } catch (error) { code(error); }
      fs.cp("/tmp", "/var/lib/server/b", code);
      fs.promises.open("/var/lib/server/a", "w").catch(code);
    `,
      "seed",
      undefined,
      newDisk(),
    );

    expect(output).toEqual(["ENOSYS", "ENOSYS", "ENOSYS"]);
    expect(reports).toEqual([
      expect.stringMatching(/^fs\.symlinkSync in \/var\/lib\/server at script-\d+\.js:4$/),
      expect.stringMatching(/^fs\.cp in \/var\/lib\/server at script-\d+\.js:5$/),
      expect.stringMatching(/^fs\.promises\.open in \/var\/lib\/server at script-\d+\.js:6$/),
    ]);
  });
});

describe("the census of a simulated process", () => {
  it("counts timers that are set and sockets that are open, and no others", async () => {
    const counted: unknown[] = [];
    await run(
      `
      const net = require("net");
      const sockets = [];
      net.createServer((socket) => sockets.push(socket)).listen(55000);
      const interval = setInterval(() => {}, 1000);
      const fired = setTimeout(() => {}, 1);
      setTimeout(() => fired.refresh(), 24);
      clearTimeout(setTimeout(() => {}, 1000));
      setTimeout(() => {
        clearInterval(interval);
        sockets[0].destroy();
      }, 50);
    `,
      "seed",
      (server, clock) => {
        counted.push(server.census?.());
        server.connect({ open: () => {}, frame: () => {}, end: () => {} });
        server.connect({ open: () => {}, frame: () => {}, end: () => {} });
        server.drain();
        counted.push(server.census?.());
        for (const afterMs of [15, 60]) {
          clock.after(afterMs, () => counted.push(server.census?.()));
        }
      },
    );

    expect(counted).toEqual([
      // The interval, and two timeouts.
      { timers: 3, sockets: 0 },
      { timers: 3, sockets: 2 },
      // One has gone off, and set again the one that had before.
      { timers: 3, sockets: 2 },
      { timers: 0, sockets: 1 },
    ]);
  });
});
