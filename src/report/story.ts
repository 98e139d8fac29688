/**
 * A history as lines of text: who said what to whom, and when.
 *
 * @packageDocumentation
 */
import type { HistoryEvent } from "../history/index.js";
import type { Json, JsonObject } from "../protocol/index.js";
import { counted } from "./quantity.js";

/** Frames longer than that are cut in the middle of a line. */
const FRAME_CHARACTERS_MAX = 300;

/** One event as a line without its time: `c1#1 → server  {"action":"set",…}`. */
export function describeEvent(event: HistoryEvent, events: readonly HistoryEvent[]): string {
  switch (event.kind) {
    case "started":
      return "the server accepts connections";
    case "stopping":
      return "the server is told to stop";
    case "stopped":
      return "the server has stopped";
    case "killed":
      return event.loses === "machine"
        ? "the server's machine loses power, and what was not synced to its disk"
        : "the server's process is killed";
    case "connect":
      return `${event.connection} opens a connection`;
    case "open":
      return `${event.connection} is open`;
    case "refused":
      return `${event.connection} is refused: ${event.reason}`;
    case "send":
      return `${event.connection} sends     ${shortened(event.frame)}`;
    case "relay":
      return `${event.connection} ⇉ relayed   ${shortened(frameOf(event.of, events))}`;
    case "arrive":
      return `${event.connection} → server  ${shortened(frameOf(event.of, events))}`;
    case "write":
      return `server → ${event.connection}  ${shortened(event.frame)}`;
    case "receive":
      return `${event.connection} receives  ${shortened(frameOf(event.of, events))}`;
    case "leave":
      return event.how === "cut"
        ? `${event.connection} cuts its connection`
        : `${event.connection} closes its connection`;
    case "end":
      return `${event.connection} is over at the server (by the ${event.by}: ${event.how})`;
    case "closed":
      return `${event.connection} learns that it is over: ${event.how}`;
    case "skip":
      return `${event.operation} is skipped: ${event.reason}`;
    case "crash":
      return [`the server's process ends (${event.cause}): ${event.message}`, ...event.frames].join(
        "\n              at ",
      );
    case "undeterministic":
      return `out of the world's control: ${event.what} at ${event.site}`;
    case "fault":
      return `fault ${event.fault} begins: ${faultText(event.what)}`;
    case "healed":
      return `fault ${event.fault} is healed`;
    case "clock":
      return `the server's clock is off by ${event.offsetMs} ms${event.perMillion === 0 ? "" : `, and by ${event.perMillion} in a million from now on`}`;
    case "administer":
      return `the administrator asks: ${JSON.stringify(event.change)}`;
    case "administered":
      return event.error === null
        ? `done: ${describeEvent(events[event.of] as HistoryEvent, events)}`
        : `not done (${event.error}): ${describeEvent(events[event.of] as HistoryEvent, events)}`;
    case "heal":
      return "everything is healed: the server is up, and all can reach it";
    case "left":
      return "every client has left";
    case "census":
      return `the server's process holds ${counted(event.timers, "timer")} and ${counted(event.sockets, "socket")}`;
    case "quiet":
      return "all is quiet: what is unanswered stays so";
  }
}

/** Lines for the events of a piece of evidence, each with its index and virtual time. */
export function storyOf(
  evidence: readonly number[],
  events: readonly HistoryEvent[],
): readonly string[] {
  return evidence.flatMap((index) => {
    const event = events[index];
    if (event === undefined) return [];
    const at = `${event.at} ms`.padStart(10);
    return [`${at}  ${describeEvent(event, events)}`];
  });
}

/** `stall of c1, c2 (direction up)`. */
export function faultText({ kind, clients, ...rest }: JsonObject): string {
  const whose = Array.isArray(clients) ? ` of ${(clients as readonly string[]).join(", ")}` : "";
  const how = Object.entries(rest).map(([name, value]) => `${name} ${textOf(value)}`);
  return `${textOf(kind)}${whose}${how.length === 0 ? "" : ` (${how.join(", ")})`}`;
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function frameOf(index: number, events: readonly HistoryEvent[]): string {
  const event = events[index];
  if (event?.kind === "relay") return frameOf(event.of, events);
  return event !== undefined && "frame" in event ? event.frame : "(frame not in the history)";
}

function shortened(frame: string): string {
  const line = frame.replaceAll("\n", "\\n");
  return line.length <= FRAME_CHARACTERS_MAX
    ? line
    : `${line.slice(0, FRAME_CHARACTERS_MAX)}… (${line.length} characters)`;
}
