/**
 * A server that is started by a shell command, seen from outside: its output and its end.
 *
 * @packageDocumentation
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { constants } from "node:os";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** Stands in a command for the port that the server is to listen on. */
export const PORT_MARK = "{port}";

/** Of what it prints, so much is kept: the last of it. */
const OUTPUT_LENGTH_MAX = 1024 * 1024;

const GUARD = fileURLToPath(new URL(`./guard${extname(import.meta.url)}`, import.meta.url));

export interface CommandEnd {
  /** Null where a signal ended it. */
  readonly code: number | null;
  /** The signal's name; null where it ended by itself. */
  readonly signal: string | null;
}

export class CommandProcess {
  readonly ended: Promise<CommandEnd>;
  readonly #child: ChildProcess;
  #output = "";
  #errors = "";
  #end: CommandEnd | null = null;

  /** @param command with PORT_MARK where the port belongs */
  constructor(command: string, port: number) {
    this.#child = fork(GUARD, [command.replaceAll(PORT_MARK, String(port))], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      execArgv: [],
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => this.#print(text));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-OUTPUT_LENGTH_MAX);
      this.#print(text);
    });
    this.ended = new Promise((resolve) => {
      const end = (code: number | null) => {
        this.#end = endOf(code);
        resolve(this.#end);
      };
      this.#child.on("error", () => end(127));
      // `close`, not `exit`: then all that it has printed is here.
      this.#child.on("close", end);
    });
  }

  /** Null while it runs. */
  get end(): CommandEnd | null {
    return this.#end;
  }

  /** Everything that it has printed, the last of it where that is much. */
  get output(): string {
    return this.#output;
  }

  get errors(): string {
    return this.#errors;
  }

  /** Asks it to end (SIGTERM). */
  stop(): void {
    this.#tell("stop");
  }

  /** Ends it, and all that it has started, at once. */
  kill(): void {
    this.#tell("kill");
  }

  #tell(message: "stop" | "kill"): void {
    if (this.#end === null && this.#child.connected) this.#child.send(message, () => undefined);
  }

  #print(text: string): void {
    this.#output = (this.#output + text).slice(-OUTPUT_LENGTH_MAX);
  }
}

/** `exit 1: Error: no port`, `signal SIGSEGV`: how it ended, and the last that it said. */
export function wordsOfEnd({ code, signal }: CommandEnd, errors: string): string {
  const how = signal === null ? `exit ${code ?? "?"}` : `signal ${signal}`;
  const last = errors
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("at ") && !line.startsWith("Node.js v"))
    .at(-1);
  return last === undefined ? how : `${how}: ${last.slice(0, 200)}`;
}

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A shell says 128 + n where signal n ended what it ran. */
function endOf(code: number | null): CommandEnd {
  if (code === null || code <= 128) return { code, signal: code === null ? "SIGKILL" : null };
  const found = Object.entries(constants.signals).find(([, number]) => number === code - 128);
  return found === undefined ? { code, signal: null } : { code: null, signal: found[0] };
}
