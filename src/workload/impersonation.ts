/**
 * Frames in which one client claims to be another: well-formed requests that name the other's session.
 *
 * The acting session is the connection's, whatever a frame says (COR-3); an acknowledgement counts for
 * the connection that sends it (PUB-4).
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import type { PlannedAction } from "../plan/index.js";
import { fieldsOf, templates, textOf, textOfEntries } from "./frame-grammar.js";
import type { NamePool } from "./names.js";

type RawAction = Extract<PlannedAction, { kind: "raw" }>;

/** Fields by which a server may know a session; `sessionId` is the protocol's own. */
const SESSION_FIELDS = ["sessionId", "id", "session", "_meta"] as const;

/** EventIds that a client's writes have in a plan of usual length. */
const EVENT_IDS = fc.integer({ min: 4, max: 40 });

/** A frame that mentions the session of one of the clients, or of two. */
export function impersonations(
  names: NamePool,
  clients: readonly string[],
): fc.Arbitrary<RawAction> {
  const client = fc.constantFrom(...clients);
  return fc.oneof(
    { weight: 3, arbitrary: requestsOf(names, client) },
    { weight: 1, arbitrary: acknowledgementsOf(client) },
  );
}

/** A request with the session of another in one of its fields. */
function requestsOf(names: NamePool, client: fc.Arbitrary<string>): fc.Arbitrary<RawAction> {
  return fc
    .tuple(templates(names), client, fc.constantFrom(...SESSION_FIELDS), fc.boolean())
    .map(([drawn, other, field, isOnEverything]) => {
      const id = `"$${other}"`;
      const text = field === "sessionId" || field === "id" ? id : `{"id":${id},"sessionId":${id}}`;
      const isOff = drawn.action === "off" && isOnEverything;
      const fields = { ...fieldsOf(drawn), ...(isOff ? { path: '"*"' } : {}) };
      return mentioning(textOfEntries([...Object.entries(fields), [field, text]]), [other]);
    });
}

/** An acknowledgement, in the name of another, of what a third may have published. */
function acknowledgementsOf(client: fc.Arbitrary<string>): fc.Arbitrary<RawAction> {
  return fc
    .tuple(client, client, EVENT_IDS)
    .map(([other, publisher, eventId]) =>
      mentioning(
        textOf({ action: '"ack"', data: `"$${publisher}-${eventId}"`, sessionId: `"$${other}"` }),
        [...new Set([other, publisher])],
      ),
    );
}

function mentioning(frame: string, mentions: readonly string[]): RawAction {
  return { kind: "raw", frame, mentions };
}
