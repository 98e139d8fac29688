/**
 * No publication reaches a session that may not hear of its path, however it came to be subscribed.
 *
 * @packageDocumentation
 */
import { hearingOf, startOf } from "./hearing/index.js";
import { circumstanceOf, likenessOf, secureProperty } from "./security/index.js";
import { kindOfPath, naming, timeOf } from "./words.js";

export const forbiddenNotHeard = secureProperty(
  {
    id: "forbidden-not-heard",
    promise: "In secure mode no publication reaches a session that may not hear of its path.",
    clauses: ["SEC-3"],
  },
  ({ recording, profile, authority, violations }) => {
    const hearing = hearingOf(recording, profile);
    for (const publication of recording.publications) {
      const source = hearing.source(publication);
      const { connection, client, frame, writeIndex } = publication;
      const { path, channel } = frame.meta;
      if (!("write" in source) || typeof path !== "string") continue;
      const { alias } = source.write;
      const startIndex = startOf(source);
      const interval = [startIndex, writeIndex] as const;
      // What a revoked session hears is judged with its revocation (SEC-4).
      if (authority.isRevoked(connection, interval) !== "never") continue;
      violations.exercised += 1;
      const isForbidden = [path, ...(alias === null ? [] : [alias])].every(
        (each) => authority.permits(connection, "on", each, interval) === "never",
      );
      if (!isForbidden) continue;
      const question = { connection, action: "on" as const, path, index: startIndex };
      const circumstance = circumstanceOf(authority, question);
      const subscription =
        typeof channel === "string" ? hearing.subscription(connection, channel) : null;
      violations.add({
        clause: "SEC-3",
        message: `${client} was sent ${naming(source.write)} on ${JSON.stringify(channel ?? null)} at ${timeOf(recording, writeIndex)}, which it may not hear of (${circumstance})`,
        expected: "No publication: no permission allows it to hear of that path (SEC-3).",
        shape: [
          circumstance,
          likenessOf(authority, question, profile),
          kindOfPath(subscription?.channel?.path ?? ""),
        ],
        evidence: [startIndex, writeIndex],
      });
    }
  },
);
