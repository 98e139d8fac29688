/**
 * A recorded transcript as a history, so that it is judged like any other.
 *
 * The transcript is a hook inside the server: a message is seen at the moment in which it reaches
 * or leaves the server, so both boundaries are one. It has no clock, and the server was in use
 * before.
 *
 * @packageDocumentation
 */
import { HISTORY_FORMAT, type History, type HistoryEvent } from "../history/index.js";
import { attributed, type Transcript } from "../protocol/index.js";
import { Result } from "./result.js";

/** The history of a transcript's whole run; the failure names the line of a message that is nobody's. */
export function historyOfTranscript(transcript: Transcript, name: string): Result<History> {
  const attribution = attributed(transcript.messages);
  if (!attribution.ok) return Result.failure(attribution.message);
  const events: HistoryEvent[] = [{ at: 0, kind: "started" }];
  const seen = new Set<string>();
  for (const { connection, direction, frame } of attribution.messages) {
    const id = `${connection}#1`;
    if (!seen.has(id)) {
      seen.add(id);
      events.push({ at: 0, kind: "connect", connection: id, client: connection });
      events.push({ at: 0, kind: "open", connection: id });
    }
    const of = events.length;
    const text = JSON.stringify(frame);
    if (direction === "client -> server") {
      events.push({ at: 0, kind: "send", connection: id, operation: null, frame: text });
      events.push({ at: 0, kind: "arrive", connection: id, of });
    } else {
      events.push({ at: 0, kind: "write", connection: id, frame: text });
      events.push({ at: 0, kind: "receive", connection: id, of });
    }
  }
  events.push({ at: 0, kind: "quiet" });
  return Result.ok({
    header: {
      format: HISTORY_FORMAT,
      target: name,
      profile: "1.x",
      mode: "recorded",
      epochMs: null,
      fresh: false,
    },
    events,
  });
}
