/**
 * How an error of the target is told: by what it says and where in the target it arose.
 *
 * @packageDocumentation
 */
import { sep } from "node:path";

const FRAMES_MAX = 8;

/** Paths of the target's files, told from its root on: `happn-3/lib/services/x.js`. */
export class Places {
  readonly #root: string;

  /** @param root the folder that holds the target, or its `node_modules` */
  constructor(root: string) {
    this.#root = root.endsWith(sep) ? root : root + sep;
  }

  /** A stack's frames in code of the target: `happn-3/lib/services/x.js:12 fn`. */
  frames(stack: string): string[] {
    const frames: string[] = [];
    for (const line of stack.split("\n")) {
      const frame = this.#frame(line);
      if (frame !== null) frames.push(frame);
      if (frames.length === FRAMES_MAX) break;
    }
    return frames;
  }

  /** Where the target was, by the innermost frame of its own: `happn-3/lib/x.js:12`. */
  site(stack: string): string {
    return this.frames(stack)[0]?.split(" ")[0] ?? "outside of the target";
  }

  /** A text without paths of this machine. */
  clean(text: string): string {
    return text.split(this.#root).join("").replaceAll("node_modules/", "");
  }

  #frame(line: string): string | null {
    const match = /^\s*at (?:(?:async )?(.*?) \()?(?:file:\/\/)?([^()]+?):(\d+):\d+\)?$/.exec(line);
    const [, called, file, lineNumber] = match ?? [];
    if (file === undefined || lineNumber === undefined || !file.startsWith(this.#root)) return null;
    const inside = file.slice(this.#root.length).split(sep);
    const short = inside.slice(inside.lastIndexOf("node_modules") + 1).join("/");
    return called === undefined ? `${short}:${lineNumber}` : `${short}:${lineNumber} ${called}`;
  }
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  try {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
    return typeof error === "object" && error !== null ? JSON.stringify(error) : String(error);
  } catch {
    return "an error that cannot be told";
  }
}

/** The stack of an error; empty when it has none. */
export function stackOf(error: unknown): string {
  try {
    const stack = (error as { stack?: unknown } | null | undefined)?.stack;
    return typeof stack === "string" ? stack : "";
  } catch {
    return "";
  }
}
