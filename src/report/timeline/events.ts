/**
 * The events of a history as marks on lanes.
 *
 * Kinds of events that are not known here are shown all the same: by their fields, on the lane of
 * the connection, client or operation that they name, or on the server's.
 *
 * @packageDocumentation
 */
import type { HistoryEvent, Recording } from "../../history/index.js";
import type { Json } from "../../protocol/index.js";
import { clientFrameWords, serverFrameWords, type FrameWords } from "../frame-words.js";
import { printable, printableLines, shortened } from "../printable.js";
import { describeEvent } from "../story.js";
import type { Lanes } from "./lanes.js";
import type { EventGroup, ScheduleMark, TimelineEvent } from "./model.js";
import { relevanceOf, type Affairs } from "./relevance.js";

/** Characters kept of a frame that the finding is about, and of others. */
const DETAIL_MAX = 16_000;
const DETAIL_OF_OTHERS_MAX = 2_000;

/** So few decisions of the schedule are all related: a minimiser left those that matter. */
const RELATED_DECISIONS_MAX = 12;

export interface EventParts {
  readonly recording: Recording;
  readonly lanes: Lanes;
  readonly affairs: Affairs;
  readonly evidence: readonly number[];
  readonly schedule: readonly ScheduleMark[];
}

type Draft = { -readonly [Key in keyof Omit<TimelineEvent, "relevance">]: TimelineEvent[Key] };

/** One for each event of the history. */
export function timelineEvents(parts: EventParts): readonly TimelineEvent[] {
  const { recording, evidence, schedule } = parts;
  const decided = new Set(
    schedule.length > RELATED_DECISIONS_MAX ? [] : schedule.map(({ index }) => index),
  );
  const words = recording.events.map((event, index) => wordsAt(parts, event, index));
  const relevance = relevanceOf({
    ...{ recording, affairs: parts.affairs, evidence },
    pathsOf: (index) => words[index]?.paths ?? [],
  });
  // A frame is shown with both its ends.
  const isDecided = (event: HistoryEvent, index: number) =>
    decided.has(index) ||
    (event.kind === "send" && decided.has(parts.affairs.endOf(index) ?? null));
  return recording.events.map((event, index) => {
    const drafted = draft(parts, event, index, words[index] as Mark);
    const number = evidence.indexOf(index) + 1;
    if (number > 0) drafted.evidence = number;
    const known = relevance[index] ?? "other";
    const level = known === "other" && isDecided(event, index) ? "related" : known;
    cutDetail(drafted, level === "essential" ? DETAIL_MAX : DETAIL_OF_OTHERS_MAX);
    return { ...drafted, relevance: level };
  });
}

interface Mark extends FrameWords {
  readonly detail?: string;
}

/** A session's id, in whatever text. */
const SESSION_ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Sessions in labels are called by their connections: nobody can tell two ids apart at a glance. */
function wordsAt(parts: EventParts, event: HistoryEvent, index: number): Mark {
  const mark = markAt(parts, event, index);
  const label = mark.label.replace(SESSION_ID, (id) => {
    const connection = parts.recording.connectionOfSession(id)?.connection;
    return connection === undefined ? id : printable(connection);
  });
  return { ...mark, label };
}

function markAt(parts: EventParts, event: HistoryEvent, index: number): Mark {
  const { recording, affairs } = parts;
  switch (event.kind) {
    case "send":
      return {
        ...clientFrameWords(recording.clientFrame(index), event.frame),
        detail: event.frame,
      };
    case "write": {
      const request = affairs.of(index)?.exchange.request ?? null;
      return {
        ...serverFrameWords(recording.serverFrame(index), event.frame, request),
        detail: event.frame,
      };
    }
    case "relay":
      return {
        ...clientFrameWords(recording.clientFrame(index), frameTextOf(recording, event.of)),
        detail: frameTextOf(recording, event.of),
      };
    case "arrive":
    case "receive": {
      const sent = recording.events[event.of];
      if (sent === undefined) return { label: "a frame", group: "malformed", paths: [] };
      const {
        label,
        group,
        paths,
        isBad = false,
      } = wordsAt({ recording, affairs } as EventParts, sent, event.of);
      return { label, group, paths, isBad };
    }
    case "connect":
      return connectionMark(`opens connection ${event.connection}`);
    case "open":
      return connectionMark(`${event.connection} is open`);
    case "refused":
      return { ...connectionMark(`${event.connection} is refused: ${event.reason}`), isBad: true };
    case "leave":
      return connectionMark(`${event.how === "cut" ? "cuts" : "closes"} ${event.connection}`);
    case "end":
      return connectionMark(`${event.connection} is over, by the ${event.by}: ${event.how}`);
    case "closed":
      return connectionMark(`learns that ${event.connection} is over: ${event.how}`);
    case "skip":
      return connectionMark(`${event.operation} is skipped: ${event.reason}`);
    case "started":
      return serverMark("the server accepts connections");
    case "stopping":
      return serverMark("the server is told to stop");
    case "stopped":
      return serverMark("the server has stopped");
    case "quiet":
      return serverMark("all is quiet: what is unanswered stays so");
    case "killed":
      return { ...serverMark(describeEvent(event, recording.events)), isBad: true };
    case "heal":
    case "left":
    case "census":
    case "administer":
    case "administered":
      return serverMark(describeEvent(event, recording.events));
    case "fault":
    case "healed":
    case "clock":
      return {
        ...{ label: printable(describeEvent(event, recording.events)), group: "fault", paths: [] },
        ...(event.kind === "fault" ? { detail: JSON.stringify(event.what, null, 2) } : {}),
      };
    case "undeterministic":
      return {
        ...serverMark(`out of the world's control: ${event.what}`),
        detail: event.site,
        isBad: true,
      };
    case "crash":
      return {
        ...serverMark(`the server's process ends (${event.cause}): ${event.message}`),
        detail: [event.message, ...event.frames.map((frame) => `    at ${frame}`)].join("\n"),
        isBad: true,
      };
    default:
      return unknownMark(event);
  }
}

