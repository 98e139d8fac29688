/**
 * Reads the Markdown in which the protocol was recorded: headings for what happened and for the
 * direction of a message, each message a fenced block of JSON.
 *
 * The recording prints one run several times, each section going on further than the one before.
 * Total: whatever the text, the answer is a transcript, or what is wrong with it and in which line.
 *
 * @packageDocumentation
 */
import { isJsonObject, jsonEqual, type JsonObject } from "./json.js";

export type Direction = "client -> server" | "server -> client";

export interface TranscriptMessage {
  /** The `#` heading it stands under, `subscribe to mesh event`. */
  readonly section: string;
  /** Number of the line, from 1, at which its JSON begins. */
  readonly line: number;
  readonly direction: Direction;
  readonly frame: JsonObject;
}

export interface TranscriptSection {
  readonly title: string;
  readonly line: number;
  readonly messages: readonly TranscriptMessage[];
}

export interface Transcript {
  /** In order; each is a prefix of the next. */
  readonly sections: readonly TranscriptSection[];
  /** The messages of the whole run: those of the last section. Their `section` is the first that has them. */
  readonly messages: readonly TranscriptMessage[];
}

export type TranscriptResult =
  | { readonly ok: true; readonly transcript: Transcript }
  /** `line` counts from 1; the message names it as well. */
  | { readonly ok: false; readonly line: number; readonly message: string };

const FENCE = "```";
const OPENING = /^```(json)?\s*$/;

/** Reads the text of a transcript. Lines that are neither headings nor fenced are passed over. */
export function parseTranscript(text: string): TranscriptResult {
  const lines = text.split(/\r?\n/);
  const sections: OpenSection[] = [];
  let direction: { readonly value: Direction; readonly line: number } | null = null;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as string;
    const number = index + 1;
    const section = sections.at(-1);
    if (line.startsWith("# ")) {
      if (direction !== null) return noMessage(direction.line);
      sections.push({ title: line.slice(2).trim(), line: number, messages: [] });
    } else if (line.startsWith("### ") && line.includes("->")) {
      if (direction !== null) return noMessage(direction.line);
      const value = directionOf(line.slice(4).trim());
      if (value === null) return failure(number, `unknown direction "${line.slice(4).trim()}"`);
      direction = { value, line: number };
    } else if (line.startsWith(FENCE)) {
      if (!OPENING.test(line)) return failure(number, `a message is fenced by ${FENCE}json`);
      const end = lines.indexOf(FENCE, index + 1);
      if (end < 0) return failure(number, "the fence that begins here does not end");
      if (direction === null) return failure(number, "a message without a direction before it");
      if (section === undefined) return failure(number, "a message before the first section");
      const frame = frameOf(lines.slice(index + 1, end), number + 1);
      if ("message" in frame) return frame;
      section.messages.push({
        section: section.title,
        line: number + 1,
        direction: direction.value,
        frame: frame.value,
      });
      direction = null;
      index = end;
    }
  }
  if (direction !== null) return noMessage(direction.line);
  return joined(sections);
}

interface OpenSection {
  readonly title: string;
  readonly line: number;
  readonly messages: TranscriptMessage[];
}

type Failure = Extract<TranscriptResult, { ok: false }>;

function failure(line: number, what: string): Failure {
  return { ok: false, line, message: `line ${line}: ${what}` };
}

function noMessage(line: number): Failure {
  return failure(line, "no message follows this direction");
}

function directionOf(text: string): Direction | null {
  return text === "client -> server" || text === "server -> client" ? text : null;
}

function frameOf(
  lines: readonly string[],
  firstLine: number,
): { readonly value: JsonObject } | Failure {
  let value: unknown;
  try {
    value = JSON.parse(lines.join("\n"));
  } catch (error) {
    return failure(firstLine + offsetOf(lines, error), `broken JSON: ${reasonOf(error)}`);
  }
  if (isJsonObject(value)) return { value };
  return failure(firstLine, "a message is a JSON object");
}

/** Lines before the one at which the parser stopped; 0 where it does not say. */
function offsetOf(lines: readonly string[], error: unknown): number {
  const position = /position (\d+)/.exec(String(error))?.[1];
  if (position === undefined) return 0;
  return lines.join("\n").slice(0, Number(position)).split("\n").length - 1;
}

/** What the parser says, without its quotation of the text. */
function reasonOf(error: unknown): string {
  const [reason = ""] = String(error)
    .replace("SyntaxError: ", "")
    .split(/ in JSON|, /);
  return reason;
}

/** Each section is how the last one begins. */
function joined(sections: readonly OpenSection[]): TranscriptResult {
  const last = sections.at(-1);
  if (last === undefined || last.messages.length === 0) {
    return failure(1, "there is no message");
  }
  for (const section of sections) {
    const departed = section.messages.find((message, at) => {
      const again = last.messages[at];
      return again === undefined || !isSame(message, again);
    });
    if (departed !== undefined) {
      return failure(
        departed.line,
        "the last section holds the whole run, and has another message here",
      );
    }
  }
  const messages = last.messages.map((message, at) => {
    const first = sections.find((section) => section.messages.length > at) as OpenSection;
    return { ...message, section: first.title };
  });
  return { ok: true, transcript: { sections, messages } };
}

function isSame(left: TranscriptMessage, right: TranscriptMessage): boolean {
  return left.direction === right.direction && jsonEqual(left.frame, right.frame);
}
