/**
 * Simulates the same cases with one process for each CPU, as a campaign does by default.
 *
 * @packageDocumentation
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

import type { Share } from "./simulated-worker.js";

const SCRIPT = fileURLToPath(
  new URL(`./simulated-worker${extname(import.meta.url)}`, import.meta.url),
);

export interface ParallelRun {
  readonly processes: number;
  readonly operations: number;
  readonly wallMs: number;
}

/** Rejects when a process ends before its work does. */
export async function simulateOnAllCpus(whole: Share): Promise<ParallelRun> {
  const count = Math.min(availableParallelism(), whole.indices.length);
  const children = Array.from({ length: count }, (_, worker) => {
    const indices = whole.indices.filter((_index, at) => at % count === worker);
    return fork(SCRIPT, [JSON.stringify({ ...whole, indices } satisfies Share)], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      execArgv: [...process.execArgv, "--no-warnings"],
    });
  });
  try {
    await Promise.all(children.map(messageOf));
    const startedAt = performance.now();
    for (const child of children) child.send("go");
    const results = await Promise.all(children.map(messageOf));
    return {
      processes: count,
      wallMs: performance.now() - startedAt,
      operations: results.reduce<number>(
        (sum, result) => sum + (result as { operations: number }).operations,
        0,
      ),
    };
  } finally {
    for (const child of children) child.kill();
  }
}

async function messageOf(child: ChildProcess): Promise<unknown> {
  const [message] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(([code]) => {
      throw new Error(`a simulating process ended, exit ${String(code)}`);
    }),
  ])) as [unknown];
  return message;
}
