/**
 * The inside of a runner process: takes cases one at a time, runs and judges them.
 *
 * @packageDocumentation
 */
import { runCase, verdictOf, type CaseRequest, type RunnerMessage } from "../engine/index.js";
import { TargetUnavailableError, type Target } from "../targets/target.js";
import { planOf } from "../workload/index.js";

/** Serves cases to the parent process until it goes away. `targetOf` gives the target of an id that the parent has checked. */
export function serveCases(targetOf: (id: string) => Target): void {
  const send = (message: RunnerMessage) => process.send?.(message);
  // Captured before any target is loaded: a case's world replaces the globals of this process.
  const exit = process.exit.bind(process);
  // Ctrl-C reaches the whole group; the parent decides what happens to us.
  process.on("SIGINT", () => undefined);
  process.on("disconnect", () => exit(0));

  let tail = Promise.resolve();
  process.on("message", (request: CaseRequest) => {
    tail = tail.then(() => answer(request, targetOf, send));
  });
  send({ kind: "ready" });
}

async function answer(
  request: CaseRequest,
  targetOf: (id: string) => Target,
  send: (message: RunnerMessage) => void,
): Promise<void> {
  const { id } = request;
  try {
    const target = targetOf(request.target);
    await target.prepare((line) => send({ kind: "progress", line }));
    const plan = request.plan ?? planOf(request.planSeed, { profile: target.profile });
    const history = await runCase(plan, target);
    const verdict = verdictOf(history);
    send({
      kind: "verdict",
      id,
      verdict,
      ...(request.wantsHistory ? { outcome: { plan, history } } : {}),
    });
  } catch (error) {
    if (error instanceof TargetUnavailableError) {
      send({ kind: "unavailable", id, message: error.message });
    } else {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      send({ kind: "failed", id, message: text });
    }
  }
}
