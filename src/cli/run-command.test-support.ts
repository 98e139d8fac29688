/**
 * Runs the built command as a user would, for end-to-end tests.
 *
 * @packageDocumentation
 */
import { spawn } from "node:child_process";
import { join } from "node:path";

import { packageRoot } from "./version.js";

export interface CommandRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const MAIN = join(packageRoot(), "dist", "src", "cli", "main.js");

/** Runs `happnstance …args` in a folder; `onStart` may send signals. */
export function runCommand(
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    /** Whether nobody reads on once something was printed, as behind `| head -1`. */
    readonly hangsUp?: boolean;
    readonly onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
  },
): Promise<CommandRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    const take = (text: string) => options.onOutput?.(text, (signal) => child.kill(signal));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      take(text);
      if (options.hangsUp === true) child.stdout.destroy();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      take(text);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
