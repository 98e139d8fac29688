/**
 * Sends frames to a real happn-3 server over real loopback sockets, and prints every frame in and
 * out. It shares no code with happnstance: it is here to confirm a finding independently.
 *
 *   node examples/probe.js <folder where happn-3 is installed> <script.json> [<data file>]
 *
 * With a data file the server keeps its data there, else in memory. In a shell with `ulimit -f 8`
 * the disk is full for it once that file has 8 KiB.
 *
 * A script is a JSON array of steps, done in order:
 *
 *   {"client": "c1", "frame": {"action": "get", "path": "/a", "eventId": 1}}   send a frame
 *   {"client": "c1", "frame": "{not json"}                  … as it stands
 *   {"client": "c1", "frame": …, "pipelined": true}         … without waiting for what comes back
 *   {"client": "c1", "close": true}  {"client": "c1", "cut": true}   end the connection
 *   {"waitMs": 2000}  {"stop": true}  {"note": "any text"}
 *   {"withdraw": {"group": "g1", "path": "/a", "action": "on"}}   the administrator takes a permission
 *   {"secure": {"groups": {"g1": {"/a": ["get"]}}, "users": {"ann": ["g1"]}}}
 *        as the first step: the server is started with `secure: true` and has these groups, with their
 *        permissions, and these users, with their groups; the password of ann is "of-ann"
 *
 * A client connects when it is first named. `"$c1"` anywhere in a frame stands for the session id
 * that c1's `login` was answered with, `"$publication:c1"` for the last publicationId that c1 heard.
 * After each step the probe waits until nothing has come in for 150 ms.
 */
import { fork } from "node:child_process";
import console from "node:console";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import path from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import WebSocket from "ws";

const QUIET_MS = 150;

/** Runs in the server's own process: the package as npm delivered it, with its defaults. */
async function serve(folder, port, { filename, secure }) {
  const happn = createRequire(path.join(folder, "package.json"))("happn-3");
  const options = { host: "127.0.0.1", port: Number(port), secure: secure !== undefined };
  if (filename !== undefined) {
    options.services = { data: { config: { filename, fsync: true } } };
  }
  const service = await new Promise((resolve, reject) => {
    const made = happn.service.create(options, (error, instance) =>
      error ? reject(error) : resolve(instance),
    );
    made?.then?.(resolve, reject);
  });
  const permissions = secure === undefined ? {} : await establish(service, secure);
  process.on("message", async (message) => {
    if (message === "stop") service.stop(() => process.exit(0));
    else {
      await withdraw(service, permissions, message.withdraw);
      process.send("done");
    }
  });
  process.send("ready");
}

/** What a call with a callback answers. */
function called(call) {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)));
  });
}

async function establish({ services: { security } }, { groups, users }) {
  const ofGroups = security.groups ?? security.users;
  for (const [name, paths] of Object.entries(groups)) {
    const permissions = Object.fromEntries(
      Object.entries(paths).map(([path, actions]) => [path, { actions }]),
    );
    await called((done) => ofGroups.upsertGroup({ name, permissions }, {}, done));
  }
  for (const [username, names] of Object.entries(users)) {
    const password = `of-${username}`;
    await called((done) => security.users.upsertUser({ username, password }, {}, done));
    for (const name of names) {
      const group = await called((done) => ofGroups.getGroup(name, {}, done));
      const user = await called((done) => security.users.getUser(username, done));
      await called((done) => ofGroups.linkGroup(group, user, {}, done));
    }
  }
  return groups;
}

