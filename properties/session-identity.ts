/**
 * A connection has one session id for life, and no other connection has it.
 *
 * That publications carry the publisher's real session is judged by `publication-content`.
 *
 * @packageDocumentation
 */
import { sessionIdOf } from "../src/history/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { timeOf, typeName } from "./words.js";

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

interface Given {
  readonly connection: string;
  readonly client: string;
  readonly id: string;
  readonly writeIndex: number;
}

export const sessionIdentity: Property = {
  id: "session-identity",
  promise: "Each connection has one session id, a uuid v4, fixed for life and shared with none.",
  clauses: ["SES-1"],
  severity: "must",
  check(recording) {
    const violations = new Violations();
    const byConnection = new Map<string, Given>();
    const byId = new Map<string, Given>();
    for (const { connection, client, request, answers } of recording.exchanges) {
      if (request.action !== "login") continue;
      for (const { frame, writeIndex } of answers) {
        if (frame.meta["status"] !== "ok") continue;
        violations.exercised += 1;
        const id = sessionIdOf(frame.data);
        const who = `${client} was answered its "login" at ${timeOf(recording, writeIndex)}`;
        if (id === null || !UUID_V4.test(id)) {
          violations.add({
            clause: "SES-1",
            message: `${who} with ${id === null ? "no session id" : `the session id ${JSON.stringify(id)}`}`,
            expected: "The session id, a uuid of version 4, as data.id (SES-1).",
            shape: ["no-uuid-v4", id === null ? typeName(frame.data) : "text"],
            evidence: [writeIndex],
          });
        }
        if (id === null) continue;
        const given = { connection, client, id, writeIndex };
        const own = byConnection.get(connection);
        if (own !== undefined && own.id !== id) {
          violations.add({
            clause: "SES-1",
            message: `${who} with another session id than at ${timeOf(recording, own.writeIndex)}`,
            expected: "One session id, fixed for the life of the connection (SES-1).",
            shape: ["changed"],
            evidence: [own.writeIndex, writeIndex],
          });
        }
        const other = byId.get(id);
        if (other !== undefined && other.connection !== connection) {
          violations.add({
            clause: "SES-1",
            message: `${who} with the session id that ${other.client} has had on ${other.connection} since ${timeOf(recording, other.writeIndex)}`,
            expected: "A session id distinct from every other connection's (SES-1).",
            shape: ["shared"],
            evidence: [other.writeIndex, writeIndex],
          });
        }
        if (own === undefined) byConnection.set(connection, given);
        if (other === undefined) byId.set(id, given);
      }
    }
    return violations.finding();
  },
};
