/**
 * The thread of `endWithParent`: a process that has lost its parent is given another one.
 *
 * On Windows it isn't, and nothing is ever ended by this.
 *
 * @packageDocumentation
 */
import { workerData } from "node:worker_threads";

/** How long, in milliseconds of wall time, an abandoned process may go on. */
const LOOK_EVERY_MS = 1_000;

const parent = workerData as number;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
}, LOOK_EVERY_MS);