async function withdraw({ services: { security } }, groups, { group: name, path, action }) {
  const ofGroups = security.groups ?? security.users;
  if (ofGroups.removePermission) return ofGroups.removePermission(name, path, action);
  groups[name][path] = groups[name][path].filter((each) => each !== action);
  const permissions = Object.fromEntries(
    Object.entries(groups[name]).map(([each, actions]) => [each, { actions }]),
  );
  return called((done) => ofGroups.upsertGroup({ name, permissions }, {}, done));
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

class Probe {
  #startedAt = performance.now();
  #heardAt = performance.now();
  #clients = new Map();
  #names = new Map();
  #stopped = false;

  constructor(server, port) {
    this.server = server;
    this.port = port;
    server.on("exit", (code, signal) => {
      this.#stopped = true;
      this.print("server", "!!", `process ended, ${signal ?? `exit ${code}`}`);
    });
  }

  /** True once the server's process has ended: nothing can be asked of it any more. */
  get isOver() {
    return this.#stopped;
  }

  print(who, arrow, text) {
    const at = (performance.now() - this.#startedAt).toFixed(0).padStart(6);
    console.log(`${at} ms  ${who.padEnd(6)} ${arrow} ${text}`);
  }

  async step(step) {
    if (step.note !== undefined) console.log(`\n# ${step.note}`);
    if (step.waitMs !== undefined) await sleep(step.waitMs);
    if (step.stop) this.server.send("stop");
    if (step.withdraw !== undefined) {
      this.server.send({ withdraw: step.withdraw });
      await new Promise((resolve) => this.server.once("message", resolve));
    }
    if (step.client !== undefined) {
      const { socket } = await this.#client(step.client);
      if (step.frame !== undefined) this.#send(step.client, socket, step.frame);
      if (step.close) socket.close();
      if (step.cut) socket.terminate();
      if (step.close || step.cut) this.#clients.delete(step.client);
    }
    if (step.pipelined) return;
    this.#heardAt = performance.now();
    while (performance.now() - this.#heardAt < QUIET_MS) await sleep(10);
  }

  async #client(name) {
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}/primus/?_primuscb=${name}`);
    const client = { socket };
    this.#clients.set(name, client);
    socket.on("message", (bytes) => this.#heard(name, String(bytes)));
    socket.on("close", (code) => this.print(name, "--", `closed, ${code}`));
    socket.on("error", (error) => this.print(name, "--", `error, ${error.message}`));
    await new Promise((resolve) => socket.once("open", resolve).once("close", resolve));
    return client;
  }

  #send(name, socket, frame) {
    let text = typeof frame === "string" ? frame : JSON.stringify(frame);
    for (const [key, value] of this.#names) text = text.replaceAll(`$${key}`, value);
    this.print(name, "->", text);
    socket.send(text);
  }

  #heard(name, text) {
    this.#heardAt = performance.now();
    this.print(name, "<-", text);
    const frame = JSON.parse(text);
    if (frame?._meta?.action === "login" && frame.data?.id) this.#names.set(name, frame.data.id);
    if (frame?._meta?.publicationId) {
      this.#names.set(`publication:${name}`, frame._meta.publicationId);
    }
  }

  end() {
    for (const { socket } of this.#clients.values()) socket.terminate();
    this.server.removeAllListeners("exit").kill("SIGKILL");
  }
}

async function main([folder, script, file]) {
  if (script === undefined) {
    console.error(
      "usage: node examples/probe.js <folder with happn-3 installed> <script.json> [<data file>]",
    );
    process.exitCode = 64;
    return;
  }
  const steps = JSON.parse(readFileSync(script, "utf8"));
  const port = await freePort();
  const [{ secure } = {}] = steps;
  const filename = file === undefined ? undefined : path.resolve(file);
  const setup = JSON.stringify({ filename, secure });
  const serverArguments = ["--serve", path.resolve(folder), String(port), setup];
  const server = fork(fileURLToPath(import.meta.url), serverArguments, {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await new Promise((resolve, reject) => {
    server.once("message", resolve);
    server.once("exit", (code) => reject(new Error(`the server did not start, exit ${code}`)));
  });
  server.removeAllListeners("exit");
  const probe = new Probe(server, port);
  try {
    for (const step of steps) {
      if (probe.isOver) break;
      await probe.step(step);
    }
  } finally {
    probe.end();
  }
}

if (process.argv[2] === "--serve") {
  const [folder, port, setup] = process.argv.slice(3);
  await serve(folder, port, JSON.parse(setup));
} else await main(process.argv.slice(2));
