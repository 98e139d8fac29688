/**
 * A shell command that is run to its end.
 *
 * @packageDocumentation
 */
import { spawn } from "node:child_process";

const LINE_LENGTH_MAX = 200;

/** Runs a command; null where it ended well, else how it ended and the last line that it said. */
export function runShell(command: string, environment: NodeJS.ProcessEnv): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, ...environment },
    });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-10_000);
    });
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => {
      if (code === 0) {
        resolve(null);
        return;
      }
      const last = errors.trim().split("\n").at(-1) ?? "";
      const how = signal === null ? `exit ${code ?? "?"}` : `signal ${signal}`;
      resolve(last === "" ? how : `${how}: ${last.slice(0, LINE_LENGTH_MAX)}`);
    });
  });
}
