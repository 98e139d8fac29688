/**
 * What the end of a server's process says of why it ended, as far as its output tells.
 *
 * @packageDocumentation
 */
import type { Crash } from "../target.js";
import { wordsOfEnd, type CommandEnd } from "./command-process.js";

const FRAMES_MAX = 8;

/** `TypeError: x is not a function`, `Error [ERR_X]: …`, as Node prints an uncaught error. */
const ERROR_LINE = /^(?:Uncaught )?([A-Za-z]*(?:Error|Exception)(?: \[[A-Z_0-9]+\])?: .*)$/;
const FRAME_LINE = /^\s+at (?:(?:async )?(.*?) \()?(?:file:\/\/)?([^()]+?):(\d+):\d+\)?$/;

/** A process that ended by itself, as an event of a history. */
export function crashOf(end: CommandEnd, errors: string): Crash {
  const lines = errors.split("\n");
  const at = lines.findLastIndex((line) => ERROR_LINE.test(line));
  const message = at < 0 ? undefined : ERROR_LINE.exec(lines[at] ?? "")?.[1];
  if (message === undefined || end.code === 0) {
    return { cause: "exit", message: wordsOfEnd(end, errors), frames: [] };
  }
  const isRejection =
    errors.includes("triggered by an unhandled") || errors.includes("unhandledRejection");
  return {
    cause: isRejection ? "unhandled-rejection" : "uncaught-exception",
    message: message.slice(0, 300),
    frames: lines
      .slice(at + 1)
      .flatMap(frameOf)
      .slice(0, FRAMES_MAX),
  };
}

/** `package/file.js:12 fn`, without folders of the machine; Node's own frames are left out. */
function frameOf(line: string): readonly string[] {
  const [, called, file, lineNumber] = FRAME_LINE.exec(line) ?? [];
  if (file === undefined || lineNumber === undefined || file.startsWith("node:")) return [];
  const parts = file.split(/[\\/]/);
  const inside = parts.slice(parts.lastIndexOf("node_modules") + 1);
  const short = parts.includes("node_modules") ? inside.join("/") : (parts.at(-1) ?? file);
  return [called === undefined ? `${short}:${lineNumber}` : `${short}:${lineNumber} ${called}`];
}
