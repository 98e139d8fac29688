/**
 * The name of what a request publishes.
 *
 * @packageDocumentation
 */
import { canonical, type Json } from "./json.js";

/**
 * `<publisher session id>-<eventId>` (PUB-2).
 *
 * A number is written as servers write it into a text: one that is too large for a number of theirs, such
 * as 1e400, has no form in JSON, and is `Infinity` there.
 */
export function publicationIdOf(sessionId: string, eventId: Json): string {
  const text =
    typeof eventId === "string" || typeof eventId === "number" ? `${eventId}` : canonical(eventId);
  return `${sessionId}-${text}`;
}
