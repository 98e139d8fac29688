/**
 * What is out of the simulation's reach: used all the same, or refused, but always reported.
 *
 * @packageDocumentation
 */
import childProcess from "node:child_process";
import cluster from "node:cluster";
import dgram from "node:dgram";
import dns from "node:dns";
import v8 from "node:v8";
import workerThreads from "node:worker_threads";

import { disguise, type Replacements } from "./replacement.js";
import { world } from "./world.js";

type Constructor = new (...args: unknown[]) => object;

/** Lets a function do its work, and reports it, unless `instead` has something to do in its place. */
export function reported(
  replacements: Replacements,
  holder: object,
  key: string,
  what: string,
  instead: (args: readonly unknown[]) => (() => unknown) | null = () => null,
): void {
  replacements.method(
    holder,
    key,
    (original) =>
      function (this: unknown, ...args: never[]) {
        const other = instead(args);
        if (other !== null) return other();
        world().report(what);
        return new.target === undefined
          ? Reflect.apply(original, this, args)
          : (Reflect.construct(original, args, new.target) as unknown);
      },
  );
}

/** Reports a function, and throws instead of running it: its effects would outlive the process. */
export function refused(
  replacements: Replacements,
  holder: object,
  key: string,
  what: string,
): void {
  replacements.method(holder, key, () => () => {
    world().report(what);
    throw Object.assign(new Error(`${what} is not simulated`), { code: "ENOSYS" });
  });
}

/** Lets a class be constructed, and reports it. */
function reportedClass(replacements: Replacements, key: string, what: string): void {
  const original = (globalThis as Record<string, unknown>)[key] as Constructor | undefined;
  if (original === undefined) return;
  function Reported(...args: unknown[]): object {
    world().report(what);
    return Reflect.construct(original as Constructor, args, new.target) as object;
  }
  Reported.prototype = original.prototype as object;
  replacements.value(globalThis, key, disguise(Reported, original));
}

export function replaceUnreachable(replacements: Replacements): void {
  for (const key of Object.keys(childProcess)) {
    if (/^[a-z]/.test(key) && !key.startsWith("_")) {
      refused(replacements, childProcess, key, `child_process.${key}`);
    }
  }
  refused(replacements, dgram, "createSocket", "dgram.createSocket");
  refused(replacements, cluster, "fork", "cluster.fork");
  refused(replacements, globalThis, "fetch", "fetch");
  class Worker {
    constructor() {
      world().report("worker_threads.Worker");
      throw Object.assign(new Error("worker threads are not simulated"), { code: "ENOSYS" });
    }
  }
  replacements.value(workerThreads, "Worker", Worker);

  for (const key of ["MessageChannel", "BroadcastChannel", "WeakRef", "FinalizationRegistry"]) {
    reportedClass(replacements, key, key);
  }
  reported(replacements, AbortSignal, "timeout", "AbortSignal.timeout");
  reported(replacements, process, "binding", "process.binding");
  reported(replacements, process, "dlopen", "process.dlopen");
  for (const key of ["getHeapStatistics", "getHeapSpaceStatistics", "writeHeapSnapshot"]) {
    reported(replacements, v8, key, `v8.${key}`);
  }
  replaceNames(replacements);
}

/** Names lead nowhere but to this machine. */
function replaceNames(replacements: Replacements): void {
  for (const key of Object.keys(dns)) {
    if (/^(resolve|reverse)/.test(key)) refused(replacements, dns, key, `dns.${key}`);
  }
  for (const key of Object.keys(dns.promises)) {
    if (/^(resolve|reverse)/.test(key)) {
      refused(replacements, dns.promises, key, `dns.promises.${key}`);
    }
  }
  refused(replacements, dns, "lookupService", "dns.lookupService");
  refused(replacements, dns.promises, "lookupService", "dns.promises.lookupService");

  replacements.method(dns, "lookup", () => (host: string, ...rest: unknown[]) => {
    const done = rest.pop() as (error: unknown, ...found: unknown[]) => void;
    const answer = addressFor(host);
    const isAll = (rest[0] as { all?: boolean } | undefined)?.all === true;
    world().answer(() => {
      if (answer instanceof Error) done(answer);
      else if (isAll) done(null, [answer]);
      else done(null, answer.address, answer.family);
    });
  });
  replacements.method(
    dns.promises,
    "lookup",
    () => (host: string, options?: { all?: boolean }) =>
      new Promise((resolve, reject) => {
        const answer = addressFor(host);
        world().answer(() => {
          if (answer instanceof Error) reject(answer);
          else resolve(options?.all === true ? [answer] : answer);
        });
      }),
  );
}

function addressFor(host: string): { address: string; family: number } | Error {
  if (host === "localhost" || host === "server") return { address: "127.0.0.1", family: 4 };
  if (/^[\d.]+$/.test(host)) return { address: host, family: 4 };
  if (host.includes(":")) return { address: host, family: 6 };
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), {
    errno: -3008,
    code: "ENOTFOUND",
    syscall: "getaddrinfo",
    hostname: host,
  });
}
