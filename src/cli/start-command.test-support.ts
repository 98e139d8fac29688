/**
 * Starts a process that goes on running, reads its lines, and ends it: for end-to-end tests.
 *
 * @packageDocumentation
 */
import { spawn, type ChildProcess } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { join } from "node:path";

import type { CommandRun } from "./run-command.test-support.js";
import { packageRoot } from "./version.js";

const MAIN = join(packageRoot(), "dist", "src", "cli", "main.js");

export class StartedCommand {
  readonly ended: Promise<CommandRun>;
  readonly #child: ChildProcess;
  readonly #bell = new EventEmitter();
  stdout = "";
  stderr = "";
  #isOver = false;

  /** Runs `happnstance …args`, or another script of Node's. */
  constructor(args: readonly string[], { cwd, script = MAIN }: { cwd?: string; script?: string }) {
    this.#child = spawn(process.execPath, [script, ...args], {
      ...(cwd === undefined ? {} : { cwd }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.#bell.emit("news");
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.#bell.emit("news");
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("close", (code) => {
        this.#isOver = true;
        this.#bell.emit("news");
        resolve({ code, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** The first match of a pattern in what it prints; rejects when it ends without. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
      if (found !== null) return found;
      if (this.#isOver) {
        throw new Error(`ended without ${String(pattern)}: ${this.stdout}${this.stderr}`);
      }
      await once(this.#bell, "news");
    }
  }

  /** The facts of a JSON line `{"event": …}`. */
  async event(name: string): Promise<Record<string, unknown>> {
    const [line] = await this.printed(new RegExp(`^\\{"event":"${name}".*\\}$`, "m"));
    return JSON.parse(line) as Record<string, unknown>;
  }

  kill(signal: NodeJS.Signals = "SIGTERM"): Promise<CommandRun> {
    this.#child.kill(signal);
    return this.ended;
  }
}
