/**
 * What a process can learn about itself and its machine, the same everywhere; and its ways to end.
 *
 * @packageDocumentation
 */
import os from "node:os";

import { messageOf } from "./crash.js";
import type { Replacements } from "./replacement.js";
import { reported } from "./reported.js";
import { world } from "./world.js";

/** Where Node itself believes to be. */
export const NODE = "/usr/bin/node";
const PID = 4_242;
const MEBIBYTE = 1_048_576;
const MEMORY = {
  rss: 100 * MEBIBYTE,
  heapTotal: 50 * MEBIBYTE,
  heapUsed: 40 * MEBIBYTE,
  external: 2 * MEBIBYTE,
  arrayBuffers: MEBIBYTE,
};
const ENVIRONMENT = { HOME: "/home/server", PATH: "/usr/bin:/bin", LANG: "C.UTF-8" };

export function replaceFacts(replacements: Replacements): void {
  replacements.value(process, "pid", PID);
  replacements.value(process, "ppid", 1);
  replacements.value(process, "title", "node");
  replacements.value(process, "execPath", NODE);
  replacements.getter(process, "env", () => environment);
  // As constant as the machine's memory: a simulated process has no heap of its own to measure.
  replacements.method(process, "memoryUsage", () => {
    const usage = () => ({ ...MEMORY });
    return Object.assign(usage, { rss: () => MEMORY.rss });
  });
  for (const key of ["cpuUsage", "resourceUsage", "availableMemory", "constrainedMemory"]) {
    reported(replacements, process, key, `process.${key}`);
  }

  const constants: Record<string, unknown> = {
    hostname: "server",
    freemem: 1024 * MEBIBYTE,
    totalmem: 4096 * MEBIBYTE,
    loadavg: [0, 0, 0],
    networkInterfaces: {},
    cpus: [],
    homedir: ENVIRONMENT.HOME,
    tmpdir: "/tmp",
    availableParallelism: 1,
  };
  for (const [name, value] of Object.entries(constants)) {
    replacements.method(os, name, () => () => structuredClone(value));
  }
  replacements.method(os, "uptime", () => () => 3_600 + world().clock.now() / 1000);
}

let environment: Record<string, string> = { ...ENVIRONMENT };
let directory = "/";

/** What a fresh process finds; `cwd` is where it was started. */
export function resetFacts(cwd: string): void {
  environment = { ...ENVIRONMENT };
  directory = cwd;
}

export function replaceEnds(replacements: Replacements): void {
  const exit = (code?: unknown) => world().exit(Number(code ?? process.exitCode ?? 0));
  replacements.method(process, "exit", () => exit);
  replacements.method(process, "reallyExit", () => exit);
  replacements.method(process, "abort", () => () => world().exit(134));
  replacements.method(process, "kill", () => (pid: number, signal?: unknown) => {
    if (pid === PID && signal !== 0) world().exit(143);
    world().report("process.kill");
    return true;
  });
  replacements.method(process, "cwd", () => () => directory);
  replacements.method(process, "chdir", () => (next: string) => {
    directory = next;
  });
}

/**
 * Routes what Node tells the process about errors to the simulated one. An `unhandledRejection` is
 * a question only, which libraries ask as well (bluebird does): where nobody listens, Node goes on
 * to an `uncaughtException` that says where it comes from, and a library does as it likes.
 */
export function replaceErrors(replacements: Replacements): void {
  replacements.method(
    process,
    "emit",
    (original) =>
      function (this: unknown, ...args: never[]) {
        const [event, error, origin] = args as unknown[];
        if (event !== "uncaughtException") return Reflect.apply(original, this, args);
        const cause =
          origin === "unhandledRejection" ? "unhandled-rejection" : "uncaught-exception";
        world().uncaught(error, cause);
        return true;
      },
  );
}

export function replaceOutput(replacements: Replacements): void {
  for (const name of ["log", "info", "debug", "warn", "error", "trace", "dir", "table"] as const) {
    replacements.method(console, name, () => (...args: unknown[]) => {
      world().output(args.map((arg) => (typeof arg === "string" ? arg : messageOf(arg))).join(" "));
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    replacements.value(stream, "write", (chunk: unknown, ...rest: unknown[]) => {
      world().output(typeof chunk === "string" ? chunk : messageOf(chunk));
      const done = rest.at(-1);
      if (typeof done === "function") world().soon(done as () => void);
      return true;
    });
  }
}
