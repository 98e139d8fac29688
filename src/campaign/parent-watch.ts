/**
 * Sees to it that a runner process does not outlive the process that started it.
 *
 * @packageDocumentation
 */
import { Worker } from "node:worker_threads";

/**
 * Ends this process soon after its parent has ended, however that came about.
 *
 * The end of the channel tells a runner only while its event loop turns, which a server that loops for
 * ever keeps from happening: a thread of its own looks after it. It must be started before a case's
 * world replaces what this process tells the time and draws chance with.
 */
export function endWithParent(): void {
  const thread = new Worker(new URL("./parent-watch-thread.js", import.meta.url), {
    workerData: process.ppid,
    // What Node is asked to do for a server under test is nothing to this thread.
    execArgv: [],
  });
  thread.unref();
}
