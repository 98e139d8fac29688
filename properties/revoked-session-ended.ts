/**
 * A session that is revoked does nothing and hears nothing any more, and its token is worth nothing.
 *
 * @packageDocumentation
 */
import { isPermissionAction } from "../src/protocol/index.js";
import { hearingOf, settledExchanges, startOf } from "./hearing/index.js";
import { secureProperty } from "./security/index.js";
import { naming, timeOf } from "./words.js";

export const revokedSessionEnded = secureProperty(
  {
    id: "revoked-session-ended",
    promise: "In secure mode a revoked session neither acts nor hears.",
    clauses: ["SEC-4"],
  },
  ({ recording, profile, authority, violations }) => {
    for (const { exchange, outcome, startIndex, answerIndex } of settledExchanges(recording)) {
      const { connection, client, request } = exchange;
      if (!isPermissionAction(request.action)) continue;
      if (authority.isRevoked(connection, [startIndex, answerIndex]) !== "always") continue;
      violations.exercised += 1;
      if (outcome !== "ok") continue;
      violations.add({
        clause: "SEC-4",
        message: `${client}'s ${request.action} of ${JSON.stringify(request.path ?? null)} was answered "ok" at ${timeOf(recording, answerIndex)}, though its session is revoked`,
        expected: "An error, or the end of the connection: a revoked session does not act (SEC-4).",
        shape: ["acts", request.action],
        evidence: [startIndex, answerIndex],
      });
    }
    const hearing = hearingOf(recording, profile);
    for (const publication of recording.publications) {
      const source = hearing.source(publication);
      const { connection, client, writeIndex } = publication;
      if (!("write" in source)) continue;
      const startIndex = startOf(source);
      if (authority.isRevoked(connection, [startIndex, writeIndex]) !== "always") continue;
      violations.exercised += 1;
      violations.add({
        clause: "SEC-4",
        message: `${client} was sent ${naming(source.write)} at ${timeOf(recording, writeIndex)}, though its session is revoked`,
        expected: "No publication: a revoked session does not hear (SEC-4).",
        shape: ["hears"],
        evidence: [startIndex, writeIndex],
      });
    }
    for (const login of authority.logins) {
      if (!authority.isOfRevoked(login)) continue;
      const { exchange, outcome, startIndex, answerIndex } = login.settled;
      violations.exercised += 1;
      if (outcome !== "ok") continue;
      violations.add({
        clause: "SEC-4",
        message: `${exchange.client} logged in at ${timeOf(recording, answerIndex)} by the token of a session that is revoked`,
        expected: "An error: with its session, a token is revoked (SEC-4).",
        shape: ["token"],
        evidence: [startIndex, answerIndex],
      });
    }
  },
);