/** The text of the frame that an event sends on. */
function frameTextOf(recording: Recording, of: number): string {
  const sent = recording.events[of];
  return sent?.kind === "send" ? sent.frame : "";
}

function connectionMark(label: string): Mark {
  return { label: printable(label), group: "connection", paths: [] };
}

function serverMark(label: string): Mark {
  return { label: shortened(printable(label), 400), group: "server", paths: [] };
}

/** `fault: kind "stall", client "c1"`: what a kind says that this file does not know. */
function unknownMark(event: HistoryEvent): Mark {
  const all = Object.entries(event as unknown as Readonly<Record<string, Json>>);
  const fields = all.filter(([name]) => name !== "at" && name !== "kind");
  const words = fields.map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return {
    label: shortened(printable(`${event.kind}: ${words.join(", ")}`), 400),
    group: "fault",
    paths: [],
    detail: JSON.stringify(Object.fromEntries(fields), null, 2),
  };
}

/** Kinds that happen where the client is; all others of a connection happen at the server. */
const AT_CLIENT: ReadonlySet<string> = new Set([
  ...["connect", "send", "relay", "receive", "leave", "closed"],
]);
const AT_SERVER: ReadonlySet<string> = new Set(["open", "refused", "arrive", "write", "end"]);

function draft(
  { lanes, affairs }: EventParts,
  event: HistoryEvent,
  index: number,
  { label, group, paths, isBad, detail }: Mark,
): Draft {
  const drafted: Draft = {
    at: event.at,
    kind: event.kind,
    lane: laneOf(lanes, event),
    group,
  };
  const isEnd = event.kind === "arrive" || event.kind === "receive";
  if (!isEnd) drafted.label = label;
  if (!isEnd && paths.length > 0) drafted.paths = paths.map(printable);
  if (isBad === true) drafted.isBad = true;
  if (detail !== undefined) drafted.detail = detail;
  if ("connection" in event) drafted.connection = printable(event.connection);
  if ("operation" in event && event.operation !== null) {
    drafted.operation = printable(event.operation);
  }
  if (isEnd) drafted.from = event.of;
  if (event.kind === "send" || event.kind === "relay" || event.kind === "write") {
    const end = affairs.endOf(index);
    if (end !== undefined) drafted.to = end;
    drafted.towards = event.kind === "write" ? lanes.ofConnection(event.connection) : lanes.server;
  }
  const affair = affairs.of(index);
  if (affair !== null && event.kind === "write") drafted.request = affair.exchange.sendIndex;
  if (affair !== null && (event.kind === "send" || event.kind === "relay")) {
    drafted.answers = affair.exchange.answers.map(({ writeIndex }) => writeIndex);
  }
  return drafted;
}

function laneOf(lanes: Lanes, event: HistoryEvent): number {
  const fields = event as unknown as Readonly<Record<string, unknown>>;
  const { kind } = event;
  const { connection, client, operation } = fields;
  if (AT_SERVER.has(kind)) return lanes.server;
  if (typeof connection === "string") return lanes.ofConnection(connection);
  if (typeof client === "string") return lanes.ofClient(client);
  if (typeof operation === "string" && !AT_CLIENT.has(kind)) return lanes.ofOperation(operation);
  return lanes.server;
}

function cutDetail(drafted: Draft, charactersMax: number): void {
  const { detail } = drafted;
  if (detail === undefined) return;
  const shown = printableLines(detail);
  drafted.detail = shortened(shown, charactersMax);
  if (shown.length > charactersMax) drafted.detailLength = shown.length;
}

/** The groups in the order in which filters list them, with their words. */
export const GROUPS: readonly (readonly [EventGroup, string])[] = [
  ["write", "set, remove"],
  ["read", "get"],
  ["subscription", "on, off"],
  ["publication", "publications"],
  ["handshake", "handshakes"],
  ["heartbeat", "heartbeats"],
  ["malformed", "malformed"],
  ["connection", "connections"],
  ["server", "server"],
  ["fault", "faults"],
];
