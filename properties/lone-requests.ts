/**
 * Requests that can be told from all others of their connection by their eventId, broken ones
 * included, each with its answer.
 *
 * The exchanges of a recording leave out what is no request; properties about frames that cannot be
 * understood look here.
 *
 * @packageDocumentation
 */
import type { Recording } from "../src/history/index.js";
import { canonical, type Json } from "../src/protocol/index.js";

/** Longer frames may nest so deep, or be so large, that nothing in them is looked at. */
const FRAME_LENGTH_MAX = 5_000;

export interface LoneRequest {
  readonly connection: string;
  /** Index of its arrival. */
  readonly index: number;
  readonly eventId: Json;
  readonly frame: ReturnType<Recording["clientFrame"]>;
  /** Its first answer; null where there is none. */
  readonly answer: { readonly index: number; readonly status: Json | undefined } | null;
  /** Whether it is known that no answer will come: none has, and its connection was open to the end. */
  readonly isUnanswered: boolean;
}

/** Those whose eventId nothing else on their connection has, in the order of their arrival. */
export function loneRequests(recording: Recording): readonly LoneRequest[] {
  const quietIndex = recording.events.findLastIndex(({ kind }) => kind === "quiet");
  const answers = answersIn(recording);
  const found: LoneRequest[] = [];
  const uses = new Map<string, number>();
  recording.events.forEach((event, index) => {
    if (event.kind !== "arrive") return;
    const { connection, of } = event;
    const frame = recording.clientFrame(index);
    const eventId = eventIdOf(frame);
    if (typeof eventId !== "number" && typeof eventId !== "string") return;
    const key = keyOf(connection, eventId);
    uses.set(key, (uses.get(key) ?? 0) + 1);
    const sent = recording.event(of);
    if (sent.kind !== "send" || sent.frame.length > FRAME_LENGTH_MAX) return;
    const answer = answers.get(key)?.find((candidate) => candidate.index > index) ?? null;
    const { endIndex } = recording.connection(connection);
    const isOpen = (endIndex ?? Infinity) > quietIndex && index < quietIndex;
    const isUnanswered = answer === null && isOpen;
    found.push({ connection, index, eventId, frame, answer, isUnanswered });
  });
  return found.filter(({ connection, eventId }) => uses.get(keyOf(connection, eventId)) === 1);
}

function eventIdOf(frame: LoneRequest["frame"]): Json | undefined {
  if (frame.kind === "request") return frame.request.eventId;
  return frame.kind === "malformed" ? frame.eventId : undefined;
}

interface Answered {
  readonly index: number;
  readonly status: Json | undefined;
}

function answersIn(recording: Recording): ReadonlyMap<string, readonly Answered[]> {
  const answers = new Map<string, Answered[]>();
  recording.events.forEach((event, index) => {
    if (event.kind !== "write") return;
    const frame = recording.serverFrame(index);
    if (frame.kind !== "response") return;
    const key = keyOf(event.connection, frame.meta["eventId"]);
    const known = answers.get(key) ?? [];
    answers.set(key, known);
    known.push({ index, status: frame.meta["status"] });
  });
  return answers;
}

function keyOf(connection: string, eventId: Json | undefined): string {
  return `${connection} ${canonical(eventId)}`;
}
