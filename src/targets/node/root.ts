/**
 * Where a server is installed, and where it believes to be: the same on every machine.
 *
 * A server's file names get into what it sends: stacks of errors, messages about a module that isn't
 * there. A trace would depend on the folder that the releases are kept in.
 *
 * @packageDocumentation
 */
import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder that installed servers believe to be in. */
export const SERVER_ROOT = "/srv/server";

export class Root {
  /** The folder, without a slash at its end. */
  readonly real: string;
  readonly shown: string;
  #isReal = false;

  constructor(real: string, shown: string) {
    this.real = real;
    this.shown = shown;
  }

  /** Whether files go by their real names just now. */
  get isReal(): boolean {
    return this.#isReal || this.real === this.shown;
  }

  /** Runs what Node does by itself to find a file, by real names. */
  really<T>(run: () => T): T {
    const before = this.#isReal;
    this.#isReal = true;
    try {
      return run();
    } finally {
      this.#isReal = before;
    }
  }

  /** A path as the server has it. */
  shownPath(path: string): string {
    return moved(path, this.real, this.shown);
  }

  /** The path that the server means. */
  realPath(path: string): string {
    return moved(path, this.shown, this.real);
  }

  /** An argument of a call that may be a path: a text, or the URL of a file. */
  realArgument(argument: unknown): unknown {
    if (typeof argument === "string") return this.realPath(argument);
    if (!(argument instanceof URL) || argument.protocol !== "file:") return argument;
    return pathToFileURL(this.realPath(fileURLToPath(argument)));
  }

  /** A text with the names that the server knows. */
  shownText(text: string): string {
    return this.real === this.shown ? text : text.split(this.real).join(this.shown);
  }

  /** An error, changed to tell of files by the names that the server knows. */
  shownError(error: unknown): unknown {
    if (this.real === this.shown || !(error instanceof Error)) return error;
    for (const key of ["message", "stack", "path", "dest"]) {
      const text: unknown = Reflect.get(error, key);
      if (typeof text === "string") Reflect.set(error, key, this.shownText(text));
    }
    const { requireStack } = error as { requireStack?: unknown };
    if (Array.isArray(requireStack)) {
      const shown = requireStack.map((file) => this.shownPath(String(file)));
      Reflect.set(error, "requireStack", shown);
    }
    return error;
  }
}

/** A server that is where it believes to be. */
export function rootAt(folder: string): Root {
  return new Root(folder, folder);
}

function moved(path: string, from: string, to: string): string {
  if (from === to || !path.startsWith(from)) return path;
  const rest = path.slice(from.length);
  return rest === "" || rest.startsWith("/") || rest.startsWith("\\") ? to + rest : path;
}
