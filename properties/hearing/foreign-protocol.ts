/**
 * Connections that asked for another protocol than the one these clauses are about (SES-8).
 *
 * @packageDocumentation
 */
import type { Exchange, Recording } from "../../src/history/index.js";
import { isJsonObject, type Json } from "../../src/protocol/index.js";

const OWN_PROTOCOL = "happn_1.3.0";
const NAME_OF_ONE = /^happn(_\d+(\.\d+)*)?$/;

/** The protocol that a `configure-session` asks for; null where it isn't one or names none. */
export function protocolAsked({ request }: Exchange): string | null {
  if (request.action !== "configure-session") return null;
  const protocol: Json | undefined = isJsonObject(request.data)
    ? request.data["protocol"]
    : undefined;
  return typeof protocol === "string" ? protocol : null;
}

/** Whether a name has the form of a protocol's: `happn_1.3.0`, `happn_4`. */
export function isProtocolName(name: string): boolean {
  return NAME_OF_ONE.test(name);
}

/**
 * By connection, the index from which what the server makes of it is open: it should go on as before
 * (SES-8), or speak otherwise. What one asked for before the history began, nobody knows.
 */
export function foreignSince(recording: Recording): ReadonlyMap<string, number> {
  const since = new Map<string, number>();
  for (const { connection, isPartial } of recording.connections.values()) {
    if (isPartial) since.set(connection, -1);
  }
  for (const exchange of recording.exchanges) {
    const { request, connection, arriveIndex } = exchange;
    if (request.action !== "configure-session" || arriveIndex === null) continue;
    if (protocolAsked(exchange) === OWN_PROTOCOL) continue;
    if (!since.has(connection)) since.set(connection, arriveIndex);
  }
  return since;
}
